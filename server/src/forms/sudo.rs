use app::error::AppError;
use app::form::{FailedForm, safe_next};
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use model::WireValue;
use serde::Deserialize;
use store::Caller;

use super::{Posted, Sender, again};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    password: WireValue,
    #[serde(default)]
    next: String,
}

/// `POST /sudo`: the password again, and then back to what needed it.
pub(crate) async fn confirm(
    State(state): State<AppState>,
    parts: Parts,
    Posted(Confirm { password, next }): Posted<Confirm>,
) -> Response {
    let Some(caller) = parts.extensions.get::<Caller>() else {
        return Redirect::to("/sign-in?reason=expired").into_response();
    };
    match renew(&state, &Sender::of(&parts), caller, password).await {
        Ok(()) => Redirect::to(safe_next(&next)).into_response(),
        Err(error) => {
            let typed = FailedForm { next, ..FailedForm::default() };
            again(&state, parts, typed, error).await
        }
    }
}

async fn renew(
    state: &AppState,
    sender: &Sender,
    caller: &Caller,
    password: WireValue,
) -> Result<(), AppError> {
    let confirmed = state.store.confirm(caller, password.into_secret()).await;
    sender.begin(confirmed.map_err(|error| sender.told(error))?).await
}
