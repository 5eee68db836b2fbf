//! Values, and who may see them.

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Who sees a value. All kinds are encrypted alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ValueKind {
    /// Whoever sees the secret sees it: a host name, a port.
    Plain,
    /// Shown on demand; each reveal is logged.
    #[default]
    Hidden,
    /// Programs read it, nobody sees it again.
    WriteOnly,
}

impl ValueKind {
    /// Every kind, in the order a person chooses from.
    pub const ALL: [Self; 3] = [Self::Hidden, Self::Plain, Self::WriteOnly];

    /// The kind as forms and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Hidden => "hidden",
            Self::WriteOnly => "write-only",
        }
    }

    /// The kind as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Plain => "Plain",
            Self::Hidden => "Hidden",
            Self::WriteOnly => "Write-only",
        }
    }

    /// What the kind means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Plain => "Anyone who sees the secret sees it.",
            Self::Hidden => "Hidden until someone reveals it; each reveal is logged.",
            Self::WriteOnly => {
                "Programs read it and people can replace it; it is never shown again."
            }
        }
    }
}

/// A value inside the server: it cannot be printed, serialised, copied or compared by accident, and is wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretValue(String);

impl SecretValue {
    /// Takes the text over. Whether it may be stored is for [`crate::SecretDraft::parse`] to say.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The one way out. Whoever calls this answers for where the text goes.
    pub fn dangerously_expose(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the value is the empty text, which is a legal value.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value on its way to someone who may see it.
    pub fn into_wire(mut self) -> WireValue {
        WireValue(std::mem::take(&mut self.0))
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

/// A value on its way between a browser and the server: it serialises, but still cannot be printed.
///
/// It is cloned where Leptos keeps form state, and each copy wipes itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WireValue(String);

impl WireValue {
    /// Takes the text over.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for a form control or for sealing.
    pub fn dangerously_expose(&self) -> &str {
        &self.0
    }

    /// The value inside the server.
    pub fn into_secret(mut self) -> SecretValue {
        SecretValue(std::mem::take(&mut self.0))
    }
}

impl fmt::Debug for WireValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WireValue(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_print() {
        let printed = format!(
            "{:?} {:?}",
            SecretValue::new("hunter2".into()),
            WireValue::new("hunter2".into())
        );
        assert_eq!(printed, "SecretValue(…) WireValue(…)");
    }
}
