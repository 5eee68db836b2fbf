//! Server functions about tokens.

use super::TokenDraft;
#[cfg(feature = "ssr")]
use crate::context::{caller, store, told};
use crate::error::AppError;
use leptos::prelude::*;
use model::{TokenId, TokenInfo, WireValue, WorkspaceId};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// A token as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownToken {
    /// What it is.
    pub info: TokenInfo,
    /// In how many days it ends, the last one counted as a whole, by the server's clock. Nothing if it does not end.
    pub days_left: Option<i64>,
}

/// A token's text, which is told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The text.
    pub text: WireValue,
    /// What it is.
    pub info: TokenInfo,
}

/// The tokens that this person may manage, the newest first; or the one of them that is asked for.
#[server(prefix = "/fn", endpoint = "tokens/list", input = Json)]
pub async fn list_tokens(
    workspace: WorkspaceId,
    only: Option<TokenId>,
) -> Result<Vec<ShownToken>, AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let tokens = match only {
        None => store.list_tokens(&caller).await,
        Some(id) => store.token(&caller, &id).await.map(|info| vec![info]),
    };
    let shown = tokens.map_err(told)?.into_iter().map(|info| ShownToken::at(info, store.now()));
    Ok(shown.collect())
}

/// Makes a service token.
#[server(prefix = "/fn", endpoint = "tokens/create", input = Json)]
pub async fn create_token(workspace: WorkspaceId, draft: TokenDraft) -> Result<Made, AppError> {
    let made = store().make_token(&caller(workspace)?, draft.into(), None).await.map_err(told)?;
    Ok(made.into())
}

/// Gives a service token another text; the one of now works on for so many hours.
#[server(prefix = "/fn", endpoint = "tokens/rotate", input = Json)]
pub async fn rotate_token(
    workspace: WorkspaceId,
    id: TokenId,
    overlap: u32,
) -> Result<Made, AppError> {
    let made = store().rotate_token(&caller(workspace)?, &id, overlap).await.map_err(told)?;
    Ok(made.into())
}

/// Ends a token.
#[server(prefix = "/fn", endpoint = "tokens/revoke")]
pub async fn revoke_token(workspace: WorkspaceId, id: TokenId) -> Result<(), AppError> {
    store().revoke_token(&caller(workspace)?, &id).await.map_err(told)?;
    leptos_axum::redirect("/tokens?revoked=1");
    Ok(())
}

/// Bounds a token whose maker left by the rights of this person.
#[server(prefix = "/fn", endpoint = "tokens/adopt")]
pub async fn adopt_token(workspace: WorkspaceId, id: TokenId) -> Result<(), AppError> {
    store().adopt_token(&caller(workspace)?, &id).await.map_err(told)?;
    leptos_axum::redirect("/tokens?adopted=1");
    Ok(())
}

#[cfg(feature = "ssr")]
impl ShownToken {
    fn at(info: TokenInfo, now: i64) -> Self {
        const DAY: i64 = 86_400_000;
        let days_left = info.expires_at.map(|end| (end - now + DAY - 1).div_euclid(DAY));
        Self { info, days_left }
    }
}

#[cfg(feature = "ssr")]
impl From<store::MadeToken> for Made {
    fn from(made: store::MadeToken) -> Self {
        Self { text: made.token.text(), info: made.info }
    }
}
