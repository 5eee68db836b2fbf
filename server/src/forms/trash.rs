use app::error::AppError;
use axum::response::Response;
use model::SecretId;

use super::drawn::{Asking, Done};

/// `POST /trash`.
pub(crate) async fn change_trash(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id: SecretId = asking.one("id").parse().map_err(|_| AppError::NotFound)?;
    let name = asking.one("name");
    match asking.one("asks") {
        "restore" => {
            let name = Some(name).filter(|name| !name.is_empty());
            let restored = store.restore_secret(caller, id, name).await;
            asking.outcome(restored, |()| Done::At(format!("/secrets/{id}?restored=1")))
        }
        "destroy" => {
            let destroyed = store.destroy_secret(caller, id, name).await;
            asking.outcome(destroyed, |()| Done::At("/trash?done=destroyed".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}
