//! The forms of what replaces values by itself.

use app::error::AppError;
use axum::extract::Path;
use axum::response::Response;
use model::{Alphabet, Field, Problems, Reason, RotatorId, RotatorKind, SecretId};
use outbound::HttpUrl;
use store::{RotatorDraft, StoreError};

use super::drawn::{Asking, Done};

/// `POST /secrets/{id}/automatic`.
pub(crate) async fn make_rotator(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = make(&asking, &id).await;
    asking.answer(outcome).await
}

/// `POST /rotation/automatic/{id}`.
pub(crate) async fn change_rotator(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

async fn make(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let secret: SecretId = id.parse().map_err(|_| AppError::NotFound)?;
    let draft = |kind| RotatorDraft::new(secret, kind, asking.all("key"));
    let days = number(asking, "days", Field::Days)?;
    let text = |name| Some(asking.one(name).to_owned()).filter(|text| !text.is_empty());
    let draft = match asking.one("asks") {
        "generated" => RotatorDraft {
            days,
            length: Some(number(asking, "length", Field::RotatorSettings)?),
            alphabet: Some(alphabet(asking.one("alphabet"))?),
            format: text("format"),
            ..draft(RotatorKind::Generated)
        },
        "postgres" => RotatorDraft {
            days,
            overlap_minutes: number(asking, "overlap", Field::OverlapMinutes)?,
            admin: Some((administrator(asking).await?, asking.one("admin_key").to_owned())),
            user_key: text("user_key"),
            url_key: text("url_key"),
            role: text("role"),
            other_role: text("other_role"),
            ..draft(RotatorKind::Postgres)
        },
        "webhook" => {
            let url = asking.one("url");
            if let Err(bad) = HttpUrl::parse(url) {
                return Ok(Done::Refused(format!("{bad}.")));
            }
            RotatorDraft {
                days,
                overlap_minutes: number(asking, "overlap", Field::OverlapMinutes)?,
                url: Some(url.to_owned()),
                signing_secret: Some(store::signing_secret()),
                ..draft(RotatorKind::Webhook)
            }
        }
        _ => return Err(AppError::Misunderstood),
    };
    let shown = draft.signing_secret.as_ref().map(|secret| secret.dangerously_expose().to_owned());
    let made = asking.state.store.create_rotator(&asking.caller, draft).await;
    asking.outcome(made, |id| match shown {
        Some(secret) => Done::Here(vec![secret]),
        None => Done::At(format!("/rotation/automatic/{id}?done=made")),
    })
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id: RotatorId = id.parse().map_err(|_| AppError::NotFound)?;
    match asking.one("asks") {
        "run" => asking.outcome(store.run_rotator(caller, id).await, |()| {
            Done::At(format!("/rotation/automatic/{id}?done=asked"))
        }),
        "delete" => {
            let rotator = store.rotator(caller, id).await.map_err(|error| asking.told(error))?;
            if asking.one("name") != rotator.secret_name.as_str() {
                return Err(Problems::one(Field::Name, Reason::Wrong).into());
            }
            asking.outcome(store.delete_rotator(caller, id, false).await, |()| {
                Done::At("/rotation/automatic?done=deleted".into())
            })
        }
        _ => Err(AppError::Misunderstood),
    }
}

/// The secret with the URL of somebody who may change passwords.
async fn administrator(asking: &Asking) -> Result<SecretId, AppError> {
    let (environment, name) = (asking.one("admin_environment"), asking.one("admin_secret"));
    match asking.state.store.find_secret(&asking.caller, environment, name).await {
        Err(StoreError::NotFound) => {
            Err(Problems::one(Field::RotatorAdmin, Reason::Unknown).into())
        }
        found => found.map_err(|error| asking.told(error)),
    }
}

fn number(asking: &Asking, name: &str, field: Field) -> Result<u32, AppError> {
    Ok(asking.one(name).trim().parse().map_err(|_| Problems::one(field, Reason::Wrong))?)
}

fn alphabet(word: &str) -> Result<Alphabet, AppError> {
    let word = serde_json::Value::from(word);
    serde_json::from_value(word).map_err(|_| AppError::Misunderstood)
}
