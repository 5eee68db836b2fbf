use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use model::api::{ProblemDetails, RequireSecondFactor, SecondFactorView};
use store::FactorRule;

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use crate::state::AppState;

/// From which role on the workspace asks for a second factor
#[utoipa::path(
    get, path = "/second-factor", tag = "Members", security(("token" = [])),
    responses((status = 200, body = SecondFactorView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<SecondFactorView>, ApiError> {
    let FactorRule { from, lacking } = state.store.factor_rule(&caller).await?;
    Ok(Json(SecondFactorView { from, lacking }))
}

/// Ask for a second factor from a role on
///
/// It takes an owner who has one, at a command line. Whoever lacks one can only set it up from then on; programs go on.
#[utoipa::path(
    put, path = "/second-factor", tag = "Members", request_body = RequireSecondFactor, security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn require(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<RequireSecondFactor>,
) -> Result<StatusCode, ApiError> {
    state.store.require_factor(&caller, Some(body.value.from)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask nobody for a second factor
#[utoipa::path(
    delete, path = "/second-factor", tag = "Members", security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn not_required(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<StatusCode, ApiError> {
    state.store.require_factor(&caller, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
