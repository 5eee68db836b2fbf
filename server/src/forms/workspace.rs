use app::error::AppError;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;

use super::drawn::{Asking, Done};
use super::{Pairs, Posted};
use crate::state::AppState;

/// `POST /settings/workspace`.
pub(crate) async fn change_workspace(
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
    match asking.one("asks") {
        "rename" => {
            let renamed = state.store.rename_workspace(&asking.caller, asking.one("name")).await;
            renamed.map_err(|error| asking.told(error))?;
            Ok(Done::At("/settings/workspace?done=renamed".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}
