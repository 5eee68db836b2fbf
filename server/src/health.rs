//! Probes of operators and load balancers.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use model::RotationCounts;

use crate::state::AppState;

/// `/livez`: the process answers. Nothing else is asked, so that a database that is away does not
/// get the server killed too.
pub(crate) async fn live(State(state): State<AppState>) -> Response {
    let started = state.started_for_reload().map(|started| [(STARTED, started.to_string())]);
    (started, "ok\n").into_response()
}

/// `/readyz`: the database answers too.
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    match state.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.\n").into_response()
        }
    }
}

/// `/metrics`, where that is switched on: how many secrets wait for a rotation, in the text format of Prometheus 0.0.4.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    if !state.offers.metrics {
        return (StatusCode::NOT_FOUND, "The server was started without --metrics.\n")
            .into_response();
    }
    match state.store.rotation_counts().await {
        Ok(RotationCounts { soon, due, overdue, expired }) => format!(
            "# HELP keyloft_rotation_secrets Secrets whose values wait for a rotation.\n\
             # TYPE keyloft_rotation_secrets gauge\n\
             keyloft_rotation_secrets{{state=\"soon\"}} {soon}\n\
             keyloft_rotation_secrets{{state=\"due\"}} {due}\n\
             keyloft_rotation_secrets{{state=\"overdue\"}} {overdue}\n\
             # HELP keyloft_expired_secrets Secrets whose credential itself has ended.\n\
             # TYPE keyloft_expired_secrets gauge\n\
             keyloft_expired_secrets {expired}\n"
        )
        .into_response(),
        Err(error) => {
            tracing::error!(%error, "no metrics");
            (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.\n").into_response()
        }
    }
}

/// As `/pkg/reload.js` reads it.
const STARTED: HeaderName = HeaderName::from_static("x-keyloft-started");
