use app::error::AppError;
use app::form::{FailedForm, safe_next};
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use model::{Field, Problems, Reason, SecretValue, WireValue};
use serde::Deserialize;
use store::{Caller, FactorRefusal, StoreError};

use super::{Posted, Sender, again};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    password: WireValue,
    #[serde(default)]
    code: String,
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    next: String,
}

/// `POST /sudo`: the password again, with a code of whoever has a second factor, or a passkey; and then back to what needed it.
pub(crate) async fn confirm(
    State(state): State<AppState>,
    parts: Parts,
    Posted(Confirm { password, code, passkey, next }): Posted<Confirm>,
) -> Response {
    let Some(caller) = parts.extensions.get::<Caller>() else {
        return Redirect::to("/sign-in?reason=expired").into_response();
    };
    let shown = Shown { password: password.into_secret(), code: SecretValue::new(code), passkey };
    let error = match shown.confirm(&state, &Sender::of(&parts), caller).await {
        Ok(()) => return Redirect::to(safe_next(&next)).into_response(),
        Err(Unconfirmed::Passkey) => Problems::one(Field::SecondFactor, Reason::Wrong).into(),
        Err(Unconfirmed::Other(error)) => error,
    };
    let typed = FailedForm { next, ..FailedForm::default() };
    again(&state, parts, typed, error).await
}

/// What somebody shows to confirm something: password and code, or a passkey.
pub(super) struct Shown {
    password: SecretValue,
    code: SecretValue,
    /// The browser's answer; empty if there is none.
    passkey: String,
}

/// Why it is not confirmed.
pub(super) enum Unconfirmed {
    /// The passkey was not taken.
    Passkey,
    Other(AppError),
}

impl Shown {
    pub(super) fn of(password: &str, code: &str, passkey: &str) -> Self {
        let secret = |text: &str| SecretValue::new(text.to_owned());
        Self { password: secret(password), code: secret(code), passkey: passkey.to_owned() }
    }

    /// Opens the session that may do what needs it, in the place of the caller's.
    pub(super) async fn confirm(
        self,
        state: &AppState,
        sender: &Sender,
        caller: &Caller,
    ) -> Result<(), Unconfirmed> {
        let confirmed = match &state.party {
            Some(party) if !self.passkey.is_empty() => {
                state.store.confirm_with_passkey(caller, party, &self.passkey).await
            }
            _ => state.store.confirm(caller, self.password, &self.code).await,
        };
        let new = confirmed.map_err(|error| match error {
            StoreError::FactorRefused(FactorRefusal::Passkey) => Unconfirmed::Passkey,
            error => Unconfirmed::Other(sender.told(error)),
        })?;
        sender.begin(new).await.map_err(Unconfirmed::Other)
    }
}
