use axum::Json;
use axum::extract::State;
use model::api::{ProblemDetails, Scan, ScanAnswer};

use super::asking::Asking;
use super::body::Body;
use super::problem::ApiError;
use crate::state::AppState;

/// Every value in reach, to look for in files
///
/// Values of fewer than 8 bytes are left out. Audited as `secret.scan`.
#[utoipa::path(
    post, path = "/scan", tag = "Values", request_body = Scan, security(("token" = [])),
    responses((status = 200, body = ScanAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn scan(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<Scan>,
) -> Result<Json<ScanAnswer>, ApiError> {
    let environment = match body.value.environment {
        None => None,
        Some(name) => Some(state.store.environment_at(&caller, &name).await?.id),
    };
    let scanned = state.store.scan_values(&caller, environment).await?;
    Ok(Json(ScanAnswer { values: scanned.values, skipped_secrets: scanned.skipped }))
}
