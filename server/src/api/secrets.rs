#![expect(unused_qualifications, reason = "utoipa spells the type of the parameters so")]

use std::collections::HashSet;

use app::templates::find_template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use model::api::{
    ChangeSecret, MakeSecret, NewValueView, PAGE_ROWS, ProblemDetails, ReplaceSecret, SecretList,
    SecretView, TrashedView, ValueMap,
};
use model::{
    Cursor, DraftRow, EnvironmentName, KeyName, ListQuery, SecretDraft, SecretId, SecretName,
    SecretValue, Sort, Tag, Template, Urgency, ValueKind, Version, WireValue,
};
use serde::Deserialize;
use store::{BaseVersion, Caller, NewValues, StoreError};
use utoipa::IntoParams;

use super::asking::Asking;
use super::body::{Body, Params};
use super::precondition::{IdempotencyKey, IfMatch, IfNoneMatch, version_tag};
use super::problem::ApiError;
use super::view::Names;
use crate::state::AppState;

/// Which secrets to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SecretQuery {
    /// Only those of this environment
    #[param(value_type = Option<EnvironmentName>)]
    environment: Option<String>,
    /// Only those with all these words in their name, keys, template or tags
    #[serde(default)]
    search: String,
    /// Only those made from this template
    template: Option<String>,
    /// Only those with this tag
    #[param(value_type = Option<Tag>)]
    tag: Option<String>,
    /// Only those whose rotation is due within two weeks (`soon`), today (`due`) or has been for longer (`overdue`)
    #[param(inline)]
    rotation: Option<Urgency>,
    /// Only those that nobody read in so many days, and that are as old
    #[param(minimum = 1, maximum = 3650)]
    stale: Option<u32>,
    /// In which order: `name`, `name-down`, `updated`, `updated-up` or `created`
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// Where the page begins: `next` of the one before
    after: Option<String>,
    /// How many rows, at most 200
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The secrets in reach that match
#[utoipa::path(
    get, path = "/secrets", tag = "Secrets", security(("token" = [])), params(SecretQuery),
    responses((status = 200, body = SecretList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Params(wanted): Params<SecretQuery>,
) -> Result<Json<SecretList>, ApiError> {
    let rows = wanted.limit.unwrap_or(50);
    if rows == 0 || rows > PAGE_ROWS {
        let detail = format!("A page has 1 to {PAGE_ROWS} rows.");
        return Err(ApiError::field("limit", detail));
    }
    if wanted.stale.is_some_and(|days| !(1..=STALE_DAYS).contains(&days)) {
        return Err(ApiError::field("stale", format!("Between 1 and {STALE_DAYS} days.")));
    }
    let names = Names::load(&state, &caller).await?;
    let environment = match &wanted.environment {
        None => None,
        Some(name) => Some(state.store.environment_at(&caller, name).await?.id),
    };
    let tag = match wanted.tag.as_deref().map(Tag::parse) {
        Some(Err(_)) => return Err(ApiError::field("tag", "No secret can have such a tag.")),
        tag => tag.and_then(Result::ok),
    };
    let query = ListQuery {
        environment,
        search: wanted.search,
        template: wanted.template,
        tag,
        rotation: wanted.rotation,
        stale: wanted.stale,
        sort: wanted.sort,
        after: wanted.after.map(Cursor),
        skip: 0,
    };
    let page = state.store.list_details(&caller, &query, rows as usize).await?;
    let secrets = page.rows.into_iter().map(|detail| names.secret(detail));
    Ok(Json(SecretList {
        secrets: secrets.collect::<Result<_, _>>()?,
        total: page.total,
        next: page.next,
    }))
}

/// Make a secret
#[utoipa::path(
    post, path = "/secrets", tag = "Secrets", request_body = MakeSecret, security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A random text: a request that is sent twice makes one secret")),
    responses((status = 201, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    key: IdempotencyKey,
    body: Body<MakeSecret>,
) -> Result<Response, ApiError> {
    let once = key.of(&state, &body.raw);
    let MakeSecret { environment, name, template, values, tags, note } = body.value;
    let known = match &template {
        None => None,
        Some(id) => match find_template(&state.store, &caller, id).await {
            Err(StoreError::NotFound) => {
                let detail = "There is no such template; GET /templates lists them.";
                return Err(ApiError::names_nothing("template", detail));
            }
            found => Some(found?),
        },
    };
    let environment = state.store.environment_named(&caller, &environment).await?;
    let keys = keys_of(&values);
    let draft = SecretDraft {
        environments: vec![environment.id],
        rows: rows(values, |key| template_kind(known.as_ref(), key)),
        template: template.unwrap_or_default(),
        name,
        note,
        tags: tags.join(","),
    };
    let told = |error: StoreError| ApiError::of_rows(error, &keys);
    let new = draft.parse().map_err(StoreError::from).map_err(told)?;
    let made = state.store.create_secret_once(&caller, environment.id, new, once.as_ref()).await;
    let view = made_view(&state, &caller, made.map_err(told)?).await?;
    let location = format!("/api/v1/secrets/{}/{}", view.environment, view.name);
    let location = HeaderValue::try_from(location).expect("names are letters, digits and dots");
    Ok((StatusCode::CREATED, [(LOCATION, location)], tagged(view)).into_response())
}

/// A secret without its values
#[utoipa::path(
    get, path = "/secrets/{environment}/{name}", tag = "Secrets", security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of before: answered by 304 if nothing changed"),
    ),
    responses((status = 200, body = SecretView), (status = 304), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let detail = state.store.secret(&caller, id).await?;
    let view = Names::load(&state, &caller).await?.secret(detail)?;
    if known.has(view.version) {
        let tag = [(ETAG, version_tag(view.version))];
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok(tagged(view).into_response())
}

/// Replace everything that a secret holds
///
/// The version of before stays, and can be restored.
#[utoipa::path(
    put, path = "/secrets/{environment}/{name}", tag = "Secrets", request_body = ReplaceSecret, security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change was made from: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn replace(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    from: IfMatch,
    body: Body<ReplaceSecret>,
) -> Result<Response, ApiError> {
    let ReplaceSecret { values, tags, note } = body.value;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let base = state.store.base_version(&caller, id, from.0).await?;
    let keys = keys_of(&values);
    let draft = SecretDraft {
        rows: rows(values, |key| base.kind_of(key)),
        tags: joined(tags, &base),
        name: base.name.to_string(),
        note,
        ..SecretDraft::default()
    };
    save(&state, &caller, id, base.version, draft, &keys).await
}

/// Change a part of a secret
///
/// What is not named stays as it is.
#[utoipa::path(
    patch, path = "/secrets/{environment}/{name}", tag = "Secrets", request_body = ChangeSecret, security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change was made from: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    from: IfMatch,
    body: Body<ChangeSecret>,
) -> Result<Response, ApiError> {
    let change = body.value;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let base = state.store.base_version(&caller, id, from.0).await?;
    if let Some(gone) = change.remove.iter().find(|gone| !base.has(gone)) {
        let detail = match KeyName::parse(gone) {
            Ok(key) => format!("The secret has no key {key}."),
            Err(_) => "The secret has no such key.".into(),
        };
        return Err(ApiError::names_nothing("remove", detail));
    }
    if let Some(values) = only_values(&change, &base) {
        let keys = keys_of(&change.set);
        let told = |error| ApiError::of_rows(error, &keys);
        let new = NewValues { values, note: change.note };
        state.store.set_values(&caller, id, base.version, new).await.map_err(told)?;
        return Ok(tagged(made_view(&state, &caller, id).await?).into_response());
    }
    let draft = changed(change, &base);
    let keys: Vec<String> = draft.rows.iter().map(|row| row.key.clone()).collect();
    save(&state, &caller, id, base.version, draft, &keys).await
}

/// Move a secret to the trash
#[utoipa::path(
    delete, path = "/secrets/{environment}/{name}", tag = "Secrets", security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = TrashedView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    from: IfMatch,
) -> Result<Json<TrashedView>, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let trashed = state.store.trash_secret(&caller, id, from.0).await?;
    Ok(Json(Names::load(&state, &caller).await?.trashed(trashed)?))
}

