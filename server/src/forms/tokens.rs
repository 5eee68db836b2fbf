//! The forms about tokens. The answer to one is its page, with the text of the token that was made: a
//! redirect could not carry it.

use app::error::AppError;
use app::tokens::{PostedForm, TokenDraft};
use axum::extract::{Path, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use model::{TokenId, WorkspaceId};
use store::{Caller, MadeToken};

use super::{Pairs, Posted, Sender};
use crate::pages;
use crate::state::AppState;

/// `POST /tokens/new`.
pub(crate) async fn make_token(
    State(state): State<AppState>,
    parts: Parts,
    Posted(form): Posted<Pairs>,
) -> Response {
    let draft = TokenDraft::of(|name| form.all(name));
    let asked = match caller(&parts, &form) {
        Ok(caller) => caller,
        Err(error) => return answer(&state, parts, draft, Err(error)).await,
    };
    let made = state.store.make_token(&asked, draft.clone().into(), None).await;
    let made = made.map_err(|error| Sender::of(&parts).told(error));
    answer(&state, parts, draft, made).await
}

/// `POST /tokens/{id}`: what the form asks for.
pub(crate) async fn change_token(
    State(state): State<AppState>,
    Path(id): Path<String>,
    parts: Parts,
    Posted(form): Posted<Pairs>,
) -> Response {
    let error = match change(&state, &parts, &id, &form).await {
        Ok(Done::Elsewhere(place)) => return Redirect::to(place).into_response(),
        Ok(Done::Here(made)) => {
            return answer(&state, parts, TokenDraft::default(), Ok(*made)).await;
        }
        Err(error) => error,
    };
    answer(&state, parts, TokenDraft::default(), Err(error)).await
}

/// Where the person sees what was done.
enum Done {
    Elsewhere(&'static str),
    Here(Box<MadeToken>),
}

async fn change(state: &AppState, parts: &Parts, id: &str, form: &Pairs) -> Result<Done, AppError> {
    let caller = caller(parts, form)?;
    let told = |error| Sender::of(parts).told(error);
    let id = TokenId::parse(id).map_err(|_| AppError::NotFound)?;
    match form.one("asks") {
        "adopt" => {
            state.store.adopt_token(&caller, &id).await.map_err(told)?;
            Ok(Done::Elsewhere("/tokens?adopted=1"))
        }
        "revoke" => {
            state.store.revoke_token(&caller, &id).await.map_err(told)?;
            Ok(Done::Elsewhere("/tokens?revoked=1"))
        }
        "rotate" => {
            let hours = form.one("overlap").parse().map_err(|_| AppError::Misunderstood)?;
            let made = state.store.rotate_token(&caller, &id, hours).await.map_err(told)?;
            Ok(Done::Here(made.into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}

/// Whoever sends the form, from a page of their workspace.
fn caller(parts: &Parts, form: &Pairs) -> Result<Caller, AppError> {
    let caller = parts.extensions.get::<Caller>().ok_or(AppError::SignInRequired)?;
    let workspace: WorkspaceId =
        form.one("workspace").parse().map_err(|_| AppError::Misunderstood)?;
    if caller.workspace == workspace { Ok(caller.clone()) } else { Err(AppError::OtherWorkspace) }
}

async fn answer(
    state: &AppState,
    parts: Parts,
    draft: TokenDraft,
    made: Result<MadeToken, AppError>,
) -> Response {
    let server = state.public_url.to_string();
    let (status, form) = match made {
        Ok(made) => {
            let made = Some(made.into());
            (StatusCode::OK, PostedForm { draft, made, server, ..PostedForm::default() })
        }
        Err(AppError::SignInRequired) => {
            return Redirect::to("/sign-in?reason=expired").into_response();
        }
        Err(error) => (
            StatusCode::from_u16(error.status()).expect("every error has a status that HTTP knows"),
            PostedForm { draft, error: Some(error), server, ..PostedForm::default() },
        ),
    };
    let mut response = pages::answer(state, parts, form).await;
    // What the page says of itself while it is drawn counts less; that it cannot be drawn counts more.
    if !response.status().is_server_error() {
        *response.status_mut() = status;
    }
    response
}
