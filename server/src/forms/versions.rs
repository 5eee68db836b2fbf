//! The forms of a secret's history and of its rotation.

use app::error::AppError;
use axum::extract::Path;
use axum::response::Response;
use model::{Field, KeyName, Problems, Reason, RowPart, SecretId, SecretValue, Version};
use store::{ReadValues, Restoring, StoreError};

use super::drawn::{Asking, Done};
use crate::rotation::{Lacking, WantedRotation};

/// `POST /secrets/{id}/history`.
pub(crate) async fn change_versions(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

/// `POST /secrets/{id}/rotate`.
pub(crate) async fn rotate_values(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = rotate(&asking, &id).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let id: SecretId = id.parse().map_err(|_| AppError::NotFound)?;
    let version: Version = asking.one("version").parse().map_err(|_| AppError::Misunderstood)?;
    let done = match asking.one("asks") {
        "restore" => {
            let from: Version = asking.one("from").parse().map_err(|_| AppError::Misunderstood)?;
            let keys = keys(asking)?;
            let wanted = Restoring { version, keys: &keys, note: asking.one("note") };
            let restored =
                asking.state.store.restore_version(&asking.caller, id, from, wanted).await;
            restored.map_err(|error| asking.told(error))?;
            "restored"
        }
        "destroy" => {
            let name = asking.one("name");
            let destroyed =
                asking.state.store.destroy_version(&asking.caller, id, version, name).await;
            destroyed.map_err(|error| asking.told(error))?;
            "destroyed"
        }
        "show" => {
            let other = asking.one("other").parse().map_err(|_| AppError::Misunderstood)?;
            return show(asking, id, [version, other]).await.map(Done::Here);
        }
        _ => return Err(AppError::Misunderstood),
    };
    Ok(Done::At(format!("/secrets/{id}/history?done={done}")))
}

/// What a key held in each of two versions; nothing where it was not there, or nobody is shown it.
async fn show(
    asking: &Asking,
    id: SecretId,
    versions: [Version; 2],
) -> Result<Vec<String>, AppError> {
    let keys = keys(asking)?;
    let mut shown = Vec::new();
    for version in versions {
        let taken = asking.state.reveals.take(asking.caller.user);
        taken.map_err(|seconds| AppError::TooManyTries { seconds })?;
        let wanted = ReadValues { version: Some(version), keys: keys.clone() };
        let read = asking.state.store.read_values(&asking.caller, id, &wanted).await;
        let value = read.map_err(|error| asking.told(error))?.values.into_iter().next();
        shown.push(value.map_or_else(String::new, |(_, value)| value.dangerously_expose().into()));
    }
    Ok(shown)
}

async fn rotate(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let id: SecretId = id.parse().map_err(|_| AppError::NotFound)?;
    let from: Version = asking.one("from").parse().map_err(|_| AppError::Misunderstood)?;
    let (mut values, mut chosen) = (Vec::new(), Vec::new());
    for (index, key) in (0..).zip(keys(asking)?) {
        // Forms turn every line end into CRLF.
        let text = asking.one(&format!("value-{key}")).replace("\r\n", "\n");
        if text.is_empty() {
            chosen.push(key);
        } else {
            let field = Field::Row(index, RowPart::Value);
            let value = SecretValue::parse(text).map_err(|reason| Problems::one(field, reason))?;
            values.push((key, value));
        }
    }
    if values.is_empty() && chosen.is_empty() {
        return Err(Problems::one(Field::Secret, Reason::NoKeys).into());
    }
    if !values.is_empty() {
        // Each refusal could test a guess.
        let taken = asking.state.reveals.take(asking.caller.user);
        taken.map_err(|seconds| AppError::TooManyTries { seconds })?;
    }
    let base = asking.state.store.base_version(&asking.caller, id, Some(from)).await;
    let base = base.map_err(|error| asking.told(error))?;
    let generate = asking.one("generate") == "on";
    let wanted = WantedRotation { chosen, values, generate, note: asking.one("note").to_owned() };
    let rotation = wanted.of(&base).map_err(|lacking| match lacking {
        Lacking::Key(_) => AppError::NotFound,
        Lacking::Values(_) => Problems::one(Field::Secret, Reason::Missing).into(),
    })?;
    let rotated = asking.state.store.rotate_values(&asking.caller, id, from, rotation).await;
    rotated.map_err(|error| match error {
        StoreError::SameValues(_) => Problems::one(Field::Secret, Reason::Wrong).into(),
        error => asking.told(error),
    })?;
    Ok(Done::At(format!("/secrets/{id}/access?done=rotated")))
}

/// The keys that the form names.
fn keys(asking: &Asking) -> Result<Vec<KeyName>, AppError> {
    let texts = asking.all("key");
    texts.iter().map(|key| KeyName::parse(key).map_err(|_| AppError::Misunderstood)).collect()
}
