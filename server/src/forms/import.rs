//! The forms of `/secrets/import`.

use app::error::AppError;
use app::secrets::import::{Pasted, Sheet, Unfit};
use axum::response::Response;
use envfile::Format;
use model::api::{ChangeSecret, NewValueView, ValueMap};
use model::{
    DraftRow, EnvironmentId, Field, KeyName, Problems, Reason, SECRET_BYTES, SecretDraft, SecretId,
    ValueKind, Version, WireValue,
};

use url::form_urlencoded::Serializer;

use super::drawn::{Asking, Done};
use crate::api::changed;

/// `POST /secrets/import`.
pub(crate) async fn import_variables(asking: Asking) -> Response {
    let outcome = match asking.one("asks") {
        "read" => read(&asking).await,
        "compare" => compare(&asking),
        "add" => add(&asking).await,
        _ => Err(AppError::Misunderstood),
    };
    asking.answer(outcome).await
}

/// Keeps the text sealed, and shows what would become of it.
async fn read(asking: &Asking) -> Result<Done, AppError> {
    let (file, name) = (asking.one("file"), asking.one("file.name"));
    if !asking.one("file.fault").is_empty() {
        return Ok(Done::Refused(asking.one("file.fault").to_owned()));
    }
    // Forms turn every line end of a field into CRLF.
    let text = if file.is_empty() { asking.one("text").replace("\r\n", "\n") } else { file.into() };
    if text.len() > SECRET_BYTES {
        let told = "The text is larger than 1 MiB, which is the most that a secret holds. Split it into several secrets.";
        return Ok(Done::Refused(told.to_owned()));
    }
    let format = Format::of_word(asking.one("format"));
    let format = format.unwrap_or_else(|| Format::guess(name, &text));
    let pasted = Pasted { format, text: WireValue::new(text) };
    if let Err(unfit) = Sheet::read(&pasted) {
        return Ok(Done::Refused(unfit.to_string()));
    }
    let kept = asking.state.store.keep_form(&asking.caller, &pasted.kept()).await;
    let kept = kept.map_err(|error| asking.told(error))?;
    let mut address = page();
    if let Ok(id) = asking.one("into").parse::<SecretId>() {
        address.append_pair("into", &id.to_string());
    } else {
        // What the form of a new secret said already.
        let said = ["name", "environment"]
            .map(|part| asking.all(part).into_iter().map(move |said| (part, said)));
        address.extend_pairs(said.into_iter().flatten().filter(|(_, said)| !said.is_empty()));
    }
    Ok(Done::At(address.append_pair("kept", &kept).finish()))
}

/// Shows the same once the password was given: it tells then which hidden values are the same.
fn compare(asking: &Asking) -> Result<Done, AppError> {
    if !asking.caller.has_sudo(asking.state.store.now()) {
        return Err(AppError::SudoNeeded);
    }
    let said = ["into", "kept"].map(|part| (part, asking.one(part)));
    Ok(Done::At(page().extend_pairs(said).finish()))
}

/// The page's address, to which a query is yet to be written.
fn page() -> Serializer<'static, String> {
    let page = "/secrets/import?";
    Serializer::for_suffix(page.to_owned(), page.len())
}

/// Makes a secret of the chosen variables, or the next version of one.
async fn add(asking: &Asking) -> Result<Done, AppError> {
    let kept = asking.state.store.kept_form(&asking.caller, asking.one("kept")).await;
    let pasted = kept.map_err(|error| asking.told(error))?.and_then(Pasted::of);
    let sheet = pasted.ok_or(Unfit::Empty).and_then(|pasted| Sheet::read(&pasted));
    let Ok(sheet) = sheet else {
        let told = "What you pasted is gone. Go back and paste it again: nothing was added.";
        return Ok(Done::Refused(told.to_owned()));
    };
    let taken = asking.all("take");
    let values = sheet.chosen(|key| {
        let is_taken = taken.iter().any(|taken| taken == key.as_str());
        is_taken.then(|| asking.one(&format!("line-{key}")).parse().ok()).flatten()
    });
    if values.is_empty() {
        return Ok(Done::Refused("Nothing is ticked. Tick what shall be added.".to_owned()));
    }
    let kind = match asking.one("kind") {
        "plain" => ValueKind::Plain,
        "write-only" => ValueKind::WriteOnly,
        _ => ValueKind::Hidden,
    };
    match asking.one("into") {
        "" => make(asking, values, kind).await,
        into => change(asking, into, values, kind).await,
    }
}

async fn make(
    asking: &Asking,
    values: Vec<(KeyName, WireValue)>,
    kind: ValueKind,
) -> Result<Done, AppError> {
    let environments = asking.all("environment");
    let environments = environments.iter().map(|id| id.parse::<EnvironmentId>());
    let environments: Result<Vec<_>, _> = environments.collect();
    let environments =
        environments.map_err(|_| Problems::one(Field::Environment, Reason::Unknown))?;
    let row = |(key, value): (KeyName, WireValue)| DraftRow {
        key: key.to_string(),
        value,
        kind,
        exact: true,
        ..DraftRow::default()
    };
    let draft = SecretDraft {
        name: asking.one("name").to_owned(),
        rows: values.into_iter().map(row).collect(),
        note: asking.one("note").to_owned(),
        ..SecretDraft::default()
    };
    let store = &asking.state.store;
    let made = store.create_secrets(&asking.caller, &environments, draft.parse()?).await;
    let made = made.map_err(|error| asking.told(error))?;
    Ok(Done::At(format!("/secrets/{}?made={}", made[0], made.len())))
}

async fn change(
    asking: &Asking,
    into: &str,
    values: Vec<(KeyName, WireValue)>,
    kind: ValueKind,
) -> Result<Done, AppError> {
    let id: SecretId = into.parse().map_err(|_| AppError::NotFound)?;
    let from: Version = asking.one("from").parse().map_err(|_| AppError::Misunderstood)?;
    let base = asking.state.store.base_version(&asking.caller, id, Some(from)).await;
    let base = base.map_err(|error| asking.told(error))?;
    let set = values.into_iter().map(|(key, value)| {
        let kind = base.kind_of(key.as_str()).unwrap_or(kind);
        (key.to_string(), NewValueView::WithKind { value, kind })
    });
    let change = ChangeSecret {
        set: ValueMap(set.collect()),
        note: asking.one("note").to_owned(),
        ..ChangeSecret::default()
    };
    let draft = changed(change, &base).parse()?;
    let saved = asking.state.store.edit_secret(&asking.caller, id, from, draft).await;
    let version = saved.map_err(|error| asking.told(error))?;
    Ok(Done::At(format!("/secrets/{id}?saved={version}")))
}
