//! What is asked of a door, and what it answers.

use std::fmt;

use model::ValueKind;

/// A secret, by environment and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) environment: &'static str,
    pub(crate) name: &'static str,
}

/// What a person may want, whichever door they come through.
#[derive(Debug)]
pub(crate) enum Operation {
    CreateEnvironment {
        name: &'static str,
    },
    RenameEnvironment {
        name: &'static str,
        to: &'static str,
    },
    ProtectEnvironment {
        name: &'static str,
        protected: bool,
    },
    DeleteEnvironment {
        name: &'static str,
    },
    CreateSecret {
        at: Place,
        holds: Contents,
    },
    /// Everything that the secret holds from now on.
    ReplaceSecret {
        at: Place,
        holds: Contents,
    },
    /// Keys get other values or are added, in the order of the secret; the others stay.
    SetKeys {
        at: Place,
        holds: Contents,
    },
    RemoveKeys {
        at: Place,
        keys: &'static [&'static str],
    },
    RenameSecret {
        at: Place,
        to: &'static str,
    },
    /// While someone edits the secret, another sets a key; then the first one adds theirs.
    EditAtOnce {
        at: Place,
        other: (&'static str, &'static str),
        own: (&'static str, &'static str),
    },
    Trash {
        at: Place,
    },
    /// From what was seen when the secret was new.
    TrashFirstVersion {
        at: Place,
    },
    Restore {
        at: Place,
        name: Option<&'static str>,
    },
    Destroy {
        at: Place,
        typed: &'static str,
    },
    Reveal {
        at: Place,
        key: &'static str,
    },
}

/// What a secret shall hold.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) values: Vec<(String, String)>,
    /// Of all these values; what they had, or their template says, if nothing.
    pub(crate) kind: Option<ValueKind>,
    pub(crate) template: Option<&'static str>,
    pub(crate) note: String,
}

/// How it ended.
pub(crate) type Outcome = Result<Answer, Refusal>;

#[derive(PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Value(String),
}

/// Why nothing was done, told apart as far as every door tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadKey,
    BadName,
    Conflict,
    DuplicateKey,
    NoKeys,
    NotEmpty,
    NotFound,
    NotItsName,
    NoteTooLong,
    NulByte,
    SecretTooLong,
    Taken,
    TooManyKeys,
    /// The door has no words for what would be refused: nothing was asked.
    Unsayable,
    ValueTooLong,
    WriteOnly,
}

/// A way into a server.
pub(crate) trait Door {
    fn name(&self) -> &'static str;

    fn perform(&mut self, operation: &Operation) -> Outcome;
}

impl Contents {
    pub(crate) fn of(values: &[(&str, &str)]) -> Self {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self { values: values.iter().map(owned).collect(), ..Self::default() }
    }

    pub(crate) fn kind(self, kind: ValueKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    pub(crate) fn template(self, template: &'static str) -> Self {
        Self { template: Some(template), ..self }
    }

    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.environment, self.name)
    }
}

// Values fill screens.
impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.values.iter().map(|(key, _)| key).take(4).collect();
        write!(f, "{} keys, {keys:?} …", self.values.len())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("Done"),
            Self::Value(value) if value.len() < 100 => write!(f, "Value({value:?})"),
            Self::Value(value) => write!(f, "Value({} bytes)", value.len()),
        }
    }
}
