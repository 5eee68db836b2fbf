//! The second step of signing in, bound to the browser by a cookie of its own.

use app::drawn::PostedForm;
use app::form::safe_next;
use app::session::second::{cookie, cookie_name};
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, StatusCode, request::Parts};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use model::SecretValue;
use serde::Deserialize;
use store::{FactorRefusal, StoreError};
use url::form_urlencoded::byte_serialize;

use super::{Posted, Sender};
use crate::api::sentence;
use crate::pages;
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in/second`.
pub(crate) async fn second_step(
    State(state): State<AppState>,
    parts: Parts,
    Posted(Answer { code, passkey, next }): Posted<Answer>,
) -> Response {
    let sender = Sender::of(&parts);
    let held = held(&state, &parts).unwrap_or_default();
    let (store, origin) = (&state.store, &sender.origin);
    let answered = match &state.party {
        Some(asking) if !passkey.is_empty() => {
            store.sign_in_with_passkey(asking, &held, &passkey, origin).await
        }
        _ => store.sign_in_with_code(&held, &SecretValue::new(code), origin).await,
    };
    let mut refused = None;
    let (status, error) = match answered {
        Ok(new) => match sender.begin(new).await {
            Ok(()) => return (over(&state), Redirect::to(safe_next(&next))).into_response(),
            Err(error) => (StatusCode::SERVICE_UNAVAILABLE, Some(error)),
        },
        Err(StoreError::FactorRefused(refusal @ FactorRefusal::Passkey)) => {
            refused = Some(sentence(&refusal.to_string()));
            (StatusCode::UNAUTHORIZED, None)
        }
        // It took too long, or began in another browser.
        Err(StoreError::SignInFailed) => {
            return Redirect::to("/sign-in?reason=expired").into_response();
        }
        Err(error) => {
            let error = sender.told(error);
            let status = StatusCode::from_u16(error.status());
            (status.expect("every error has a status that HTTP knows"), Some(error))
        }
    };
    let path = parts.uri.path().to_owned();
    let fields = vec![("next".into(), next)];
    let form = PostedForm { path, fields, error, refused, ..PostedForm::default() };
    let mut response = pages::answer_drawn(&state, parts, form).await;
    if response.status().is_success() {
        *response.status_mut() = status;
    }
    response
}

/// Sends a browser in which the password was right on to its second step.
pub(super) fn go_on(state: &AppState, text: &str, next: &str) -> Response {
    let next: String = byte_serialize(next.as_bytes()).collect();
    (keep(state, text), Redirect::to(&format!("/sign-in/second?next={next}"))).into_response()
}

/// What the browser's cookie holds.
pub(super) fn held(state: &AppState, parts: &Parts) -> Option<String> {
    cookie(&parts.headers, state.public_url.is_https())
}

/// Has the browser keep the cookie for as long as the step may take. No other site's link or form brings it along.
pub(super) fn keep(state: &AppState, text: &str) -> AppendHeaders<[(HeaderName, String); 1]> {
    cookie_of(state, text, SECONDS)
}

/// Has the browser forget it.
pub(super) fn over(state: &AppState) -> AppendHeaders<[(HeaderName, String); 1]> {
    cookie_of(state, "", 0)
}

fn cookie_of(
    state: &AppState,
    text: &str,
    seconds: u32,
) -> AppendHeaders<[(HeaderName, String); 1]> {
    let is_https = state.public_url.is_https();
    let secure = if is_https { "; Secure" } else { "" };
    let name = cookie_name(is_https);
    let cookie =
        format!("{name}={text}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    AppendHeaders([(SET_COOKIE, cookie)])
}

/// As long as the store waits.
const SECONDS: u32 = 5 * 60;
