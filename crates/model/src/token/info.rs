//! What is known of a token without its secret half.

use super::{NamePattern, Scope, TokenId, TokenKind};
use crate::{EnvironmentId, PersonName};
use serde::{Deserialize, Serialize};

/// A token as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenInfo {
    /// Its public half.
    pub id: TokenId,
    /// What it stands for.
    pub kind: TokenKind,
    /// What it is called.
    pub name: String,
    /// What a service token may do.
    pub scopes: Vec<Scope>,
    /// The environments that it reaches; all if empty.
    pub environments: Vec<EnvironmentId>,
    /// The secrets that it reaches; all if empty.
    pub secrets: Vec<NamePattern>,
    /// The addresses it may come from, as CIDR; any if empty.
    pub addresses: Vec<String>,
    /// How often it may still be used; no limit if nothing.
    pub uses_left: Option<u32>,
    /// Whether it works.
    pub state: TokenState,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Who made it.
    pub created_by: PersonName,
    /// When it ends; never if nothing.
    pub expires_at: Option<i64>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<i64>,
    /// From which address.
    pub last_used_from: Option<String>,
    /// Until when the text that it had before its rotation works too.
    pub previous_until: Option<i64>,
}

/// Whether a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TokenState {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// Whoever made it left the workspace; an owner can adopt it.
    Orphaned,
    /// Someone revoked it.
    Revoked,
    /// It was used as often as it may be.
    UsedUp,
}
