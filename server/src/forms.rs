//! Plain forms in front of sign-in and around it: each handler calls the store and sends the browser
//! on, or draws the same page again with what was wrong.

mod account;
mod audit;
mod compare;
mod device;
pub(crate) mod drawn;
mod environments;
mod import;
mod invitation;
mod members;
mod notifications;
mod pairs;
mod passkeys;
mod rotators;
mod schedule;
mod second;
mod security;
mod selected;
mod setup;
mod shortcuts;
mod sign_in;
mod sign_out;
mod sudo;
mod templates;
mod theme;
mod tokens;
mod trash;
mod versions;
mod workspace;
mod workspaces;

pub(crate) use self::account::change_account;
pub(crate) use self::audit::{change_audit_retention, export_audit};
pub(crate) use self::compare::compare_environments;
pub(crate) use self::device::answer_command_line;
pub(crate) use self::environments::change_environments;
pub(crate) use self::import::import_variables;
pub(crate) use self::invitation::accept_invitation;
pub(crate) use self::members::{change_member, manage_members};
pub(crate) use self::notifications::{change_webhook, choose_reminders, make_webhook};
use self::pairs::Pairs;
pub(crate) use self::passkeys::{ask_for_passkey, sign_in_by_passkey};
pub(crate) use self::rotators::{change_rotator, make_rotator};
pub(crate) use self::schedule::{schedule_secret, schedule_template};
pub(crate) use self::second::second_step;
pub(crate) use self::security::change_factors;
pub(crate) use self::selected::change_selected;
pub(crate) use self::setup::set_up;
pub(crate) use self::shortcuts::choose_shortcuts;
pub(crate) use self::sign_in::sign_in;
pub(crate) use self::sign_out::sign_out;
pub(crate) use self::sudo::confirm;
pub(crate) use self::templates::{change_template, make_template};
pub(crate) use self::theme::choose_theme;
pub(crate) use self::tokens::{change_token, make_token};
pub(crate) use self::trash::change_trash;
pub(crate) use self::versions::{change_versions, rotate_values};
pub(crate) use self::workspace::change_workspace;
pub(crate) use self::workspaces::choose_workspace;

use app::context::{RequestReference, begin, translated};
use app::error::{AppError, Reference};
use app::form::FailedForm;
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use store::{NewSession, Origin, StoreError};
use tower_sessions::Session;

use crate::pages;
use crate::state::AppState;

/// A form that one of our pages posted. What else is posted hears nothing of what it sent: an error of
/// the decoder would quote it.
pub(crate) struct Posted<T>(T);

impl<T: DeserializeOwned> FromRequest<AppState> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let Form(form) = Form::from_request(request, state).await.map_err(|rejection| {
            let text =
                "This form was not understood. Open its page again and send it from there.\n";
            (rejection.status(), text).into_response()
        })?;
        Ok(Self(form))
    }
}

/// Whoever sends a form.
struct Sender {
    session: Session,
    origin: Origin,
    reference: Reference,
}

impl Sender {
    fn of(parts: &Parts) -> Self {
        let session = parts.extensions.get::<Session>().cloned();
        Self {
            session: session.expect("the session layer lies around every form"),
            origin: parts.extensions.get().cloned().unwrap_or_default(),
            reference: Reference(parts.extensions.get().map_or(0, |id: &RequestReference| id.0)),
        }
    }

    /// Opens the session in the sender's browser.
    async fn begin(&self, new: NewSession) -> Result<(), AppError> {
        // The session store logged why it could not.
        begin(&self.session, new, self.origin.clone())
            .await
            .map_err(|_| AppError::Unavailable { reference: self.reference })
    }

    /// The store's error, as pages tell it.
    fn told(&self, error: StoreError) -> AppError {
        translated(error, self.reference)
    }
}

/// The form's page again, with what was typed and what was wrong.
async fn again(state: &AppState, parts: Parts, typed: FailedForm, error: AppError) -> Response {
    let status =
        StatusCode::from_u16(error.status()).expect("every error has a status that HTTP knows");
    let failed = FailedForm { error: Some(error), ..typed };
    let mut response = pages::plain(state, parts, failed).await;
    *response.status_mut() = status;
    response
}
