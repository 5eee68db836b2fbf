use axum::extract::State;
use axum::http::HeaderName;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use store::{Caller, StoreError};
use tower_sessions::Session;

use super::Sender;
use crate::pages;
use crate::state::AppState;
use app::context::RequestReference;

/// `POST /sign-out`: ends the session, and has the browser forget what it kept of our pages.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    session: Session,
    parts: Parts,
) -> Response {
    if let Some(caller) = parts.extensions.get::<Caller>() {
        match state.store.sign_out(caller).await {
            // Another window was faster.
            Ok(()) | Err(StoreError::NotFound) => {}
            Err(error) => {
                let reference = Sender::of(&parts).reference;
                tracing::error!(%reference, %error, "a session could not be ended");
                return pages::unavailable(&parts.headers, RequestReference(reference.0));
            }
        }
    }
    // Only empties the record, upon which the session layer removes the cookie: our session store
    // deletes nothing by itself.
    if session.flush().await.is_err() {
        tracing::warn!("a session's cookie could not be removed");
    }
    ([(CLEAR_SITE_DATA, "\"cache\", \"storage\"")], Redirect::to("/sign-in?reason=signed-out"))
        .into_response()
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
