//! Forms of pages that the server alone draws. A handler reads `asks`, calls the store, and answers with the page:
//!
//! ```text
//! pub(crate) async fn change_workspace(asking: Asking) -> Response {
//!     let outcome = change(&asking).await;
//!     asking.answer(outcome).await
//! }
//! ```

use app::drawn::PostedForm;
use app::error::AppError;
use axum::extract::{FromRequest, Request};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use model::WorkspaceId;
use store::{Caller, FactorRefusal, NewSession, StoreError};

use super::sudo::{Shown, Unconfirmed};
use super::{Pairs, Sender};
use crate::api::sentence;
use crate::pages;
use crate::state::AppState;

/// Somebody who posted a form from a page of their workspace.
pub(crate) struct Asking {
    pub(crate) state: AppState,
    pub(crate) caller: Caller,
    form: Pairs,
    parts: Parts,
}

/// Where the person sees what was done.
pub(crate) enum Done {
    /// At this address, often the page's own with `?done=…`.
    At(String),
    /// On the page that answers the form, with texts that are shown this once.
    Here(Vec<String>),
    /// On the same page, which says why not.
    Refused(String),
}

impl FromRequest<AppState> for Asking {
    type Rejection = Response;

    /// Who asks, from which workspace, and with their password if the form brings it; or the answer that they get instead.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let form = Pairs::from_request(request, state).await?;
        let Some(caller) = parts.extensions.get::<Caller>().cloned() else {
            return Err(Redirect::to("/sign-in?reason=expired").into_response());
        };
        let asking = Self { state: state.clone(), caller, form, parts };
        let here = asking.one("workspace").parse::<WorkspaceId>().ok();
        if here != Some(asking.caller.workspace) {
            return Err(asking.answer(Err(AppError::OtherWorkspace)).await);
        }
        if !asking.confirms() {
            return Ok(asking);
        }
        let shown = Shown::of(asking.one(PASSWORD), asking.one(CODE), asking.one(PASSKEY));
        let sender = Sender::of(&asking.parts);
        Err(match shown.confirm(state, &sender, &asking.caller).await {
            // The same again, with the cookie of the session that replaces this one.
            Ok(()) => {
                let here = asking.parts.uri.to_string();
                (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, here)]).into_response()
            }
            Err(Unconfirmed::Passkey) => {
                let why = sentence(&FactorRefusal::Passkey.to_string());
                asking.answer(Ok(Done::Refused(why))).await
            }
            Err(Unconfirmed::Other(error)) => asking.answer(Err(error)).await,
        })
    }
}

impl Asking {
    /// Whether the form brings what shall confirm it, and nothing did yet.
    fn confirms(&self) -> bool {
        let shown = !self.one(PASSWORD).is_empty() || !self.one(PASSKEY).is_empty();
        shown && !self.caller.has_sudo(self.state.store.now())
    }

    /// Opens the session that goes on after a change that ended all.
    pub(crate) async fn go_on(&self, new: NewSession) -> Result<(), AppError> {
        Sender::of(&self.parts).begin(new).await
    }

    /// What stands under a name, the last if there are several, or nothing.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.form.one(name)
    }

    /// All that stands under a name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.form.all(name)
    }

    /// The whole form.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        self.form.fields()
    }

    /// The store's error, as pages tell it.
    pub(crate) fn told(&self, error: StoreError) -> AppError {
        Sender::of(&self.parts).told(error)
    }

    /// What the store answered: done, refused for a reason that is told as it is, or an error.
    pub(crate) fn outcome<T>(
        &self,
        answer: Result<T, StoreError>,
        done: impl FnOnce(T) -> Done,
    ) -> Result<Done, AppError> {
        match answer {
            Ok(made) => Ok(done(made)),
            Err(
                refusal @ (StoreError::MemberRefused(_)
                | StoreError::FactorRefused(_)
                | StoreError::WebhookRefused(_)),
            ) => Ok(Done::Refused(sentence(&refusal.to_string()))),
            Err(error) => Err(self.told(error)),
        }
    }

    /// The page, by a redirect or at once.
    pub(crate) async fn answer(self, outcome: Result<Done, AppError>) -> Response {
        let mut refused = None;
        let (status, error, once) = match outcome {
            Ok(Done::At(place)) => return Redirect::to(&place).into_response(),
            Ok(Done::Here(once)) => (StatusCode::OK, None, once),
            Ok(Done::Refused(why)) => {
                refused = Some(why);
                (StatusCode::CONFLICT, None, Vec::new())
            }
            Err(AppError::SignInRequired) => {
                return Redirect::to("/sign-in?reason=expired").into_response();
            }
            Err(error) => {
                let status = StatusCode::from_u16(error.status());
                (status.expect("every error has a status that HTTP knows"), Some(error), Vec::new())
            }
        };
        let form = PostedForm {
            unconfirmed: self.confirms(),
            path: self.parts.uri.path().to_owned(),
            fields: self.form.without(&[PASSWORD, CODE, PASSKEY, CURRENT_PASSWORD, NEW_PASSWORD]),
            error,
            refused,
            once,
        };
        let mut response = pages::answer_drawn(&self.state, self.parts, form).await;
        // That the page cannot be drawn counts more than what it would say.
        if response.status().is_success() {
            *response.status_mut() = status;
        }
        response
    }
}

/// The fields of what confirms what a form asks.
const PASSWORD: &str = "confirm_password";
const CODE: &str = "confirm_code";
const PASSKEY: &str = "confirm_passkey";

/// The fields of a form that changes the password: no page says again what was typed into them.
pub(super) const CURRENT_PASSWORD: &str = "current_password";
pub(super) const NEW_PASSWORD: &str = "new_password";
