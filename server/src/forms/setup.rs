use app::form::FailedForm;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use model::WireValue;
use serde::Deserialize;
use store::{NewWorkspace, StoreError};

use super::{Posted, Sender, again, sign_in};
use crate::pages;
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    code: WireValue,
    name: String,
    email: String,
    password: WireValue,
    workspace: String,
}

/// `POST /setup`: the first person, who is signed in at once and asked for a first secret.
pub(crate) async fn set_up(
    State(state): State<AppState>,
    parts: Parts,
    Posted(form): Posted<SetUp>,
) -> Response {
    let SetUp { code, name, email, password, workspace } = form;
    let sender = Sender::of(&parts);
    let new = NewWorkspace {
        name: name.clone(),
        email: email.clone(),
        password: password.clone().into_secret(),
        workspace: workspace.clone(),
    };
    match state.store.setup_with_code(code.dangerously_expose(), new, &sender.origin).await {
        Ok(_) => match sign_in::open(&state, &sender, &email, password).await {
            Ok(_) => Redirect::to("/help?welcome").into_response(),
            // The server is set up all the same, so that this form cannot be sent again.
            Err(_) => Redirect::to("/sign-in").into_response(),
        },
        Err(StoreError::Setup { .. }) => pages::missing(&state, parts).await,
        Err(error) => {
            let typed = FailedForm { name, email, workspace, ..FailedForm::default() };
            again(&state, parts, typed, sender.told(error)).await
        }
    }
}
