//! What a format cannot hold.

use super::Pairs;
use envfile::Reader;
use model::KeyName;
use std::collections::HashSet;
use std::fmt;

/// Some values cannot be written in this format. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The format, as a person reads it.
    pub format: &'static str,
    /// Every pair that cannot be written, in its order.
    pub refusals: Vec<Refusal>,
}

/// One key that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The key.
    pub key: KeyName,
    /// Why.
    pub reason: Reason,
}

/// Why a format cannot hold a key or its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The key comes twice, and readers differ in which one counts.
    Twice,
    /// No environment variable can hold a NUL character.
    Nul,
    /// One line is all there is.
    SeveralLines,
    /// A carriage return at the end would be taken for a part of the line end.
    TrailingReturn,
    /// Key and value are longer than a line may be, in bytes.
    LongLine {
        /// The limit.
        limit: usize,
    },
    /// However the value is quoted, these readers would read another one.
    Misread(Vec<Reader>),
    /// The name belongs to the program that reads it.
    Reserved,
    /// The key has more bytes than allowed.
    LongKey {
        /// The limit.
        limit: usize,
    },
    /// With this value, all of them together have more bytes than allowed.
    Full {
        /// The limit.
        limit: usize,
    },
    /// Each delimiter that was offered occurs in the value.
    NoDelimiter,
}

/// Calls `each` for every pair and collects what is refused.
pub(super) fn check(
    format: &'static str,
    pairs: &Pairs,
    mut each: impl FnMut(&KeyName, &str) -> Result<(), Reason>,
) -> Result<(), Refused> {
    let mut seen = HashSet::new();
    let mut refusals = Vec::new();
    for (key, value) in pairs {
        let result = if seen.insert(key) {
            each(key, value.dangerously_expose())
        } else {
            Err(Reason::Twice)
        };
        refusals.extend(result.err().map(|reason| Refusal { key: key.clone(), reason }));
    }
    if refusals.is_empty() { Ok(()) } else { Err(Refused { format, refusals }) }
}

/// For formats whose values become environment variables.
pub(super) fn refuse_nul(value: &str) -> Result<(), Reason> {
    if value.contains('\0') { Err(Reason::Nul) } else { Ok(()) }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot hold ", self.format)?;
        for (number, Refusal { key, reason }) in self.refusals.iter().enumerate() {
            let separator = if number == 0 { "" } else { "; " };
            write!(f, "{separator}{key}: {reason}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice => f.write_str("the key is given twice"),
            Self::Nul => f.write_str("the value has a NUL character"),
            Self::SeveralLines => f.write_str("the value has several lines"),
            Self::TrailingReturn => f.write_str("the value ends with a carriage return"),
            Self::LongLine { limit } => {
                write!(f, "key and value are longer than {limit} bytes")
            }
            Self::Misread(readers) => {
                let names: Vec<_> = readers.iter().map(ToString::to_string).collect();
                write!(f, "{} would read another value however it is quoted", names.join(" or "))
            }
            Self::Reserved => f.write_str("the name is reserved"),
            Self::LongKey { limit } => write!(f, "the key is longer than {limit} bytes"),
            Self::Full { limit } => write!(f, "all values together are larger than {limit} bytes"),
            Self::NoDelimiter => f.write_str("the value has the delimiter in it"),
        }
    }
}
