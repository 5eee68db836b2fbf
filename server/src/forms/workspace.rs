use app::error::AppError;
use axum::response::Response;
use model::Retention;

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
        "retention" => {
            let (versions, days) = (asking.one("versions").trim(), asking.one("days").trim());
            let kept = if versions.is_empty() && days.is_empty() {
                None
            } else {
                let (Ok(versions), Ok(days)) = (versions.parse(), days.parse()) else {
                    let why = "Give both numbers, of versions at least 1, or neither.";
                    return Ok(Done::Refused(why.into()));
                };
                Some(Retention { versions, days })
            };
            let changed = asking.state.store.set_retention(&asking.caller, kept).await;
            asking.outcome(changed, |()| Done::At("/settings/workspace?done=kept".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}
