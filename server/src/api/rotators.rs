use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::RotatorId;
use model::api::{MakeRotator, ProblemDetails, RotatorList, RotatorLog, RotatorView};
use outbound::HttpUrl;
use serde::Deserialize;
use store::{Caller, RotatorDraft, StoreError};

use super::asking::Asking;
use super::body::{Body, Params};
use super::problem::ApiError;
use super::view::{self, Names};
use crate::state::AppState;

/// Whether what is under way counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Force {
    force: Option<bool>,
}

/// What replaces values by itself, those that gave up first
#[utoipa::path(
    get, path = "/rotators", tag = "Rotators", security(("token" = [])),
    responses((status = 200, body = RotatorList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<RotatorList>, ApiError> {
    let rotators = state.store.list_rotators(&caller).await?;
    let names = Names::load(&state, &caller).await?;
    let rotators =
        rotators.into_iter().map(|info| names.rotator(info)).collect::<Result<_, _>>()?;
    Ok(Json(RotatorList { rotators }))
}

/// Make a rotator
///
/// It acts with the rights that whoever makes it has at each run. Takes the scope `admin`, or a person with their password of just
/// now; for `postgres` also the right to read the administrator's URL.
#[utoipa::path(
    post, path = "/rotators", tag = "Rotators", request_body = MakeRotator, security(("token" = [])),
    responses((status = 201, body = RotatorView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<MakeRotator>,
) -> Result<(StatusCode, Json<RotatorView>), ApiError> {
    let new = body.value;
    let secret = state.store.find_secret(&caller, &new.environment, &new.secret).await?;
    let admin = match new.admin {
        None => None,
        Some(admin) => {
            let secret =
                state.store.find_secret(&caller, &admin.environment, &admin.secret).await?;
            Some((secret, admin.key))
        }
    };
    if let Some(url) = &new.url {
        HttpUrl::parse(url).map_err(|bad| ApiError::field("url", format!("{bad}.")))?;
    }
    let draft = RotatorDraft {
        secret,
        keys: new.keys,
        kind: new.kind,
        days: new.days.unwrap_or(0),
        overlap_minutes: new.overlap_minutes.unwrap_or(OVERLAP_MINUTES),
        length: new.length,
        alphabet: new.alphabet,
        format: new.format,
        admin,
        user_key: new.user_key,
        url_key: new.url_key,
        role: new.role,
        other_role: new.other_role,
        url: new.url,
        signing_secret: new.signing_secret.map(model::WireValue::into_secret),
    };
    let id = state.store.create_rotator(&caller, draft).await?;
    let made = view_of(&state, &caller, id).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One rotator, and how its rotation stands
#[utoipa::path(
    get, path = "/rotators/{id}", tag = "Rotators", security(("token" = [])),
    params(("id" = RotatorId, Path)),
    responses((status = 200, body = RotatorView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<RotatorView>, ApiError> {
    let info = state.store.rotator(&caller, parse(&id)?).await?;
    Ok(Json(Names::load(&state, &caller).await?.rotator(info)?))
}

/// Run a rotator now, or have it go on after it gave up
///
/// The answer does not wait for the rotation: its state and its log tell how far it is.
#[utoipa::path(
    post, path = "/rotators/{id}/run", tag = "Rotators", security(("token" = [])),
    params(("id" = RotatorId, Path)),
    responses((status = 200, body = RotatorView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn run(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<RotatorView>, ApiError> {
    let id = parse(&id)?;
    state.store.run_rotator(&caller, id).await?;
    Ok(Json(view_of(&state, &caller, id).await?))
}

/// What a rotator did, the latest first
#[utoipa::path(
    get, path = "/rotators/{id}/log", tag = "Rotators", security(("token" = [])),
    params(("id" = RotatorId, Path)),
    responses((status = 200, body = RotatorLog), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn log(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<RotatorLog>, ApiError> {
    let entries = state.store.rotator_log(&caller, parse(&id)?).await?;
    Ok(Json(RotatorLog { entries: entries.into_iter().map(view::log_entry).collect() }))
}

/// Delete a rotator; its secret stays as it is
#[utoipa::path(
    delete, path = "/rotators/{id}", tag = "Rotators", security(("token" = [])),
    params(
        ("id" = RotatorId, Path),
        ("force" = Option<bool>, Query, description = "Delete it during a rotation too, with a value that may have no other copy"),
    ),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    Params(Force { force }): Params<Force>,
) -> Result<StatusCode, ApiError> {
    state.store.delete_rotator(&caller, parse(&id)?, force.unwrap_or(false)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was made or asked to run just now: that need not take the right to list.
async fn view_of(
    state: &AppState,
    caller: &Caller,
    id: RotatorId,
) -> Result<RotatorView, StoreError> {
    let info = state.store.rotator_just_changed(caller, id).await?;
    Names::load(state, caller).await?.rotator(info)
}

/// What is no id names nothing.
fn parse(id: &str) -> Result<RotatorId, StoreError> {
    id.parse().map_err(|_| StoreError::NotFound)
}

/// How long an old value works unless someone says otherwise.
const OVERLAP_MINUTES: u32 = 60;
