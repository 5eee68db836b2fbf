//! Accepting an invitation, in front of sign-in or signed in.

use app::drawn::PostedForm;
use app::error::AppError;
use axum::extract::{Path, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use model::{BearerToken, SecretValue};
use store::{Caller, InvitationRefusal, StoreError};

use super::{Pairs, Posted, Sender};
use crate::api::sentence;
use crate::pages;
use crate::state::AppState;

/// `POST /invitation/{token}`.
pub(crate) async fn accept_invitation(
    State(state): State<AppState>,
    Path(token): Path<String>,
    parts: Parts,
    Posted(form): Posted<Pairs>,
) -> Response {
    let (status, error, refused) = match accept(&state, &parts, &token, &form).await {
        Ok(place) => return Redirect::to(place).into_response(),
        Err(NotJoined::Error(error)) => (StatusCode::from_u16(error.status()), Some(error), None),
        Err(NotJoined::Refused(why)) => (Ok(StatusCode::CONFLICT), None, Some(sentence(&why))),
    };
    let form = PostedForm {
        path: parts.uri.path().to_owned(),
        fields: form.without(&["password"]),
        error,
        refused,
        ..PostedForm::default()
    };
    let mut response = pages::answer_drawn(&state, parts, form).await;
    // A page that says that the link works no more keeps its own.
    if response.status().is_success() {
        *response.status_mut() = status.expect("every error has a status that HTTP knows");
    }
    response
}

/// Why somebody is not in the workspace now.
enum NotJoined {
    Error(AppError),
    /// A rule of members is against it, which says so.
    Refused(String),
}

impl From<AppError> for NotJoined {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

async fn accept(
    state: &AppState,
    parts: &Parts,
    token: &str,
    form: &Pairs,
) -> Result<&'static str, NotJoined> {
    let (store, sender) = (&state.store, Sender::of(parts));
    let told = |error| match error {
        StoreError::MemberRefused(refusal) => NotJoined::Refused(refusal.to_string()),
        error => sender.told(error).into(),
    };
    let token = BearerToken::parse(token).map_err(|_| told(InvitationRefusal::Unknown.into()))?;
    let password = || SecretValue::new(form.one("password").to_owned());
    match form.one("asks") {
        "new" => {
            let joined =
                store.accept_as_new(&token, form.one("name"), password(), &sender.origin).await;
            sender.begin(joined.map_err(told)?).await?;
            Ok("/secrets")
        }
        "account" => {
            let joined = store.accept_with_password(&token, password(), &sender.origin).await;
            joined.map_err(told)?;
            Ok("/sign-in")
        }
        "join" => {
            let caller = parts.extensions.get::<Caller>().ok_or(AppError::SignInRequired)?;
            let workspace = store.accept(caller, &token).await.map_err(told)?;
            store.switch_workspace(caller, workspace).await.map_err(told)?;
            Ok("/members?done=joined")
        }
        _ => Err(AppError::Misunderstood.into()),
    }
}
