//! Probes of operators and load balancers.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

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

/// As `/pkg/reload.js` reads it.
const STARTED: HeaderName = HeaderName::from_static("x-keyloft-started");
