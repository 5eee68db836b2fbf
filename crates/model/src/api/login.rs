//! Who asks, and how a command line signs in: a person approves it in the dashboard, and both sides show the same code.

use super::EnvironmentGrants;
use crate::{
    EmailAddress, EnvironmentName, NamePattern, PersonName, Role, Scope, TokenId, TokenKind,
    WireValue, WorkspaceId, WorkspaceName,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whom a token stands for, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Whoami {
    /// What the token stands for.
    pub kind: TokenKind,
    /// Its public half.
    pub token: TokenId,
    /// What it is called.
    pub token_name: String,
    /// The person who signed in, or who made the token.
    pub person: PersonName,
    /// Their address.
    pub email: EmailAddress,
    /// What they are in the workspace, now.
    pub role: Role,
    /// Whether they have a second factor.
    #[serde(default)]
    pub second_factor: bool,
    /// Whether they see only the environments in which they were granted something.
    #[serde(default)]
    pub limited: bool,
    /// What they were granted in single environments beyond their role.
    #[serde(default)]
    pub grants: Vec<EnvironmentGrants>,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub workspace_name: WorkspaceName,
    /// What a service token may do.
    pub scopes: Vec<Scope>,
    /// The environments that it reaches; all if none are named.
    pub environments: Vec<EnvironmentName>,
    /// The secrets that it reaches; all if none are named.
    pub secrets: Vec<NamePattern>,
    /// When it ends; never if nothing.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    /// Until when the password given last counts.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub sudo_until: Option<Timestamp>,
    /// The server's version.
    pub server_version: String,
}

/// A command line that wants to sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginStart {
    /// Which machine it runs on, so that the person who approves knows it.
    #[cfg_attr(feature = "openapi", schema(value_type = PersonName))]
    pub machine: String,
}

/// What the person must see on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginStarted {
    /// The code: `ABCD-EFGH`.
    pub code: String,
    /// Where to approve it.
    pub url: String,
    /// What to ask with whether it was approved.
    pub poll: WireValue,
    /// Until when it can be approved.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// Asks whether a request was approved.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginPoll {
    /// What [`LoginStarted`] gave.
    pub poll: WireValue,
}

/// How a request stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LoginAnswer {
    /// Signed in: the token is given this once.
    Approved {
        /// The token.
        token: WireValue,
    },
    /// The person said no.
    Denied,
    /// Nobody answered in time, or the token was fetched already.
    Expired,
    /// Nobody answered yet: ask again in two seconds.
    Pending,
}

/// A command line that wants its person's password confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SudoStarted {
    /// The code: `ABCD-EFGH`.
    pub code: String,
    /// Where to approve it. `whoami` tells when it was.
    pub url: String,
    /// Until when it can be approved.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}
