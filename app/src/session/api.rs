//! Server functions about whoever is signed in.

#[cfg(feature = "ssr")]
use crate::context::{answered, caller, open_session, signed_in, store, told};
use crate::{error::AppError, viewer::Viewer};
use leptos::prelude::*;
use model::{WireValue, WorkspaceId};

/// Who is signed in, and what every page shows of the workspace.
#[server(prefix = "/fn", endpoint = "session/viewer")]
pub async fn load_viewer() -> Result<Viewer, AppError> {
    let caller = signed_in().ok_or_else(|| answered(AppError::SignInRequired))?;
    let environments = store().list_environments(&caller).await.map_err(told)?;
    Ok(Viewer::of(caller, environments, crate::page::theme()))
}

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
