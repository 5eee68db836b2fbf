//! What is done with several secrets at once: one after the other, and what was refused is said by name.

use app::error::AppError;
use app::secrets::selected::{Found, Selected, selected_page, to_type};
use app::ui::counted;
use axum::response::Response;
use model::api::ChangeSecret;
use model::{Field, Problems, Reason, Tag};
use store::{StoreError, Target};

use super::drawn::{Asking, Done};
use crate::api::changed;

/// `POST /secrets/selected`.
pub(crate) async fn change_selected(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let texts = asking.all("at");
    let selected: Option<Vec<_>> = texts.iter().map(|text| Selected::parse(text)).collect();
    let selected = selected.ok_or(AppError::Misunderstood)?;
    if asking.one("asks") == "trash" {
        confirm(asking, &selected).await?;
    }
    let (mut done, mut refused) = (0, Vec::new());
    for one in &selected {
        let found = asking.state.store.secret(&asking.caller, one.id).await;
        let name = found.map(|detail| detail.summary.name).map_err(|error| asking.told(error))?;
        match change_one(asking, *one).await {
            Ok(()) => done += 1,
            // What keeps one keeps all, as long as nothing was done.
            Err(error @ (AppError::SudoNeeded | AppError::Denied(_) | AppError::Misunderstood))
                if done == 0 && refused.is_empty() =>
            {
                return Err(error);
            }
            Err(AppError::Conflict { current }) => {
                refused.push(format!("{name} was changed in between: version {current}."));
            }
            Err(error) => refused.push(format!("{name}: {error}")),
        }
    }
    if !refused.is_empty() {
        let done =
            format!("{} changed. Not changed: {}", counted(done, "secret"), refused.join(" "));
        return Ok(Done::Refused(done));
    }
    let same = selected_page(selected.iter().map(|one| one.id));
    Ok(Done::At(match asking.one("asks") {
        "tag" => format!("{same}&done=tagged"),
        "move" => format!("{same}&done=moved"),
        _ => "/trash?done=moved".to_owned(),
    }))
}

/// What programs read is not deleted before that was typed.
async fn confirm(asking: &Asking, selected: &[Selected]) -> Result<(), AppError> {
    let mut all = Vec::new();
    for one in selected {
        let found = Found::of(&asking.state.store, &asking.caller, one.id).await;
        all.push(found.map_err(|error| asking.told(error))?);
    }
    match to_type(&all) {
        Some(text) if asking.one("typed").trim() != text => {
            Err(Problems::one(Field::Name, Reason::Wrong).into())
        }
        _ => Ok(()),
    }
}

async fn change_one(asking: &Asking, Selected { id, version }: Selected) -> Result<(), AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let changed = match asking.one("asks") {
        "tag" => return tag(asking, Selected { id, version }).await,
        "move" => {
            let to = Target { environment: asking.one("environment"), name: None, note: "" };
            store.move_secret(caller, id, to).await.map(drop)
        }
        "trash" => store.trash_secret(caller, id, version).await.map(drop),
        _ => return Err(AppError::Misunderstood),
    };
    changed.map_err(|error| asking.told(error))
}

async fn tag(asking: &Asking, Selected { id, version }: Selected) -> Result<(), AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let told = |error: StoreError| asking.told(error);
    let base = store.base_version(caller, id, Some(version)).await.map_err(told)?;
    let gone = words(asking.one("remove"));
    let had: Vec<&str> = base.tags.iter().map(Tag::as_str).collect();
    let kept = had.iter().copied().filter(|tag| !gone.contains(tag));
    let added = words(asking.one("add")).into_iter().filter(|tag| !had.contains(tag));
    let tags: Vec<String> = kept.chain(added).map(str::to_owned).collect();
    if tags == had {
        return Ok(());
    }
    let change = ChangeSecret { tags: Some(tags), ..ChangeSecret::default() };
    let draft = changed(change, &base).parse()?;
    store.edit_secret(caller, id, version, draft).await.map(drop).map_err(told)
}

fn words(text: &str) -> Vec<&str> {
    text.split([',', ' ', '\r', '\n', '\t']).filter(|word| !word.is_empty()).collect()
}
