//! The forms about the workspaces of a person.

use app::error::AppError;
use axum::response::Response;
use model::WorkspaceId;

use super::drawn::{Asking, Done};

/// `POST /workspaces`.
pub(crate) async fn choose_workspace(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
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
