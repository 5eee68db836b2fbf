//! Server functions about command lines that wait for an answer.

#[cfg(feature = "ssr")]
use crate::context::{caller, store, told};
use crate::error::AppError;
use leptos::prelude::*;
use model::WorkspaceId;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What waits for this person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    /// The code that both sides show.
    pub code: String,
    /// Which machine it says it runs on.
    pub machine: String,
    /// From which address it came.
    pub ip: String,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Whether it only asks to confirm with the password; otherwise it wants to sign in.
    pub confirms: bool,
}

/// The request of a code.
#[server(prefix = "/fn", endpoint = "device/request", input = Json)]
pub async fn load_request(workspace: WorkspaceId, code: String) -> Result<DeviceRequest, AppError> {
    let found = store().login_request(&caller(workspace)?, &code).await.map_err(told)?;
    Ok(DeviceRequest {
        code: found.code,
        machine: found.machine,
        ip: found.ip,
        created_at: found.created_at,
        confirms: found.confirms,
    })
}

/// This person's answer to it.
#[server(prefix = "/fn", endpoint = "device/answer")]
pub async fn answer_request(
    workspace: WorkspaceId,
    code: String,
    approve: bool,
) -> Result<(), AppError> {
    store().answer_login(&caller(workspace)?, &code, approve).await.map_err(told)?;
    let answer = if approve { "approved" } else { "denied" };
    leptos_axum::redirect(&format!("/device?answer={answer}"));
    Ok(())
}
