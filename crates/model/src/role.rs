//! Who may do what: one table.

use crate::Scope;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a person is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Runs the workspace; there is always one.
    Owner,
    /// Manages secrets, environments and people.
    Admin,
    /// Works with secrets of environments that are not protected.
    Developer,
    /// Sees which secrets there are, and their plain values.
    Viewer,
    /// Sees names and the audit log, never a value.
    Auditor,
}

impl Role {
    /// Every role, from most rights to fewest.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Admin, Self::Developer, Self::Viewer, Self::Auditor];

    /// The role as the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
        }
    }

    /// Whether a member of this role, who manages members, may give this role or take it away: an owner every one, an admin
    /// none above their own.
    pub const fn may_give(self, role: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => !matches!(role, Self::Owner),
            Self::Developer | Self::Viewer | Self::Auditor => false,
        }
    }

    /// Whether a rule that begins with `from` holds for this role: for that one and every role with more rights. One from auditor on
    /// holds for everybody.
    pub fn is_from(self, from: Self) -> bool {
        self <= from
    }

    /// Whether the role may take the action, in an environment that is protected or not.
    /// Actions on no environment read `protected` as false.
    pub const fn permission(self, action: Action, protected: bool) -> Permission {
        use Action::{
            CreateWorkspaces, DestroySecret, ExportAudit, ListMembers, ListSecrets,
            MakeStrongTokens, ManageEnvironments, ManageMembers, ManageRotators, ManageSchedules,
            ManageTemplates, ManageTokens, ManageWebhooks, ProtectEnvironments, ReadAudit,
            ReadOwnAudit, ReadPlainValues, RenameWorkspace, RequireSecondFactors, RevealValues,
            RotateValues, SetRetention, WriteSecrets,
        };
        use Permission::{Granted, GrantedWithSudo, Refused};
        use Role::{Admin, Auditor, Developer, Owner, Viewer};
        match (action, self) {
            (ListMembers | ListSecrets, _) => Granted,

            (ReadPlainValues, Auditor) => Refused,
            (ReadPlainValues, _) => Granted,

            (RevealValues, Owner | Admin) if protected => GrantedWithSudo,
            (RevealValues | RotateValues | WriteSecrets, Owner | Admin) => Granted,
            (RevealValues | RotateValues | WriteSecrets, Developer) if !protected => Granted,
            (RevealValues | RotateValues | WriteSecrets, Developer | Viewer | Auditor) => Refused,

            (ReadAudit, Owner | Admin | Auditor) => Granted,
            (ReadOwnAudit, Owner | Admin | Developer | Auditor) => Granted,
            (ExportAudit, Owner | Admin | Auditor) => GrantedWithSudo,
            (ReadAudit | ReadOwnAudit | ExportAudit, _) => Refused,

            (MakeStrongTokens | RequireSecondFactors | SetRetention, Owner) => GrantedWithSudo,
            (MakeStrongTokens | RequireSecondFactors | SetRetention, _) => Refused,
            // A developer's tokens reach no further than the developer.
            (ManageTokens, Owner | Admin | Developer) => GrantedWithSudo,
            (ManageTokens, Viewer | Auditor) => Refused,

            (
                DestroySecret | ManageMembers | ManageRotators | ManageWebhooks
                | ProtectEnvironments,
                Owner | Admin,
            ) => GrantedWithSudo,
            (
                CreateWorkspaces | ManageEnvironments | ManageSchedules | ManageTemplates
                | RenameWorkspace,
                Owner | Admin,
            ) => Granted,
            (
                CreateWorkspaces | DestroySecret | ManageEnvironments | ManageMembers
                | ManageRotators | ManageSchedules | ManageTemplates | ManageWebhooks
                | ProtectEnvironments | RenameWorkspace,
                Developer | Viewer | Auditor,
            ) => Refused,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such role: expected owner, admin, developer, viewer or auditor")]
pub struct NoSuchRole;

impl FromStr for Role {
    type Err = NoSuchRole;

    fn from_str(text: &str) -> Result<Self, NoSuchRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NoSuchRole)
    }
}

