//! What passkeys are asked, and signing in with one alone.

use app::error::AppError;
use app::form::safe_next;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::{Caller, FactorRefusal, StoreError};

use super::second::{held, keep, over};
use super::{Posted, Sender};
use crate::api::sentence;
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Challenge {
    r#for: String,
}

/// `POST /passkeys/challenge`: what the browser shall have signed, as JSON for `passkey.js`.
pub(crate) async fn ask_for_passkey(
    State(state): State<AppState>,
    parts: Parts,
    Posted(Challenge { r#for: asks }): Posted<Challenge>,
) -> Response {
    let Some(asking) = &state.party else {
        return (StatusCode::NOT_FOUND, "This server has no passkeys.\n").into_response();
    };
    let caller = parts.extensions.get::<Caller>();
    let json = [(CONTENT_TYPE, "application/json")];
    let asked = match (asks.as_str(), caller) {
        ("sign-in", _) => {
            let held = held(&state, &parts);
            match state.store.start_passkey_sign_in(asking, held.as_deref()).await {
                Ok(asked) => {
                    return (keep(&state, &asked.cookie), json, asked.options).into_response();
                }
                Err(error) => Err(error),
            }
        }
        ("add" | "confirm", None) => return told(&AppError::SignInRequired),
        ("add", Some(caller)) => state.store.start_passkey(caller, asking).await,
        ("confirm", Some(caller)) => state.store.start_confirming(caller, asking).await,
        _ => return told(&AppError::Misunderstood),
    };
    match asked {
        Ok(options) => (json, options).into_response(),
        Err(StoreError::FactorRefused(refusal)) => {
            (StatusCode::CONFLICT, sentence(&refusal.to_string())).into_response()
        }
        Err(error) => told(&Sender::of(&parts).told(error)),
    }
}

fn told(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status());
    let status = status.expect("every error has a status that HTTP knows");
    (status, error.to_string()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    passkey: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in/passkey`: without a password.
pub(crate) async fn sign_in_by_passkey(
    State(state): State<AppState>,
    parts: Parts,
    Posted(Signed { passkey, next }): Posted<Signed>,
) -> Response {
    let sender = Sender::of(&parts);
    let held = held(&state, &parts).unwrap_or_default();
    let signed_in = match &state.party {
        Some(asking) => {
            state.store.sign_in_with_passkey(asking, &held, &passkey, &sender.origin).await
        }
        None => Err(FactorRefusal::Passkey.into()),
    };
    let begun = match signed_in {
        Ok(new) => sender.begin(new).await,
        Err(StoreError::FactorRefused(_) | StoreError::SignInFailed) => {
            return Redirect::to("/sign-in?reason=passkey").into_response();
        }
        Err(error) => Err(sender.told(error)),
    };
    match begun {
        Ok(()) => (over(&state), Redirect::to(safe_next(&next))).into_response(),
        Err(error) => told(&error),
    }
}
