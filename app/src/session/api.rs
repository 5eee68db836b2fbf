//! Server functions about whoever is signed in.

#[cfg(feature = "ssr")]
use crate::context::{answered, caller, open_session, signed_in, store, told};
use crate::{error::AppError, viewer::Viewer};
use leptos::prelude::*;
use model::{SessionKey, WireValue, WorkspaceId};
use serde::{Deserialize, Serialize};

/// A session, as the account page lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Which one.
    pub key: SessionKey,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Since when, in unix milliseconds.
    pub created_at: i64,
    /// When it last asked for something.
    pub last_seen: i64,
    /// From which address it was opened.
    pub ip: String,
    /// With which browser.
    pub user_agent: String,
}

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

/// Changes the name and address of whoever is signed in.
#[server(prefix = "/fn", endpoint = "session/profile")]
pub async fn change_profile(
    workspace: WorkspaceId,
    name: String,
    email: String,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().change_profile(&caller, store::Profile { name, email }).await.map_err(told)?;
    leptos_axum::redirect("/settings/account?saved=profile");
    Ok(())
}

/// Changes the password of whoever is signed in, and ends their other sessions.
#[server(prefix = "/fn", endpoint = "session/password")]
pub async fn change_password(
    workspace: WorkspaceId,
    current: WireValue,
    new_password: WireValue,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    let change =
        store::PasswordChange { current: current.into_secret(), new: new_password.into_secret() };
    let next = store().change_password(&caller, change).await.map_err(told)?;
    open_session(next).await?;
    leptos_axum::redirect("/settings/account?saved=password");
    Ok(())
}

/// The sessions of whoever is signed in.
#[server(prefix = "/fn", endpoint = "session/list")]
pub async fn list_sessions(workspace: WorkspaceId) -> Result<Vec<OpenSession>, AppError> {
    let caller = caller(workspace)?;
    let current = caller.session().map_err(told)?;
    let sessions = store().list_sessions(&caller).await.map_err(told)?;
    let open = sessions.into_iter().map(|session| OpenSession {
        current: session.key == current,
        key: session.key,
        created_at: session.created_at,
        last_seen: session.last_seen,
        ip: session.ip,
        user_agent: session.user_agent,
    });
    Ok(open.collect())
}

/// Ends one session of whoever is signed in.
#[server(prefix = "/fn", endpoint = "session/end")]
pub async fn end_session(workspace: WorkspaceId, key: SessionKey) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().end_session(&caller, key).await.map_err(told)?;
    leptos_axum::redirect("/settings/account?saved=session");
    Ok(())
}

/// Ends every session of whoever is signed in but this one.
#[server(prefix = "/fn", endpoint = "session/end-others")]
pub async fn end_other_sessions(workspace: WorkspaceId) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().end_other_sessions(&caller).await.map_err(told)?;
    leptos_axum::redirect("/settings/account?saved=sessions");
    Ok(())
}
