use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use model::api::{LoginAnswer, LoginPoll, LoginStart, LoginStarted, ProblemDetails, SudoStarted};
use model::{BearerToken, TokenFault, TokenKind};
use store::RequestAnswer;

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view::timestamp;
use crate::auth;
use crate::state::AppState;

/// Ask to sign a command line in
///
/// A person approves it in the dashboard, where they see the same code.
#[utoipa::path(
    post, path = "/login", tag = "Session", request_body = LoginStart,
    responses((status = 200, body = LoginStarted), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn start(
    State(state): State<AppState>,
    parts: Parts,
    body: Body<LoginStart>,
) -> Result<Json<LoginStarted>, ApiError> {
    let origin = auth::origin_of(&parts.headers, &parts.extensions);
    let started = state.store.start_login(&body.value.machine, &origin).await?;
    Ok(Json(LoginStarted {
        url: state.public_url.page(&format!("/device?code={}", started.code)),
        code: started.code,
        poll: started.poll.text(),
        expires_at: timestamp(started.expires_at),
    }))
}

/// Ask whether it was approved
///
/// The token is given once.
#[utoipa::path(
    post, path = "/login/poll", tag = "Session", request_body = LoginPoll,
    responses((status = 200, body = LoginAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn poll(
    State(state): State<AppState>,
    body: Body<LoginPoll>,
) -> Result<Json<LoginAnswer>, ApiError> {
    let poll = BearerToken::parse(body.value.poll.dangerously_expose())
        .and_then(|poll| match poll.kind() {
            TokenKind::Login => Ok(poll),
            _ => Err(TokenFault::Shape),
        })
        .map_err(|_| ApiError::unknown_poll())?;
    Ok(Json(match state.store.poll_login(&poll).await? {
        RequestAnswer::Approved(token) => LoginAnswer::Approved { token: token.text() },
        RequestAnswer::Denied => LoginAnswer::Denied,
        RequestAnswer::Expired => LoginAnswer::Expired,
        RequestAnswer::Pending => LoginAnswer::Pending,
    }))
}

/// Sign the command line out
#[utoipa::path(
    delete, path = "/login", tag = "Session", security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn sign_out(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<StatusCode, ApiError> {
    state.store.sign_out_command_line(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for the password to be confirmed
///
/// For a command line that a person is signed in at. `whoami` tells when they did.
#[utoipa::path(
    post, path = "/sudo", tag = "Session", security(("token" = [])),
    responses((status = 200, body = SudoStarted), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn confirm(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<SudoStarted>, ApiError> {
    let started = state.store.start_confirmation(&caller).await?;
    Ok(Json(SudoStarted {
        url: state.public_url.page(&format!("/device?code={}", started.code)),
        code: started.code,
        expires_at: timestamp(started.expires_at),
    }))
}
