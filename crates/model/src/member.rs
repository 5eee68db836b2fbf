//! People, and the names they go by.

use crate::{
    EnvironmentName, Grants, Role, SecretId, SecretName, TokenId, UserId, WorkspaceId,
    limits::DISPLAY_NAME_CHARS,
    name::{NameFault, text_type, too_long},
};
use serde::{Deserialize, Serialize};

macro_rules! display_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        text_type!($name, r"^[^\x00-\x1f\x7f-\x9f]{1,80}$");

        impl $name {
            /// Parses a name, spaces around it removed.
            pub fn parse(text: &str) -> Result<Self, NameFault> {
                display_text(text).map(Self)
            }
        }
    };
}

display_name! {
    /// What a person is called: any text of one line, at most 80 characters.
    PersonName
}

display_name! {
    /// What a workspace is called: any text of one line, at most 80 characters.
    WorkspaceName
}

display_name! {
    /// What somebody calls a view of the list that they saved: any text of one line, at most 80 characters.
    ViewName
}

/// An e-mail address as its owner writes it. Two spellings of one address are one account: the store compares a folded form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);
text_type!(EmailAddress, r"^[^@\s]+@[^@\s]+$");

impl EmailAddress {
    /// Parses an address: something, one `@`, a host; at most 254 bytes (RFC 5321, 4.5.3.1.3). Whether it takes mail is not asked.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameFault::Empty);
        }
        if text.len() > 254 {
            return Err(too_long(254, text.len()));
        }
        let plausible = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !host.contains('@') && !host.starts_with('.')
        });
        if !plausible || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(NameFault::IllegalCharacter);
        }
        Ok(Self(text.to_owned()))
    }
}

/// A person in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberInfo {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: PersonName,
    /// What they sign in with.
    pub email: EmailAddress,
    /// What they are here.
    pub role: Role,
    /// What they were granted beyond that, and what they are limited to.
    pub grants: Grants,
    /// Since when they are a member, in unix milliseconds.
    pub since: i64,
}

/// A secret whose values somebody who left may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToRotate {
    /// Which.
    pub secret: SecretId,
    /// Its name.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentName,
    /// Whether they may read it, read lately or not.
    pub could_read: bool,
    /// When they, or a token that they made, last read or wrote it in the last 90 days; in unix milliseconds.
    pub read_at: Option<i64>,
}

/// An invitation that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationInfo {
    /// The public half of its link.
    pub id: TokenId,
    /// Whom it is for.
    pub email: EmailAddress,
    /// What they will be.
    pub role: Role,
    /// Who invites.
    pub invited_by: PersonName,
    /// When its link was made, in unix milliseconds.
    pub created_at: i64,
    /// When its link ends.
    pub expires_at: i64,
}

/// A workspace of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceInfo {
    /// Which.
    pub id: WorkspaceId,
    /// What it is called.
    pub name: WorkspaceName,
    /// What the person is there.
    pub role: Role,
    /// How many people it has.
    pub members: u32,
}

fn display_text(text: &str) -> Result<String, NameFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameFault::Empty);
    }
    if text.contains(|c: char| c.is_control()) {
        return Err(NameFault::IllegalCharacter);
    }
    let chars = text.chars().count();
    if chars > DISPLAY_NAME_CHARS {
        return Err(too_long(DISPLAY_NAME_CHARS, chars));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_at_sign_and_no_spaces() {
        for good in ["a@b", " mara@example.org ", "o'neil+x@sub.example.org"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@.b", "a@b\nc"] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn display_names_are_one_line() {
        assert_eq!(PersonName::parse("  Zoë  ").unwrap().as_str(), "Zoë");
        assert!(PersonName::parse("a\u{1b}[31mb").is_err());
        assert!(WorkspaceName::parse(&"é".repeat(81)).is_err());
    }
}