/// A secret as whoever just made or changed it sees it: without the right to list secrets, too.
pub(super) async fn made_view(
    state: &AppState,
    caller: &Caller,
    id: SecretId,
) -> Result<SecretView, ApiError> {
    let detail = state.store.written_secret(caller, id).await?;
    Ok(Names::load(state, caller).await?.secret(detail)?)
}

/// The answer with its `ETag`.
pub(super) fn tagged(view: SecretView) -> (HeaderMap, Json<SecretView>) {
    let headers = HeaderMap::from_iter([(ETAG, version_tag(view.version))]);
    (headers, Json(view))
}

async fn save(
    state: &AppState,
    caller: &Caller,
    id: SecretId,
    from: Version,
    draft: SecretDraft,
    keys: &[String],
) -> Result<Response, ApiError> {
    let told = |error: StoreError| ApiError::of_rows(error, keys);
    let new = draft.parse().map_err(StoreError::from).map_err(told)?;
    state.store.edit_secret(caller, id, from, new).await.map_err(told)?;
    Ok(tagged(made_view(state, caller, id).await?).into_response())
}

fn keys_of(values: &ValueMap<String, NewValueView>) -> Vec<String> {
    values.0.iter().map(|(key, _)| key.clone()).collect()
}

/// Rows of a draft; `kind` says what a key's kind is where none is given.
fn rows(
    values: ValueMap<String, NewValueView>,
    kind: impl Fn(&str) -> Option<ValueKind>,
) -> Vec<DraftRow> {
    let row = |(key, value): (String, NewValueView)| {
        let (value, given) = match value {
            NewValueView::Text(value) => (value, None),
            NewValueView::WithKind { value, kind } => (value, Some(kind)),
        };
        let kind = given.or_else(|| kind(&key)).unwrap_or_default();
        // An empty value is a value here; an editor's empty row is none.
        DraftRow { key, value, kind, exact: true, ..DraftRow::default() }
    };
    values.0.into_iter().map(row).collect()
}

