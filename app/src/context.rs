//! What a server function finds around it: the store, and who asks.

use crate::error::{AppError, Reference};
use axum::http::{Method, StatusCode, header::ACCEPT, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::WorkspaceId;
use serde::{Deserialize, Serialize};
use store::{Caller, NewSession, Origin, Store, StoreError};
use tower_sessions::Session;

/// The request's id, put there by the server for error messages and the audit log.
#[derive(Clone, Copy, Debug)]
pub struct RequestReference(pub u64);

/// The key under which an [`Opening`] waits for the session store.
pub const OPENING: &str = "opening";

/// A session that shall be opened, and where the request for it came from.
#[derive(Debug, Serialize, Deserialize)]
pub struct Opening {
    /// The session.
    pub new: NewSession,
    /// Where the request came from.
    pub origin: Origin,
}

/// The store.
pub(crate) fn store() -> Store {
    expect_context()
}

/// Whoever is signed in, if anyone is.
pub(crate) fn signed_in() -> Option<Caller> {
    use_context::<Parts>()?.extensions.get().cloned()
}

/// Whoever asks from a page of this workspace.
pub(crate) fn caller(workspace: WorkspaceId) -> Result<Caller, AppError> {
    let caller = signed_in().ok_or_else(|| answered(AppError::SignInRequired))?;
    if caller.workspace == workspace { Ok(caller) } else { Err(answered(AppError::OtherWorkspace)) }
}

/// Opens a session in this browser, in place of the one it has.
pub(crate) async fn open_session(new: NewSession) -> Result<(), AppError> {
    let parts = use_context::<Parts>().expect("a server function runs within a request");
    let session = parts.extensions.get::<Session>();
    let session = session.expect("the session layer lies around every server function");
    let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
    begin(session, new, origin).await.map_err(|error| {
        tracing::error!(%error, "a session could not be opened");
        answered(AppError::Unavailable { reference: reference() })
    })
}

/// Opens a session: the store writes it, with its audit row, when tower-sessions creates it under a new id.
pub async fn begin(
    session: &Session,
    new: NewSession,
    origin: Origin,
) -> Result<(), tower_sessions::session::Error> {
    session.insert(OPENING, Opening { new, origin }).await?;
    session.cycle_id().await?;
    session.save().await
}

/// A store's error as the dashboard tells it. The cause stays in the log.
pub(crate) fn told(error: StoreError) -> AppError {
    answered(translated(error, reference()))
}

/// The same for whoever has the request at hand.
pub fn translated(error: StoreError, reference: Reference) -> AppError {
    match error {
        StoreError::Busy => AppError::Busy,
        StoreError::Conflict { current, .. } => AppError::Conflict { current },
        StoreError::Denied(action) | StoreError::OutOfScope(action) => AppError::Denied(action),
        StoreError::FactorNeeded => AppError::FactorNeeded,
        StoreError::Full => {
            tracing::error!(%reference, "the database is full");
            AppError::Full
        }
        StoreError::Integrity { record } => {
            tracing::error!(%reference, record, "integrity check failed");
            AppError::Integrity { reference }
        }
        StoreError::Internal(cause) => {
            tracing::error!(%reference, cause, "internal error");
            AppError::Internal { reference }
        }
        StoreError::Invalid(problems) => AppError::Invalid(problems),
        // What only programs are told, no page asks for; what is about members has pages that tell it themselves.
        StoreError::BrowserOnly
        | StoreError::Destroyed(_)
        | StoreError::FactorRefused(_)
        | StoreError::IdempotencyMismatch
        | StoreError::InvitationRefused(_)
        | StoreError::MemberRefused(_)
        | StoreError::MissingKeys(_)
        | StoreError::MissingSecrets(_)
        | StoreError::NotFound
        | StoreError::OutOfReach
        | StoreError::PeopleOnly
        | StoreError::SameValues(_)
        | StoreError::RotationUnderWay
        | StoreError::Setup { .. }
        | StoreError::TokenMade(_)
        | StoreError::TokenRefused(_)
        | StoreError::UnknownEnvironment(_)
        | StoreError::VersionOfNow
        | StoreError::WebhookRefused(_) => AppError::NotFound,
        StoreError::SignInFailed => AppError::SignInFailed,
        StoreError::SudoNeeded => AppError::SudoNeeded,
        StoreError::TooManyTries { seconds } => AppError::TooManyTries { seconds },
        StoreError::Unavailable(cause) => {
            tracing::error!(%reference, cause, "the database does not answer");
            AppError::Unavailable { reference }
        }
        StoreError::WriteOnly => AppError::WriteOnly,
    }
}

/// Gives the answer the error's status, unless a browser without scripts waits for a redirect.
pub(crate) fn answered(error: AppError) -> AppError {
    if !is_plain_form()
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    error
}

/// Whether a form was posted without scripts. A page asks for HTML too, but with GET.
pub(crate) fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        parts.method == Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

fn reference() -> Reference {
    let id = use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<RequestReference>().copied());
    Reference(id.map_or(0, |id| id.0))
}
