use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use model::api::{ChangeGrants, ChangeRole, KnownSecrets, MemberList, MemberView, ProblemDetails};
use model::{EnvironmentId, Grant, UserId};
use store::{Caller, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use super::view::{self, Names};
use crate::state::AppState;

/// The members of the workspace, owners first
#[utoipa::path(
    get, path = "/members", tag = "Members", security(("token" = [])),
    responses((status = 200, body = MemberList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<MemberList>, ApiError> {
    let members = state.store.list_members(&caller).await?;
    let names = Names::load(&state, &caller).await?;
    Ok(Json(MemberList { members: members.into_iter().map(|info| names.member(info)).collect() }))
}

/// One member
#[utoipa::path(
    get, path = "/members/{user}", tag = "Members", security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 200, body = MemberView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
) -> Result<Json<MemberView>, ApiError> {
    let member = state.store.member(&caller, parse(&user)?).await?;
    Ok(Json(Names::load(&state, &caller).await?.member(member)))
}

/// Give a member another role
///
/// Nobody gives a role above their own or changes whoever has one. Programs need every scope, and make no owners.
#[utoipa::path(
    patch, path = "/members/{user}", tag = "Members", request_body = ChangeRole, security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 200, body = MemberView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change_role(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
    body: Body<ChangeRole>,
) -> Result<Json<MemberView>, ApiError> {
    let member = state.store.change_role(&caller, parse(&user)?, body.value.role).await?;
    Ok(Json(Names::load(&state, &caller).await?.member(member)))
}

/// Say what a member may in single environments beyond their role, and whether they see no other
#[utoipa::path(
    put, path = "/members/{user}/grants", tag = "Members", request_body = ChangeGrants, security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 200, body = MemberView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change_grants(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
    body: Body<ChangeGrants>,
) -> Result<Json<MemberView>, ApiError> {
    let user = parse(&user)?;
    let ChangeGrants { limited, .. } = body.value;
    let given = given(&state, &caller, &body.value).await?;
    let member = state.store.change_grants(&caller, user, limited, &given).await?;
    Ok(Json(Names::load(&state, &caller).await?.member(member)))
}

/// Remove a member, or leave
///
/// Their sessions and command lines end at once; tokens that they made wait for an owner to adopt them. The answer lists what they
/// may know. A person leaves by removing themselves.
#[utoipa::path(
    delete, path = "/members/{user}", tag = "Members", security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 200, body = KnownSecrets), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn remove(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
) -> Result<Json<KnownSecrets>, ApiError> {
    let known = state.store.remove_member(&caller, parse(&user)?).await?;
    Ok(Json(view::known(known)))
}

/// What a member may know: what to rotate once they are gone
#[utoipa::path(
    get, path = "/members/{user}/rotate", tag = "Members", security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 200, body = KnownSecrets), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn to_rotate(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
) -> Result<Json<KnownSecrets>, ApiError> {
    let known = state.store.to_rotate(&caller, parse(&user)?).await?;
    Ok(Json(view::known(known)))
}

/// Make another member an owner in your place, and yourself an admin
#[utoipa::path(
    post, path = "/members/{user}/transfer", tag = "Members", security(("token" = [])),
    params(("user" = UserId, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn transfer(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(user): Path<String>,
) -> Result<StatusCode, ApiError> {
    state.store.transfer_ownership(&caller, parse(&user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn given(
    state: &AppState,
    caller: &Caller,
    change: &ChangeGrants,
) -> Result<Vec<(EnvironmentId, Grant)>, StoreError> {
    let mut given = Vec::new();
    for granted in &change.grants {
        let environment =
            state.store.environment_named(caller, granted.environment.as_str()).await?;
        given.extend(granted.grants.iter().map(|grant| (environment.id, *grant)));
    }
    Ok(given)
}

/// What is no id names nobody.
fn parse(user: &str) -> Result<UserId, StoreError> {
    user.parse().map_err(|_| StoreError::NotFound)
}
