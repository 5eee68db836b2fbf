//! Server functions about whoever is signed in.

#[cfg(feature = "ssr")]
use crate::context::{caller, open_session, store, told};
use crate::error::AppError;
use leptos::prelude::*;
use model::{WireValue, WorkspaceId};

/// Gives the password again, and a code of whoever has a second factor, for what needs it.
#[server(prefix = "/fn", endpoint = "session/confirm")]
pub async fn confirm_password(
    workspace: WorkspaceId,
    password: WireValue,
    code: Option<WireValue>,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    let code = code.unwrap_or_else(|| WireValue::new(String::new())).into_secret();
    let confirmed = store().confirm(&caller, password.into_secret(), &code).await.map_err(told)?;
    open_session(confirmed).await
}
