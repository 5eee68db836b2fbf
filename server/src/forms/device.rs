use app::error::AppError;
use axum::response::Response;

use super::drawn::{Asking, Done};

/// `POST /device`: the answer to a command line that waits.
pub(crate) async fn answer_command_line(asking: Asking) -> Response {
    let outcome = answer(&asking).await;
    asking.answer(outcome).await
}

async fn answer(asking: &Asking) -> Result<Done, AppError> {
    let approve = asking.one("approve").parse().map_err(|_| AppError::Misunderstood)?;
    let answered =
        asking.state.store.answer_login(&asking.caller, asking.one("code"), approve).await;
    let word = if approve { "approved" } else { "denied" };
    asking.outcome(answered, |()| Done::At(format!("/device?done={word}")))
}
