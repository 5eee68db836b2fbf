use app::error::AppError;
use app::form::{FailedForm, safe_next};
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use model::WireValue;
use serde::Deserialize;
use store::SecondStep;

use super::{Posted, Sender, again, second};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    email: String,
    password: WireValue,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    parts: Parts,
    Posted(SignIn { email, password, next }): Posted<SignIn>,
) -> Response {
    match open(&state, &Sender::of(&parts), &email, password).await {
        Ok(Some(step)) => second::go_on(&state, &step.cookie, &next),
        Ok(None) => Redirect::to(safe_next(&next)).into_response(),
        Err(error) => {
            let typed = FailedForm { email, next, ..FailedForm::default() };
            again(&state, parts, typed, error).await
        }
    }
}

/// Opens a session for whoever this address and password belong to, or answers with the second step that comes before it.
pub(super) async fn open(
    state: &AppState,
    sender: &Sender,
    email: &str,
    password: WireValue,
) -> Result<Option<SecondStep>, AppError> {
    let signed_in = state.store.sign_in(email, password.into_secret(), &sender.origin).await;
    match signed_in.map_err(|error| sender.told(error))? {
        store::SignIn::Open(new) => sender.begin(new).await.map(|()| None),
        store::SignIn::Second(step) => Ok(Some(step)),
    }
}