/// What one can want to do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Make another workspace, and own it.
    CreateWorkspaces,
    /// Delete the values of a secret in the trash for good.
    DestroySecret,
    /// Take the audit log elsewhere.
    ExportAudit,
    /// See who is a member, and what their role is.
    ListMembers,
    /// See which secrets there are, their keys, tags, versions.
    ListSecrets,
    /// Make tokens with the scope `admin`, or that never end.
    MakeStrongTokens,
    /// Create, rename, order and delete environments.
    ManageEnvironments,
    /// Invite and remove people, change their roles and what they are granted.
    ManageMembers,
    /// Say how often the secrets of a template are rotated.
    ManageSchedules,
    /// Make and delete rotators.
    ManageRotators,
    /// Make, change and delete the workspace's own templates.
    ManageTemplates,
    /// Make, rotate and revoke tokens.
    ManageTokens,
    /// Say which programs are told what happens in the workspace.
    ManageWebhooks,
    /// Protect an environment or lift its protection.
    ProtectEnvironments,
    /// See what everybody did.
    ReadAudit,
    /// See what one did oneself, and what one's tokens did.
    ReadOwnAudit,
    /// See values of kind plain.
    ReadPlainValues,
    /// Give the workspace another name.
    RenameWorkspace,
    /// Say from which role on a second factor is needed.
    RequireSecondFactors,
    /// See values of kind hidden.
    RevealValues,
    /// Give keys that a secret has already other values.
    RotateValues,
    /// Say how long the audit log is kept.
    SetRetention,
    /// Create and edit secrets, move them to the trash and back.
    WriteSecrets,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 23] = [
        Self::CreateWorkspaces,
        Self::DestroySecret,
        Self::ExportAudit,
        Self::ListMembers,
        Self::ListSecrets,
        Self::MakeStrongTokens,
        Self::ManageEnvironments,
        Self::ManageMembers,
        Self::ManageSchedules,
        Self::ManageRotators,
        Self::ManageTemplates,
        Self::ManageTokens,
        Self::ManageWebhooks,
        Self::ProtectEnvironments,
        Self::ReadAudit,
        Self::ReadOwnAudit,
        Self::ReadPlainValues,
        Self::RenameWorkspace,
        Self::RequireSecondFactors,
        Self::RevealValues,
        Self::RotateValues,
        Self::SetRetention,
        Self::WriteSecrets,
    ];

    /// The scopes of which a service token needs one.
    pub const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::ListSecrets => &[Scope::List],
            Self::ReadPlainValues | Self::RevealValues => &[Scope::Read],
            Self::RotateValues => &[Scope::Rotate, Scope::Write],
            Self::WriteSecrets => &[Scope::Write],
            Self::CreateWorkspaces
            | Self::DestroySecret
            | Self::ExportAudit
            | Self::ListMembers
            | Self::MakeStrongTokens
            | Self::ManageEnvironments
            | Self::ManageMembers
            | Self::ManageSchedules
            | Self::ManageRotators
            | Self::ManageTemplates
            | Self::ManageTokens
            | Self::ManageWebhooks
            | Self::ProtectEnvironments
            | Self::ReadAudit
            | Self::ReadOwnAudit
            | Self::RenameWorkspace
            | Self::RequireSecondFactors
            | Self::SetRetention => &[Scope::Admin],
        }
    }

    /// The action in words that fit after "may not".
    pub const fn verb(self) -> &'static str {
        match self {
            Self::CreateWorkspaces => "create workspaces",
            Self::DestroySecret => "destroy secrets",
            Self::ExportAudit => "export the audit log",
            Self::ListMembers => "list members",
            Self::ListSecrets => "list secrets",
            Self::MakeStrongTokens => "make admin tokens or tokens that never end",
            Self::ManageEnvironments => "manage environments",
            Self::ManageMembers => "manage members",
            Self::ManageSchedules => "set the schedules of templates",
            Self::ManageRotators => "manage rotators",
            Self::ManageTemplates => "manage templates",
            Self::ManageTokens => "manage tokens",
            Self::ManageWebhooks => "manage webhooks",
            Self::ProtectEnvironments => "change the protection of environments",
            Self::ReadAudit => "read the audit log",
            Self::ReadOwnAudit => "read its own part of the audit log",
            Self::ReadPlainValues => "see plain values",
            Self::RenameWorkspace => "rename the workspace",
            Self::RequireSecondFactors => "say who needs a second factor",
            Self::RevealValues => "reveal hidden values",
            Self::RotateValues => "replace values",
            Self::SetRetention => "say how long the audit log is kept",
            Self::WriteSecrets => "change secrets",
        }
    }
}

