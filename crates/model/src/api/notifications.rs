//! Reminders by mail.

use crate::Cadence;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How often the person who asks is reminded, and whether mail goes out at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationSettings {
    /// At most so often, and only with something to tell.
    pub reminders: Cadence,
    /// Whether the operator set up mail. Without it nobody is reminded by mail.
    pub mail: bool,
    /// How mail of this workspace fares; for owners and admins.
    pub sending: Option<MailState>,
}

/// Sets how often one is reminded.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetNotifications {
    /// At most so often.
    pub reminders: Cadence,
}

/// How mail of a workspace fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailState {
    /// How many mails wait.
    pub waiting: u32,
    /// Mails whose last try failed, the newest first; at most 20.
    pub failures: Vec<MailFailure>,
}

/// A mail that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailFailure {
    /// Whom it is for.
    pub to: String,
    /// `invitation`, `reminder` or `webhook-disabled`.
    pub kind: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub error: String,
    /// When that was.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub tried_at: Timestamp,
    /// Whether it is tried again.
    pub waits: bool,
}
