//! Server functions about environments and the workspace's name.

#[cfg(feature = "ssr")]
use crate::context::{caller, store, told};
use crate::error::AppError;
use leptos::prelude::*;
use model::{EnvironmentId, WorkspaceId};

#[cfg(feature = "ssr")]
const PAGE: &str = "/environments";

/// Makes an environment.
#[server(prefix = "/fn", endpoint = "environments/create")]
pub async fn create_environment(workspace: WorkspaceId, name: String) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().create_environment(&caller, &name).await.map_err(told)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Gives an environment another name.
#[server(prefix = "/fn", endpoint = "environments/rename")]
pub async fn rename_environment(
    workspace: WorkspaceId,
    id: EnvironmentId,
    name: String,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().rename_environment(&caller, id, &name).await.map_err(told)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Protects an environment, or lifts its protection.
#[server(prefix = "/fn", endpoint = "environments/protect")]
pub async fn protect_environment(
    workspace: WorkspaceId,
    id: EnvironmentId,
    #[server(default)] protected: bool,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().protect_environment(&caller, id, protected).await.map_err(told)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Moves an environment up (`-1`) or down (`1`).
#[server(prefix = "/fn", endpoint = "environments/move")]
pub async fn move_environment(
    workspace: WorkspaceId,
    id: EnvironmentId,
    step: i32,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().move_environment(&caller, id, step).await.map_err(told)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Deletes an empty environment.
#[server(prefix = "/fn", endpoint = "environments/delete")]
pub async fn delete_environment(workspace: WorkspaceId, id: EnvironmentId) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    store().delete_environment(&caller, id).await.map_err(told)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}
