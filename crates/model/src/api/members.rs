//! Members, invitations and workspaces.

use crate::{
    EmailAddress, EnvironmentName, Grant, PersonName, Role, SecretId, SecretName, TokenId, UserId,
    WireValue, WorkspaceId, WorkspaceName,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a member was granted in one environment beyond their role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnvironmentGrants {
    /// Where.
    pub environment: EnvironmentName,
    /// What: `see` for a member who is limited, `reveal` and `write` for a developer in a protected environment.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 3))]
    pub grants: Vec<Grant>,
}

/// A person in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberView {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: PersonName,
    /// What they sign in with.
    pub email: EmailAddress,
    /// What they are here.
    pub role: Role,
    /// Whether they see only the environments in which they were granted something.
    pub limited: bool,
    /// What they were granted beyond their role.
    pub grants: Vec<EnvironmentGrants>,
    /// Since when they are a member.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
}

/// The members of the workspace, owners first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberList {
    /// The members.
    pub members: Vec<MemberView>,
}

/// Gives a member another role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeRole {
    /// The role.
    pub role: Role,
}

/// Says what a member may beyond their role: this and nothing else.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeGrants {
    /// Whether they see only the environments that are named here.
    pub limited: bool,
    /// What they may, where.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub grants: Vec<EnvironmentGrants>,
}

/// A secret whose values somebody who left may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownSecret {
    /// Which.
    pub secret: SecretId,
    /// Its name.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentName,
    /// Whether they may read it, read lately or not.
    pub could_read: bool,
    /// When they, or a token that they made, last read or wrote it in the last 90 days.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub read_at: Option<Timestamp>,
}

/// What somebody who left, or would, may know: what to rotate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnownSecrets {
    /// The secrets, by environment and name.
    pub rotate: Vec<KnownSecret>,
}

/// Invites somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// The one address that can accept.
    #[cfg_attr(feature = "openapi", schema(value_type = EmailAddress))]
    pub email: String,
    /// What they will be.
    pub role: Role,
}

/// An invitation that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// The public half of its link.
    pub id: TokenId,
    /// Whom it is for.
    pub email: EmailAddress,
    /// What they will be.
    pub role: Role,
    /// Who invites.
    pub invited_by: PersonName,
    /// When its link was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its link ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// Invitations that wait for their answer, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationList {
    /// The invitations.
    pub invitations: Vec<InvitationView>,
}

/// The link of an invitation, shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeInvitation {
    /// The link: bring it to whom it is for. It works once, for 72 hours.
    pub link: WireValue,
    /// What it is.
    pub info: InvitationView,
    /// Whether it goes to them by mail too.
    #[serde(default)]
    pub mailed: bool,
}

/// A workspace of the person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkspaceView {
    /// Which.
    pub id: WorkspaceId,
    /// What it is called.
    pub name: WorkspaceName,
    /// What they are there.
    pub role: Role,
    /// How many people it has.
    pub members: u32,
    /// Whether the token works there.
    pub current: bool,
}

/// Workspaces by their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkspaceList {
    /// The workspaces.
    pub workspaces: Vec<WorkspaceView>,
}

/// From which role on the workspace asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorView {
    /// The role with the fewest rights that needs one: `admin` is owners and admins, `auditor` everybody. Nobody does if nothing.
    pub from: Option<Role>,
    /// How many members of these roles have none, and can only set one up.
    pub lacking: u32,
}

/// Who needs a second factor from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequireSecondFactor {
    /// This role, and every one with more rights.
    pub from: Role,
}

/// A new workspace, which whoever makes it owns.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MakeWorkspace {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(value_type = WorkspaceName))]
    pub name: String,
}
