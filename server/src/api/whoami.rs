use axum::Json;
use axum::extract::State;
use model::TokenKind;
use model::api::{ProblemDetails, Whoami};
use store::{Credential, StoreError};

use super::asking::Asking;
use super::problem::ApiError;
use super::view::{Names, timestamp};
use crate::state::AppState;

/// Whom the token stands for, and what it may do
#[utoipa::path(
    get, path = "/whoami", tag = "Session", security(("token" = [])),
    responses((status = 200, body = Whoami), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn whoami(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<Whoami>, ApiError> {
    let names = Names::load(&state, &caller).await?;
    let (kind, scopes, environments, secrets, sudo_until) = match &caller.credential {
        Credential::Service { scopes, reach, .. } => (
            TokenKind::Service,
            scopes.iter().copied().collect(),
            names.of_all(&reach.environments),
            reach.names.iter().cloned().collect(),
            None,
        ),
        Credential::CommandLine { sudo_until, .. } => {
            let sudo_until = Some(*sudo_until).filter(|&until| until > state.store.now());
            (TokenKind::Cli, Vec::new(), Vec::new(), Vec::new(), sudo_until)
        }
        Credential::Rotator { .. } | Credential::Session { .. } => {
            return Err(StoreError::NotFound.into());
        }
    };
    let (Credential::Service { token, name, .. } | Credential::CommandLine { token, name, .. }) =
        &caller.credential
    else {
        return Err(StoreError::NotFound.into());
    };
    Ok(Json(Whoami {
        kind,
        token: token.clone(),
        token_name: name.clone(),
        scopes,
        environments,
        secrets,
        expires_at: caller.expires_at().map(timestamp),
        sudo_until: sudo_until.map(timestamp),
        server_version: env!("CARGO_PKG_VERSION").into(),
        second_factor: caller.has_factor,
        limited: caller.grants.limits(caller.role),
        grants: names.grants(&caller.grants),
        person: caller.name,
        email: caller.email,
        role: caller.role,
        workspace: caller.workspace,
        workspace_name: caller.workspace_name,
    }))
}
