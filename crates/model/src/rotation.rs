//! When a secret's values have to be replaced, and who will notice.

use crate::{TokenId, UserId, Version};
use serde::{Deserialize, Serialize};
use std::{fmt, num::NonZeroU32, str::FromStr};

/// Who reads: people by themselves, whatever they read with; programs by their tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReaderId {
    /// At a command line or in a browser.
    Person(UserId),
    /// With a service token.
    Program(TokenId),
}

impl ReaderId {
    /// Which of the two.
    pub const fn kind(&self) -> ReaderKind {
        match self {
            Self::Person(_) => ReaderKind::Person,
            Self::Program(_) => ReaderKind::Program,
        }
    }
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => user.fmt(f),
            Self::Program(token) => token.fmt(f),
        }
    }
}

/// What reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReaderKind {
    /// A person, at a command line or in a browser.
    Person,
    /// A program, by its service token.
    Program,
}

impl ReaderKind {
    /// The kind as the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Program => "program",
        }
    }
}

/// The text names no kind of reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of reader: expected person or program")]
pub struct NoSuchReader;

impl FromStr for ReaderKind {
    type Err = NoSuchReader;

    fn from_str(text: &str) -> Result<Self, NoSuchReader> {
        [Self::Person, Self::Program]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(NoSuchReader)
    }
}

/// Someone who read a secret, and what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretReader {
    /// Who.
    pub reader: ReaderId,
    /// What they are called.
    pub name: String,
    /// The version that they read last.
    pub version: Version,
    /// Whether a value changed since, so that they work with an old one until they read again.
    pub behind: bool,
    /// Whether they cannot read any more: the token ended, the person left.
    pub gone: bool,
    /// When they first read it, in unix milliseconds.
    pub first_at: i64,
    /// When they last did, give or take a minute.
    pub last_at: i64,
}

/// How often, or when, values are to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// So many days after the last rotation, or after the secret was made.
    Every(NonZeroU32),
    /// On a day, whose first moment this is, in unix milliseconds.
    On(i64),
}

/// How urgent it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RotationState {
    /// Nobody said when, or what was said is done.
    #[default]
    Unscheduled,
    /// Not within two weeks.
    Fresh,
    /// Within two weeks.
    Soon,
    /// Today: within a day from the time that the schedule says.
    Due,
    /// That day is over.
    Overdue,
}

impl RotationState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Unscheduled, Self::Fresh, Self::Soon, Self::Due, Self::Overdue];
    /// So long before it is due, it is due soon: 14 days, in milliseconds.
    pub const SOON: i64 = 14 * DAY;
    /// So long it is due before it is overdue: a day, in milliseconds.
    pub const GRACE: i64 = DAY;

    /// The state as the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unscheduled => "unscheduled",
            Self::Fresh => "fresh",
            Self::Soon => "soon",
            Self::Due => "due",
            Self::Overdue => "overdue",
        }
    }

    /// The state now of what is due then, both in unix milliseconds.
    pub const fn at(due_at: Option<i64>, now: i64) -> Self {
        match due_at {
            None => Self::Unscheduled,
            Some(due) if now >= due.saturating_add(Self::GRACE) => Self::Overdue,
            Some(due) if now >= due => Self::Due,
            Some(due) if now >= due.saturating_sub(Self::SOON) => Self::Soon,
            Some(_) => Self::Fresh,
        }
    }
}

impl fmt::Display for RotationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which secrets want a rotation, for filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Urgency {
    /// Within two weeks.
    Soon,
    /// Today.
    Due,
    /// For longer.
    Overdue,
}

impl Urgency {
    /// Those that are due after the first time and not after the second, in unix milliseconds.
    pub const fn range(self, now: i64) -> (i64, i64) {
        match self {
            Self::Soon => (now, now + RotationState::SOON),
            Self::Due => (now - RotationState::GRACE, now),
            Self::Overdue => (i64::MIN, now - RotationState::GRACE),
        }
    }
}

/// What is known of a secret's rotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RotationInfo {
    /// How urgent it is.
    pub state: RotationState,
    /// The schedule that counts.
    pub schedule: Option<Schedule>,
    /// Whether that is its template's.
    pub of_template: bool,
    /// When it has to be rotated, in unix milliseconds.
    pub due_at: Option<i64>,
    /// When it last was.
    pub rotated_at: Option<i64>,
    /// The version that the last rotation made.
    pub rotated_version: Option<Version>,
    /// When the credential itself ends, at whoever issued it.
    pub expires_at: Option<i64>,
}

/// How many secrets wait for a rotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RotationCounts {
    /// Within two weeks.
    pub soon: u64,
    /// Today.
    pub due: u64,
    /// For longer.
    pub overdue: u64,
    /// Whose credential itself has ended.
    pub expired: u64,
}

const DAY: i64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_each_other_at_their_moments() {
        let due = 100 * DAY;
        for (now, state) in [
            (due - 14 * DAY - 1, RotationState::Fresh),
            (due - 14 * DAY, RotationState::Soon),
            (due - 1, RotationState::Soon),
            (due, RotationState::Due),
            (due + DAY - 1, RotationState::Due),
            (due + DAY, RotationState::Overdue),
        ] {
            assert_eq!(RotationState::at(Some(due), now), state, "{now}");
        }
        for now in [due - 14 * DAY - 1, due - 14 * DAY, due - 1, due, due + DAY - 1, due + DAY] {
            let is = |urgency: Urgency| {
                let (after, until) = urgency.range(now);
                due > after && due <= until
            };
            let states = [
                (Urgency::Soon, RotationState::Soon),
                (Urgency::Due, RotationState::Due),
                (Urgency::Overdue, RotationState::Overdue),
            ];
            for (urgency, state) in states {
                assert_eq!(is(urgency), RotationState::at(Some(due), now) == state, "{now}");
            }
        }
        assert_eq!(RotationState::at(None, due), RotationState::Unscheduled);
        assert_eq!(RotationState::at(Some(i64::MAX), due), RotationState::Fresh);
    }
}
