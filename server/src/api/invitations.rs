use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::TokenId;
use model::api::{InvitationList, Invite, MadeInvitation, ProblemDetails};
use store::{Caller, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view;
use crate::invitations;
use crate::state::AppState;

/// The invitations that wait for their answer, the newest first
#[utoipa::path(
    get, path = "/invitations", tag = "Members", security(("token" = [])),
    responses((status = 200, body = InvitationList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<InvitationList>, ApiError> {
    let invitations = state.store.list_invitations(&caller).await?;
    let invitations = invitations.into_iter().map(view::invitation).collect();
    Ok(Json(InvitationList { invitations }))
}

/// Invite somebody
///
/// The link is in this answer, and in a mail if the operator set up mail; in no other answer. Programs need every scope, and invite no owners.
#[utoipa::path(
    post, path = "/invitations", tag = "Members", request_body = Invite, security(("token" = [])),
    responses((status = 201, body = MadeInvitation), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<Invite>,
) -> Result<(StatusCode, Json<MadeInvitation>), ApiError> {
    let Invite { email, role } = body.value;
    let made = state.store.invite(&caller, &email, role).await?;
    Ok((StatusCode::CREATED, Json(told(&state, &caller, made).await)))
}

/// Give an invitation another link, in place of the one of now
#[utoipa::path(
    post, path = "/invitations/{id}/resend", tag = "Members", security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 200, body = MadeInvitation), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn resend(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<MadeInvitation>, ApiError> {
    let made = state.store.resend_invitation(&caller, &parse(&id)?).await?;
    Ok(Json(told(&state, &caller, made).await))
}

/// Take an invitation back
#[utoipa::path(
    delete, path = "/invitations/{id}", tag = "Members", security(("token" = [])),
    params(("id" = TokenId, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state.store.revoke_invitation(&caller, &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn told(state: &AppState, caller: &Caller, made: store::MadeInvitation) -> MadeInvitation {
    let (link, mailed) = invitations::send(state, caller, &made).await;
    MadeInvitation { link, info: view::invitation(made.info), mailed }
}

/// What is no id names nothing.
fn parse(id: &str) -> Result<TokenId, StoreError> {
    TokenId::parse(id).map_err(|_| StoreError::NotFound)
}
