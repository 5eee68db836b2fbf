//! What people ask of the audit log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What kind of thing happened: what a log is filtered by, and how long its rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditClass {
    /// People, their roles, tokens.
    Access,
    /// Secrets, environments and the workspace became something else.
    Changes,
    /// Values were seen, given to a program, compared; the log was exported.
    Reads,
    /// Someone tried what they may not.
    Refusals,
    /// Sessions and command lines began and ended.
    SignIns,
}

impl AuditClass {
    /// Every class.
    pub const ALL: [Self; 5] =
        [Self::Access, Self::Changes, Self::Reads, Self::Refusals, Self::SignIns];

    /// The class as the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Changes => "changes",
            Self::Reads => "reads",
            Self::Refusals => "refusals",
            Self::SignIns => "sign-ins",
        }
    }

    /// The class of an action, from its name: `secret.reveal` is a read.
    pub fn of(action: &str) -> Self {
        let (noun, verb) = action.split_once('.').unwrap_or((action, ""));
        if verb.ends_with("refused") || verb == "denied" {
            return Self::Refusals;
        }
        match (noun, verb.split('-').next().unwrap_or_default()) {
            (
                _,
                "check" | "checked" | "compare" | "export" | "read" | "reveal" | "scan" | "view",
            ) => Self::Reads,
            ("login" | "session", _) => Self::SignIns,
            ("invitation" | "member" | "token" | "user", _) => Self::Access,
            _ => Self::Changes,
        }
    }
}

impl fmt::Display for AuditClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such class: expected access, changes, reads, refusals or sign-ins")]
pub struct NoSuchClass;

impl FromStr for AuditClass {
    type Err = NoSuchClass;

    fn from_str(text: &str) -> Result<Self, NoSuchClass> {
        Self::ALL.into_iter().find(|class| class.as_str() == text).ok_or(NoSuchClass)
    }
}

/// Every action that an event can be of.
pub const AUDIT_ACTIONS: [&str; 90] = [
    "access.denied",
    "audit.export",
    "audit.prune",
    "audit.retention",
    "environment.compare",
    "environment.create",
    "environment.delete",
    "environment.order",
    "environment.protect",
    "environment.rename",
    "factor.passkey-add",
    "factor.passkey-remove",
    "factor.recovery-codes",
    "factor.remove-all",
    "factor.require",
    "factor.totp-add",
    "factor.totp-remove",
    "instance.create",
    "invitation.create",
    "invitation.resend",
    "invitation.revoke",
    "login.approve",
    "login.confirm",
    "login.deny",
    "member.grants",
    "member.join",
    "member.leave",
    "member.remove",
    "member.role",
    "member.transfer",
    "passkey.copied",
    "reminder.change",
    "retention.change",
    "rotation.due",
    "rotation.overdue",
    "rotation.soon",
    "rotator.create",
    "rotator.delete",
    "rotator.done",
    "rotator.failed",
    "rotator.run",
    "secret.checked",
    "secret.compare",
    "secret.copy",
    "secret.create",
    "secret.destroy",
    "secret.destroy-version",
    "secret.edit",
    "secret.expire",
    "secret.expire-versions",
    "secret.move",
    "secret.promote",
    "secret.read",
    "secret.read-offline",
    "secret.restore",
    "secret.restore-version",
    "secret.reveal",
    "secret.rotate",
    "secret.scan",
    "secret.schedule",
    "secret.trash",
    "secret.view",
    "session.end",
    "session.end-others",
    "session.open",
    "session.refused",
    "session.sudo",
    "session.sudo-refused",
    "session.switch",
    "template.change",
    "template.create",
    "template.delete",
    "template.schedule",
    "token.adopt",
    "token.create",
    "token.refused",
    "token.revoke",
    "token.rotate",
    "user.change",
    "user.password",
    "user.password-reset",
    "webhook.change",
    "webhook.create",
    "webhook.delete",
    "webhook.disable",
    "webhook.redeliver",
    "webhook.rotate-secret",
    "webhook.test",
    "workspace.create",
    "workspace.rename",
];

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditOutcome {
    /// It was refused.
    Denied,
    /// It was done.
    Done,
}

impl AuditOutcome {
    /// The outcome as the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Done => "done",
        }
    }
}

impl fmt::Display for AuditOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which events to show: those that fit everything given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those of this class.
    pub class: Option<AuditClass>,
    /// Only this action: `secret.reveal`.
    pub action: Option<String>,
    /// Only what this person, token or rotator did: its id, or a member's e-mail address.
    pub actor: Option<String>,
    /// Only what was done to this secret, token, environment or person: its id, or a secret's environment/name.
    pub target: Option<String>,
    /// Only what was done in this environment: its id or its name.
    pub environment: Option<String>,
    /// Only what ended so.
    pub outcome: Option<AuditOutcome>,
    /// Only what happened then or later.
    pub from: Option<Timestamp>,
    /// Only what happened before.
    pub to: Option<Timestamp>,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditFormat {
    /// A table for spreadsheets: what matches, without what proves it.
    Csv,
    /// One JSON object a line: the whole chain, to be proved offline.
    #[default]
    Jsonl,
}

impl AuditFormat {
    /// The format as the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actions_name_tells_its_class() {
        for (action, class) in [
            ("secret.reveal", AuditClass::Reads),
            ("secret.read-offline", AuditClass::Reads),
            ("secret.checked", AuditClass::Reads),
            ("audit.export", AuditClass::Reads),
            ("secret.restore", AuditClass::Changes),
            ("secret.create", AuditClass::Changes),
            ("workspace.rename", AuditClass::Changes),
            ("audit.prune", AuditClass::Changes),
            ("session.end-others", AuditClass::SignIns),
            ("session.sudo-refused", AuditClass::Refusals),
            ("access.denied", AuditClass::Refusals),
            ("token.refused", AuditClass::Refusals),
            ("token.create", AuditClass::Access),
            ("member.grants", AuditClass::Access),
            ("invitation.resend", AuditClass::Access),
            ("session.switch", AuditClass::SignIns),
            ("rotator.create", AuditClass::Changes),
            ("rotation.due", AuditClass::Changes),
            ("secret.restore-version", AuditClass::Changes),
            ("user.password", AuditClass::Access),
        ] {
            assert_eq!(AuditClass::of(action), class, "{action}");
        }
        for class in AuditClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(class));
        }
        assert_eq!("Reads".parse::<AuditClass>(), Err(NoSuchClass));
    }
}
