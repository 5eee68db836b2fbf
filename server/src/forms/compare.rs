//! The forms of a comparison: its values, the review of a promotion, and the promotion.

use app::compare::{ChosenSecret, LookedAt, address, chosen_keys};
use app::error::AppError;
use app::ui::counted;
use axum::response::Response;
use store::{Promoting, StoreError, Target};

use super::drawn::{Asking, Done};

/// `POST /compare`.
pub(crate) async fn compare_environments(asking: Asking) -> Response {
    let outcome = compare(&asking).await;
    asking.answer(outcome).await
}

async fn compare(asking: &Asking) -> Result<Done, AppError> {
    let (left, right) = (asking.one("left"), asking.one("right"));
    match asking.one("asks") {
        "compare" if !asking.caller.has_sudo(asking.state.store.now()) => Err(AppError::SudoNeeded),
        "compare" => {
            let (only, search) = (asking.one("only"), asking.one("q"));
            let pairs = [("left", left), ("right", right), ("only", only), ("q", search)];
            Ok(Done::At(address(&pairs)))
        }
        "review" => {
            if chosen(asking)?.is_empty() {
                return Ok(Done::Refused("Choose at least one key to promote.".into()));
            }
            check(asking, left, right).await?;
            Ok(Done::Here(Vec::new()))
        }
        "promote" => {
            check(asking, left, right).await?;
            promote(asking, left, right).await
        }
        _ => Err(AppError::Misunderstood),
    }
}

async fn check(asking: &Asking, left: &str, right: &str) -> Result<(), AppError> {
    let checked = asking.state.store.check_promotion(&asking.caller, left, right).await;
    checked.map_err(|error| asking.told(error))
}

/// Secret by secret: what was changed in between stays as it is, and the answer says so.
async fn promote(asking: &Asking, left: &str, right: &str) -> Result<Done, AppError> {
    let chosen = chosen(asking)?;
    let looked_at = looked_at(asking)?;
    let seen = |secret: &ChosenSecret| looked_at.iter().find(|seen| seen.name == secret.name);
    if chosen.is_empty() || chosen.iter().any(|secret| seen(secret).is_none()) {
        return Err(AppError::Misunderstood);
    }
    let (mut keys, mut secrets, mut refused) = (0, 0, Vec::new());
    for secret in &chosen {
        let Some(seen) = seen(secret) else { continue };
        let name = &secret.name;
        match promote_one(asking, secret, [left, right], seen).await {
            Ok(()) => {
                keys += secret.keys.len();
                secrets += 1;
            }
            Err(StoreError::Conflict { current, changed_by }) => {
                let who = changed_by.map(|who| format!(" by {who}")).unwrap_or_default();
                refused.push(format!("{name} was changed in between: version {current}{who}."));
            }
            Err(StoreError::NotFound) => refused.push(format!("{name} is not there any more.")),
            Err(error) if secrets == 0 && refused.is_empty() => return Err(asking.told(error)),
            Err(error) => refused.push(format!("{name}: {}", asking.told(error))),
        }
    }
    let counts = (counted(keys, "key"), counted(secrets, "secret"));
    let (keys, done) = (keys.to_string(), secrets.to_string());
    if refused.is_empty() {
        let told = [("done", "promoted"), ("keys", &*keys), ("secrets", &*done)];
        let place = [&[("left", left), ("right", right)], &told[..]].concat();
        return Ok(Done::At(address(&place)));
    }
    let done = match secrets {
        0 => "Nothing was promoted.".to_owned(),
        _ => format!("Promoted {} of {}, but not all.", counts.0, counts.1),
    };
    Ok(Done::Refused(format!("{done} {} Compare again.", refused.join(" "))))
}

async fn promote_one(
    asking: &Asking,
    secret: &ChosenSecret,
    [left, right]: [&str; 2],
    seen: &LookedAt,
) -> Result<(), StoreError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id = store.find_secret(caller, left, secret.name.as_str()).await?;
    let to = Target { environment: right, name: None, note: asking.one("note") };
    let promoting = Promoting { keys: &secret.keys, from: seen.from, onto: seen.onto };
    store.promote_keys(caller, id, to, promoting).await.map(drop)
}

/// The keys that the form names, by secret.
fn chosen(asking: &Asking) -> Result<Vec<ChosenSecret>, AppError> {
    chosen_keys(asking.all("key")).ok_or(AppError::Misunderstood)
}

/// The versions that the review showed.
fn looked_at(asking: &Asking) -> Result<Vec<LookedAt>, AppError> {
    let texts = asking.all("at");
    let parsed = texts.iter().map(|text| LookedAt::parse(text));
    parsed.collect::<Option<_>>().ok_or(AppError::Misunderstood)
}