fn template_kind(template: Option<&Template>, key: &str) -> Option<ValueKind> {
    let template = template?;
    let of_options = template.options.iter().flat_map(|option| &option.keys);
    let mut keys = template.keys.iter().chain(of_options);
    keys.find(|known| known.name.as_str() == key).map(|known| known.kind)
}

fn joined(tags: Option<Vec<String>>, base: &BaseVersion) -> String {
    let now = || base.tags.iter().map(ToString::to_string).collect();
    tags.unwrap_or_else(now).join(",")
}

/// The values, if they are all that changes, and all are of keys that are there: what the scope `rotate` allows.
fn only_values(change: &ChangeSecret, base: &BaseVersion) -> Option<Vec<(KeyName, SecretValue)>> {
    let only = change.name.is_none() && change.tags.is_none() && change.remove.is_empty();
    if !only || change.set.0.is_empty() {
        return None;
    }
    let mut named = HashSet::new();
    if !change.set.0.iter().all(|(key, _)| named.insert(key)) {
        return None;
    }
    let value = |(key, value): &(String, NewValueView)| match value {
        NewValueView::Text(value) if base.has(key) => {
            let value = SecretValue::parse(value.dangerously_expose().to_owned()).ok()?;
            Some((KeyName::parse(key).ok()?, value))
        }
        _ => None,
    };
    change.set.0.iter().map(value).collect()
}

/// Everything that the secret shall hold after the change.
pub(crate) fn changed(change: ChangeSecret, base: &BaseVersion) -> SecretDraft {
    let kept = |key: &&model::KeyInfo| {
        !change.remove.iter().any(|gone| gone == key.name.as_str())
            && !change.set.0.iter().any(|(set, _)| set == key.name.as_str())
    };
    let keep = |key: &model::KeyInfo| DraftRow {
        key: key.name.to_string(),
        value: WireValue::default(),
        kind: key.kind,
        from: key.name.to_string(),
        keep: true,
        ..DraftRow::default()
    };
    let mut rows_after: Vec<DraftRow> = Vec::with_capacity(base.keys.len());
    let mut set = rows(change.set.clone(), |key| base.kind_of(key));
    for key in &base.keys {
        if let Some(place) = set.iter().position(|row| row.key == key.name.as_str()) {
            // In its old place, with its new value.
            rows_after.push(set.remove(place));
        } else if kept(&key) {
            rows_after.push(keep(key));
        }
    }
    rows_after.extend(set);
    SecretDraft {
        name: change.name.unwrap_or_else(|| base.name.to_string()),
        rows: rows_after,
        note: change.note,
        tags: joined(change.tags, base),
        ..SecretDraft::default()
    }
}

/// Most days of `stale`: ten years.
const STALE_DAYS: u32 = 3650;
