//! The audit log.

use super::whole;
use crate::{AuditClass, AuditOutcome};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEventView {
    /// Its number in the workspace's chain.
    pub seq: i64,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What kind of thing.
    pub class: AuditClass,
    /// What: `secret.reveal`, `token.create`, ….
    pub action: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Who did it.
    pub who: AuditWho,
    /// What it was done to; nothing if it was about the workspace as a whole.
    pub target: Option<AuditTarget>,
    /// The environment that it was done in; nothing if it was done in none.
    pub environment: Option<AuditEnvironment>,
    /// From which address.
    pub ip: String,
    /// What the client called itself.
    pub user_agent: String,
    /// The request's id, as in the server's log.
    pub request: String,
    /// More about it: ids, names and numbers, never a value.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<std::collections::HashMap<String, serde_json::Value>>))]
    pub detail: serde_json::Value,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditWho {
    /// What they are.
    pub kind: AuditWhoKind,
    /// The id of the person, the token or the rotator.
    pub id: Option<String>,
    /// What they were called then.
    pub name: Option<String>,
    /// Who made the token or the rotator.
    pub maker: Option<String>,
    /// With which session, in a browser.
    pub session: Option<String>,
    /// With which token, at a command line.
    pub token: Option<String>,
}

/// What can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditWhoKind {
    /// Nobody known.
    Anonymous,
    /// Whoever runs the server, or the server on their behalf.
    Operator,
    /// A rotator.
    Rotator,
    /// A program.
    Token,
    /// A person.
    User,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditTarget {
    /// Its id.
    pub id: String,
    /// What it is called now, if it is still there.
    pub name: Option<String>,
    /// The environment that a secret lives in now.
    pub environment: Option<String>,
}

/// Where something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEnvironment {
    /// Its id.
    pub id: String,
    /// What it is called now, if it is still there.
    pub name: Option<String>,
}

/// A page of the audit log, the newest first. It may be shorter than asked for and not the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditList {
    /// The events.
    pub events: Vec<AuditEventView>,
    /// Where the next page begins, as `before`; nothing after the last.
    pub next: Option<i64>,
}

/// One row of the chain, with what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// The chain.
    pub chain: String,
    /// Its number there.
    pub seq: i64,
    /// The exact text that the digest covers; nothing if it was pruned.
    pub body: Option<String>,
    /// SHA-256 of the body, in hexadecimal digits.
    pub digest: String,
    /// The row's hash.
    pub hash: String,
    /// The hash of the row before.
    pub previous: String,
    /// What the body says; nothing if it was pruned.
    pub event: Option<AuditEventView>,
}

/// For how many days events are kept, by class; for ever where nothing stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRetention {
    /// People, their roles, tokens.
    pub access: Option<u32>,
    /// Changes.
    pub changes: Option<u32>,
    /// Reads of values.
    pub reads: Option<u32>,
    /// What was refused.
    pub refusals: Option<u32>,
    /// Sessions.
    pub sign_ins: Option<u32>,
}

impl AuditRetention {
    /// The days of a class.
    pub const fn days(&self, class: AuditClass) -> Option<u32> {
        match class {
            AuditClass::Access => self.access,
            AuditClass::Changes => self.changes,
            AuditClass::Reads => self.reads,
            AuditClass::Refusals => self.refusals,
            AuditClass::SignIns => self.sign_ins,
        }
    }

    /// The same, to be set.
    pub const fn days_mut(&mut self, class: AuditClass) -> &mut Option<u32> {
        match class {
            AuditClass::Access => &mut self.access,
            AuditClass::Changes => &mut self.changes,
            AuditClass::Reads => &mut self.reads,
            AuditClass::Refusals => &mut self.refusals,
            AuditClass::SignIns => &mut self.sign_ins,
        }
    }
}

/// Keeps events for another time: days, at most 3650, 0 for ever. What is not named stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeRetention {
    /// People, their roles, tokens.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "whole::optional")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub access: Option<u32>,
    /// Changes.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "whole::optional")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub changes: Option<u32>,
    /// Reads of values.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "whole::optional")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub reads: Option<u32>,
    /// What was refused.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "whole::optional")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub refusals: Option<u32>,
    /// Sessions.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "whole::optional")]
    #[cfg_attr(feature = "openapi", schema(maximum = 3650))]
    pub sign_ins: Option<u32>,
}

impl ChangeRetention {
    /// The same, to be set.
    pub const fn days_mut(&mut self, class: AuditClass) -> &mut Option<u32> {
        match class {
            AuditClass::Access => &mut self.access,
            AuditClass::Changes => &mut self.changes,
            AuditClass::Reads => &mut self.reads,
            AuditClass::Refusals => &mut self.refusals,
            AuditClass::SignIns => &mut self.sign_ins,
        }
    }

    /// The days that a class is given; nothing if it stays as it is.
    pub const fn days(&self, class: AuditClass) -> Option<u32> {
        let Self { access, changes, reads, refusals, sign_ins } = *self;
        AuditRetention { access, changes, reads, refusals, sign_ins }.days(class)
    }
}
