use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::TokenId;
use model::api::{MadeToken, MakeToken, ProblemDetails, RotateToken, TokenList, TokenView};
use store::{NewToken, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::precondition::IdempotencyKey;
use super::problem::ApiError;
use super::view::Names;
use crate::state::AppState;

/// The tokens that the caller may manage, the newest first
#[utoipa::path(
    get, path = "/tokens", tag = "Tokens", security(("token" = [])),
    responses((status = 200, body = TokenList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<TokenList>, ApiError> {
    let tokens = state.store.list_tokens(&caller).await?;
    let names = Names::load(&state, &caller).await?;
    Ok(Json(TokenList { tokens: tokens.into_iter().map(|info| names.token(info)).collect() }))
}

/// Make a token
///
/// Its text is in this answer and in no other. Takes the scope `admin`, or a person with their password of just now.
#[utoipa::path(
    post, path = "/tokens", tag = "Tokens", request_body = MakeToken, security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A random text: a request that is sent twice makes one token")),
    responses((status = 201, body = MadeToken), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    key: IdempotencyKey,
    body: Body<MakeToken>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    let once = key.of(&state, &body.raw);
    let MakeToken { name, scopes, environments, secrets, addresses, days, max_uses } = body.value;
    let new = NewToken {
        name,
        scopes: scopes.into_iter().collect(),
        environments,
        secrets,
        addresses,
        days: days.unwrap_or(DAYS),
        max_uses,
    };
    let made = state.store.make_token(&caller, new, once.as_ref()).await?;
    let names = Names::load(&state, &caller).await?;
    let made = MadeToken { token: made.token.text(), info: names.token(made.info) };
    Ok((StatusCode::CREATED, Json(made)))
}

/// One token
#[utoipa::path(
    get, path = "/tokens/{id}", tag = "Tokens", security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 200, body = TokenView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<TokenView>, ApiError> {
    let info = state.store.token(&caller, &parse(&id)?).await?;
    Ok(Json(Names::load(&state, &caller).await?.token(info)))
}

/// Revoke a token
///
/// The next request with it is refused, whichever server gets it.
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "Tokens", security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 200, body = TokenView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<TokenView>, ApiError> {
    let names = Names::load(&state, &caller).await?;
    let info = state.store.revoke_token(&caller, &parse(&id)?).await?;
    Ok(Json(names.token(info)))
}

/// Give a token another secret half
///
/// The text of now works on for the hours of the overlap.
#[utoipa::path(
    post, path = "/tokens/{id}/rotate", tag = "Tokens", request_body = RotateToken, security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 200, body = MadeToken), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn rotate(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    body: Body<RotateToken>,
) -> Result<Json<MadeToken>, ApiError> {
    let hours = body.value.overlap_hours;
    let made = state.store.rotate_token(&caller, &parse(&id)?, hours).await?;
    let names = Names::load(&state, &caller).await?;
    Ok(Json(MadeToken { token: made.token.text(), info: names.token(made.info) }))
}

/// Make yourself the one whose rights bound a token whose maker left
#[utoipa::path(
    post, path = "/tokens/{id}/adopt", tag = "Tokens", security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 200, body = TokenView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn adopt(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<TokenView>, ApiError> {
    let info = state.store.adopt_token(&caller, &parse(&id)?).await?;
    Ok(Json(Names::load(&state, &caller).await?.token(info)))
}

/// What is no id names nothing.
fn parse(id: &str) -> Result<TokenId, StoreError> {
    TokenId::parse(id).map_err(|_| StoreError::NotFound)
}

/// How long a token lives unless someone says otherwise.
const DAYS: u32 = 90;
