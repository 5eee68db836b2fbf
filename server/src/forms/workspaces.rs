//! The forms about the workspaces of a person.

use app::error::AppError;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::WorkspaceId;

use super::drawn::{Asking, Done};
use super::{Pairs, Posted};
use crate::state::AppState;

/// `POST /workspaces`.
pub(crate) async fn choose_workspace(
    State(state): State<AppState>,
    parts: Parts,
    Posted(form): Posted<Pairs>,
) -> Response {
    let asking = match Asking::begin(&state, parts, form).await {
        Ok(asking) => asking,
        Err(answer) => return answer,
    };
    let outcome = change(&state, &asking).await;
    asking.answer(&state, outcome).await
}

async fn change(state: &AppState, asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&state.store, &asking.caller);
    let there = || Done::At("/workspaces?done=switched".into());
    match asking.one("asks") {
        "create" => {
            let made = match store.create_workspace(caller, asking.one("name")).await {
                Ok(id) => store.switch_workspace(caller, id).await,
                Err(error) => Err(error),
            };
            asking.outcome(made, |()| there())
        }
        "leave" => {
            let left = store.remove_member(caller, caller.user).await;
            asking.outcome(left, |_| Done::At("/sign-in".into()))
        }
        "switch" => {
            let to: WorkspaceId = asking.one("to").parse().map_err(|_| AppError::Misunderstood)?;
            asking.outcome(store.switch_workspace(caller, to).await, |()| there())
        }
        _ => Err(AppError::Misunderstood),
    }
}
