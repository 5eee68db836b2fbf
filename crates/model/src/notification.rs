//! What programs and people are told by themselves.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a webhook can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WebhookEvent {
    /// A person joined, left, or may do something else than before; or was invited.
    #[serde(rename = "member.changed")]
    MemberChanged,
    /// Secrets are due soon, due or overdue. At most once a day, with what [`Self::SecretExpiring`] and
    /// [`Self::TokenExpiring`] tell.
    #[serde(rename = "rotation.due")]
    RotationDue,
    /// A rotator gave up.
    #[serde(rename = "rotation.failed")]
    RotationFailed,
    /// A secret was made, edited, renamed, restored, copied or moved there.
    #[serde(rename = "secret.changed")]
    SecretChanged,
    /// A secret went to the trash, or was destroyed.
    #[serde(rename = "secret.deleted")]
    SecretDeleted,
    /// Credentials end within two weeks.
    #[serde(rename = "secret.expiring")]
    SecretExpiring,
    /// Values were rotated, by hand or by a rotator.
    #[serde(rename = "secret.rotated")]
    SecretRotated,
    /// Service tokens end within two weeks.
    #[serde(rename = "token.expiring")]
    TokenExpiring,
}

impl WebhookEvent {
    /// Every event, by name.
    pub const ALL: [Self; 8] = [
        Self::MemberChanged,
        Self::RotationDue,
        Self::RotationFailed,
        Self::SecretChanged,
        Self::SecretDeleted,
        Self::SecretExpiring,
        Self::SecretRotated,
        Self::TokenExpiring,
    ];

    /// The event as the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemberChanged => "member.changed",
            Self::RotationDue => "rotation.due",
            Self::RotationFailed => "rotation.failed",
            Self::SecretChanged => "secret.changed",
            Self::SecretDeleted => "secret.deleted",
            Self::SecretExpiring => "secret.expiring",
            Self::SecretRotated => "secret.rotated",
            Self::TokenExpiring => "token.expiring",
        }
    }
}

impl fmt::Display for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is none of the words that were expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct NoSuchWord(&'static str);

impl FromStr for WebhookEvent {
    type Err = NoSuchWord;

    fn from_str(text: &str) -> Result<Self, NoSuchWord> {
        Self::ALL.into_iter().find(|event| event.as_str() == text).ok_or(NoSuchWord(
            "member.changed, rotation.due, rotation.failed, secret.changed, secret.deleted, secret.expiring, \
             secret.rotated or token.expiring",
        ))
    }
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DeliveryState {
    /// It was not taken, and is not tried again.
    Failed,
    /// It waits for its first try, or for the next.
    Pending,
    /// The other side took it.
    Sent,
}

impl DeliveryState {
    /// The state as the database spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Sent => "sent",
        }
    }
}

impl FromStr for DeliveryState {
    type Err = NoSuchWord;

    fn from_str(text: &str) -> Result<Self, NoSuchWord> {
        [Self::Failed, Self::Pending, Self::Sent]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(NoSuchWord("failed, pending or sent"))
    }
}

/// How often a person is reminded by mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Cadence {
    /// At most once a day.
    #[default]
    Daily,
    /// Never.
    Off,
    /// At most once a week.
    Weekly,
}

impl Cadence {
    /// Every one, the most frequent first.
    pub const ALL: [Self; 3] = [Self::Daily, Self::Weekly, Self::Off];

    /// As the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Off => "off",
            Self::Weekly => "weekly",
        }
    }
}

impl FromStr for Cadence {
    type Err = NoSuchWord;

    fn from_str(text: &str) -> Result<Self, NoSuchWord> {
        Self::ALL
            .into_iter()
            .find(|cadence| cadence.as_str() == text)
            .ok_or(NoSuchWord("daily, weekly or off"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_are_those_of_the_api() {
        for event in WebhookEvent::ALL {
            assert_eq!(event.as_str().parse(), Ok(event));
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        for cadence in Cadence::ALL {
            assert_eq!(cadence.as_str().parse(), Ok(cadence));
        }
        assert!("Daily".parse::<Cadence>().is_err());
        assert!("secret.read".parse::<WebhookEvent>().is_err());
    }
}
