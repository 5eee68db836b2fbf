//! Service tokens.

use super::whole;
use crate::{
    EnvironmentName, NamePattern, PersonName, Scope, TokenId, TokenKind, TokenState, WireValue,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A token without its secret half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// Its public half.
    pub id: TokenId,
    /// What it stands for.
    pub kind: TokenKind,
    /// What it is called.
    pub name: String,
    /// What it may do; nothing for a person's command line, which may do what the person may.
    pub scopes: Vec<Scope>,
    /// The environments that it reaches; all if none are named.
    pub environments: Vec<EnvironmentName>,
    /// The secrets that it reaches; all if none are named.
    pub secrets: Vec<NamePattern>,
    /// The addresses it may come from, as CIDR; any if none are named.
    pub addresses: Vec<String>,
    /// How often it may still be used; no limit if nothing.
    pub uses_left: Option<u32>,
    /// Whether it works, or why not.
    pub state: TokenState,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Who made it: it may never do more than they may.
    pub created_by: PersonName,
    /// When it ends; never if nothing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Timestamp>,
    /// From which address.
    pub last_used_from: Option<String>,
    /// Until when the text that it had before its last rotation works too.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub previous_until: Option<Timestamp>,
}

/// Tokens of a workspace, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenList {
    /// The tokens.
    pub tokens: Vec<TokenView>,
}

/// A new service token. It may never do more than whoever makes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MakeToken {
    /// What it is called, so that people know what breaks without it.
    #[cfg_attr(feature = "openapi", schema(value_type = PersonName))]
    pub name: String,
    /// What it may do: at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5))]
    pub scopes: Vec<Scope>,
    /// The environments that it reaches; all if none are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<EnvironmentName>, max_items = 50))]
    pub environments: Vec<String>,
    /// The secrets that it reaches, as names or beginnings of names (`prod-*`), at most 8; all if none are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<NamePattern>, max_items = 8))]
    pub secrets: Vec<String>,
    /// The addresses it may come from, as CIDR, at most 16; any if none are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::Network>, max_items = 16))]
    pub addresses: Vec<String>,
    /// How many days it lives: 1 to 366, 90 if nothing is given, 0 for ever, which takes an owner.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::optional"
    )]
    #[cfg_attr(feature = "openapi", schema(maximum = 366))]
    pub days: Option<u32>,
    /// How often it may be used; no limit if nothing is given.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::optional"
    )]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000_000))]
    pub max_uses: Option<u32>,
}

/// Gives a token another secret half.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotateToken {
    /// For how many hours the text of now works too: 0 to 24.
    #[serde(deserialize_with = "whole::number")]
    #[cfg_attr(feature = "openapi", schema(maximum = 24))]
    pub overlap_hours: u32,
}

/// A token's text, shown this once: nobody can show it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// The text.
    pub token: WireValue,
    /// What it is.
    pub info: TokenView,
}