/// What the table answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Go ahead.
    Granted,
    /// Go ahead if the password was given in the last minutes.
    GrantedWithSudo,
    /// Not with this role.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table as people read it: rows are actions, columns owner, admin, developer, viewer, auditor;
    /// `+` granted, `s` with sudo, `.` refused; open environments first, protected ones second.
    const TABLE: [(Action, &str, &str); 23] = [
        (Action::CreateWorkspaces, "++...", "++..."),
        (Action::DestroySecret, "ss...", "ss..."),
        (Action::ExportAudit, "ss..s", "ss..s"),
        (Action::ListMembers, "+++++", "+++++"),
        (Action::ListSecrets, "+++++", "+++++"),
        (Action::MakeStrongTokens, "s....", "s...."),
        (Action::ManageEnvironments, "++...", "++..."),
        (Action::ManageMembers, "ss...", "ss..."),
        (Action::ManageSchedules, "++...", "++..."),
        (Action::ManageRotators, "ss...", "ss..."),
        (Action::ManageTemplates, "++...", "++..."),
        (Action::ManageTokens, "sss..", "sss.."),
        (Action::ManageWebhooks, "ss...", "ss..."),
        (Action::ProtectEnvironments, "ss...", "ss..."),
        (Action::ReadAudit, "++..+", "++..+"),
        (Action::ReadOwnAudit, "+++.+", "+++.+"),
        (Action::ReadPlainValues, "++++.", "++++."),
        (Action::RenameWorkspace, "++...", "++..."),
        (Action::RequireSecondFactors, "s....", "s...."),
        (Action::RevealValues, "+++..", "ss..."),
        (Action::RotateValues, "+++..", "++..."),
        (Action::SetRetention, "s....", "s...."),
        (Action::WriteSecrets, "+++..", "++..."),
    ];

    #[test]
    fn the_table_says_who_may_do_what() {
        for (action, open, protected) in TABLE {
            let row = |protected| -> String {
                Role::ALL
                    .map(|role| match role.permission(action, protected) {
                        Permission::Granted => '+',
                        Permission::GrantedWithSudo => 's',
                        Permission::Refused => '.',
                    })
                    .iter()
                    .collect()
            };
            assert_eq!((row(false).as_str(), row(true).as_str()), (open, protected), "{action:?}");
        }
    }

    #[test]
    fn a_rule_from_a_role_on_holds_for_those_above() {
        let holds = |from| Role::ALL.into_iter().filter(|role| role.is_from(from)).count();
        assert_eq!(Role::ALL.map(holds), [1, 2, 3, 4, 5]);
        assert!(Role::Owner.is_from(Role::Admin) && !Role::Developer.is_from(Role::Admin));
    }

    #[test]
    fn only_the_exact_spelling_names_a_role() {
        assert_eq!("owner".parse(), Ok(Role::Owner));
        for bad in ["Owner", "OWNER", "owner ", "owner\0", ""] {
            assert_eq!(bad.parse::<Role>(), Err(NoSuchRole), "{bad:?}");
        }
    }
}
