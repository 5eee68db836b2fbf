use app::error::AppError;
use axum::response::Response;

use super::drawn::{Asking, Done};

/// `POST /settings/workspace`.
pub(crate) async fn change_workspace(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    match asking.one("asks") {
        "rename" => {
            let renamed =
                asking.state.store.rename_workspace(&asking.caller, asking.one("name")).await;
            renamed.map_err(|error| asking.told(error))?;
            Ok(Done::At("/settings/workspace?done=renamed".into()))
        }
        "require-factor" => {
            let from = Some(asking.one("from")).filter(|from| *from != "none");
            let from = from.map(str::parse).transpose().map_err(|_| AppError::Misunderstood)?;
            let required = asking.state.store.require_factor(&asking.caller, from).await;
            asking.outcome(required, |()| Done::At("/settings/workspace?done=required".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}
