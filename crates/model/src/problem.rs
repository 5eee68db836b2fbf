//! What is wrong with what someone gave, where, and what would be right.
//!
//! Problems travel in URLs (a form without JavaScript is answered by a redirect), so they hold codes and numbers only: never
//! what was typed, and no free text that a crafted link could put into a page.

use crate::{EnvironmentId, NameFault, SecretId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The part of a form that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// The addresses that a token may come from.
    Addresses,
    /// The password of now, asked for again.
    CurrentPassword,
    /// How many days a token lives.
    Days,
    /// An e-mail address.
    Email,
    /// An environment's name, or the choice of one.
    Environment,
    /// Which machine a command line runs on.
    Machine,
    /// How often a token may be used.
    MaxUses,
    /// The name of a secret.
    Name,
    /// The note kept with a version.
    Note,
    /// For how many hours a token's text works on after its rotation.
    OverlapHours,
    /// For how many minutes an old value works on after its rotation.
    OverlapMinutes,
    /// What a passkey is called.
    PasskeyName,
    /// A new password.
    Password,
    /// What a person is called.
    PersonName,
    /// The secret and key that hold the URL a rotator connects with.
    RotatorAdmin,
    /// The keys that a rotator replaces.
    RotatorKeys,
    /// How a rotator makes values: length, format, roles, URL.
    RotatorSettings,
    /// A key or value, by the row's place in the form, from 0.
    Row(u32, RowPart),
    /// What a token may do.
    Scopes,
    /// A code of an app, or a recovery code.
    SecondFactor,
    /// The secret as a whole.
    Secret,
    /// The code that the server printed at its start.
    SetupCode,
    /// The tags.
    Tags,
    /// A part of a workspace's own template.
    Template(TemplatePart),
    /// What a token is called.
    TokenName,
    /// The secrets that a token reaches.
    TokenSecrets,
    /// A view of the list: its name, or what it looks for.
    View,
    /// What the workspace is called.
    WorkspaceName,
}

/// Which half of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowPart {
    /// The name of the environment variable.
    Key,
    /// What it holds.
    Value,
}

/// Which part of a workspace's own template. Keys and groups are told by their place, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplatePart {
    /// What the service is.
    Description,
    /// An alternative.
    Group(u32),
    /// How many alternatives there are.
    Groups,
    /// A field.
    Key(u32, KeyPart),
    /// How many fields there are.
    Keys,
    /// What the service is called.
    Name,
    /// What is good to know.
    Notes,
    /// What to call a new secret.
    SecretName,
    /// How many templates the workspace has.
    Templates,
}

/// Which part of a template's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyPart {
    /// The closed list of values.
    Choices,
    /// The value most people want.
    Default,
    /// How the form can make the value.
    Generator,
    /// What to put in.
    Help,
    /// What the field is called.
    Label,
    /// The environment variable.
    Name,
    /// What values look like, as a regular expression.
    Pattern,
    /// What a value looks like.
    Placeholder,
}

/// Why a field is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// The key stands in an earlier row too (its place, from 0).
    Duplicate { first: u32 },
    /// The password is too easy to guess.
    Guessable,
    /// The value is kept from a key that the secret no longer has.
    KeptKeyGone,
    /// A value that is kept would be seen by more people than when it was typed.
    KeptKindShown,
    /// The template wants this key filled.
    Missing,
    /// A token may not do more than whoever makes it.
    MoreThanMaker,
    /// Not a legal name.
    Name(NameFault),
    /// A secret has at least one key.
    NoKeys,
    /// The workspace must keep one environment.
    LastEnvironment,
    /// An environment that still holds this many secrets, trash included, cannot be deleted.
    NotEmpty { secrets: u32 },
    /// Values are UTF-8 without NUL bytes, since no environment variable can hold one. `at` counts bytes from 0.
    NulByte { at: u32 },
    /// Another thing of the same kind has the name.
    Taken,
    /// Another secret of the environment has the name.
    TakenBySecret(SecretId),
    /// Of several environments, the one in which another secret has the name.
    TakenIn(EnvironmentId),
    /// Over a limit: bytes for values, characters for text, pieces for lists.
    TooLong { limit: u32, actual: u32 },
    /// Too many keys, tags or environments.
    TooMany { limit: u32, actual: u32 },
    /// Shorter than it must be, in characters.
    TooShort { limit: u32, actual: u32 },
    /// There is no such environment, or no such key of the secret.
    Unknown,
    /// Not what was expected here: a wrong password, a wrong code.
    Wrong,
}

/// One thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// What.
    pub reason: Reason,
}

impl Problem {
    /// This is wrong there.
    pub const fn new(field: Field, reason: Reason) -> Self {
        Self { field, reason }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Duplicate { first } => {
                write!(f, "Row {} has the same key. Keys are unique in a secret.", first + 1)
            }
            Reason::Guessable => f.write_str(
                "This password is easy to guess. Several unrelated words make a good one.",
            ),
            Reason::KeptKeyGone => f.write_str(
                "The value to keep is gone: someone removed or renamed its key. Type the value.",
            ),
            Reason::KeptKindShown => f.write_str(
                "A kept value cannot be made easier to see. Type the value again to change its kind.",
            ),
            Reason::Missing => f.write_str(match self.field {
                Field::Row(..) => "The service needs this key. Fill it, or remove the row.",
                Field::Environment => "It takes at least one environment.",
                Field::Scopes => "Choose what the token may do.",
                Field::RotatorKeys => "Name the keys that the rotator replaces.",
                _ => "Fill this in.",
            }),
            Reason::MoreThanMaker => f.write_str(match self.field {
                Field::Days => "A token cannot outlive the one that makes it.",
                _ => "A token cannot do or reach more than the one that makes it.",
            }),
            Reason::Name(fault) => self.name_fault(fault, f),
            Reason::NoKeys => f.write_str(match self.field {
                Field::Template(_) => "A template asks for at least one key. Add one.",
                _ => "A secret has at least one key. Add one.",
            }),
            Reason::LastEnvironment => {
                f.write_str("This is the last environment, and a workspace keeps at least one.")
            }
            Reason::NotEmpty { secrets } => write!(
                f,
                "Not empty: {secrets} {} in it, the trash counted. Move or destroy them first.",
                if secrets == 1 { "secret is" } else { "secrets are" }
            ),
            Reason::NulByte { at } => write!(
                f,
                "Byte {} is NUL, which no environment variable can hold. Encode the value, as base64 say.",
                at + 1
            ),
            Reason::Taken => f.write_str(match self.field {
                Field::Email => "Someone else signs in with this address.",
                Field::RotatorKeys => "Another rotator replaces one of these keys.",
                Field::Template(_) => {
                    "Another template has this name, or its id was made from it. Choose another."
                }
                _ => "This name is taken. Choose another.",
            }),
            Reason::TakenBySecret(_) => {
                f.write_str("Another secret of this environment has this name. Choose another.")
            }
            Reason::TakenIn(_) => f.write_str(
                "In one of these environments another secret has this name. Leave it out, or choose another name.",
            ),
            Reason::TooLong { limit, actual } => {
                let unit = match self.field {
                    Field::Row(..) | Field::Secret => "bytes",
                    _ => "characters",
                };
                write!(
                    f,
                    "Too long by {} {unit}: {actual}, and at most {limit} fit.",
                    actual.saturating_sub(limit)
                )
            }
            Reason::TooMany { limit, actual } => {
                let what = match self.field {
                    Field::Addresses => "addresses",
                    Field::Days => "days",
                    Field::OverlapHours => "hours",
                    Field::OverlapMinutes => "minutes",
                    Field::Tags => "tags",
                    Field::TokenSecrets => "names",
                    Field::Environment => "environments",
                    Field::Template(TemplatePart::Groups) => "groups",
                    Field::Template(TemplatePart::Key(..)) => "choices",
                    Field::Template(TemplatePart::Notes) => "notes",
                    Field::Template(TemplatePart::Templates) => "templates",
                    Field::View => "views",
                    _ => "keys",
                };
                write!(f, "{actual} {what}, and at most {limit} are allowed.")
            }
            Reason::TooShort { limit, actual } => {
                write!(f, "Too short: {actual} characters, and it takes at least {limit}.")
            }
            Reason::Unknown => f.write_str(match self.field {
                Field::RotatorAdmin => "There is no such secret, or it has no such key.",
                Field::RotatorKeys => "The secret has no such key.",
                _ => "There is no such environment in this workspace.",
            }),
            Reason::Wrong => f.write_str(match self.field {
                Field::SetupCode => {
                    "This is not the setup code. It stands in the server's output, and is new at each start."
                }
                Field::Addresses => "Write addresses as 10.0.0.0/8, fd00::/8 or a single address.",
                Field::CurrentPassword => "This is not your password.",
                Field::SecondFactor => {
                    "Not right, used before, or too many tries: after five wrong codes it takes 5 minutes."
                }
                Field::RotatorSettings => {
                    "Settings do not fit the kind: generated takes length and format (with {} once), postgres takes admin, role, \
                     and with other_role a user_key, webhook takes a URL and a secret of at least 16 characters."
                }
                Field::Days => "Give a number of days.",
                Field::OverlapMinutes => "Give a number of minutes.",
                Field::MaxUses => "A token that may not be used is none: 1 use is the least.",
                Field::Template(part) => part.wrong(),
                _ => "This is not right.",
            }),
        }
    }
}

impl Problem {
    fn name_fault(&self, fault: NameFault, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match fault {
            NameFault::Empty => f.write_str(match self.field {
                Field::Machine => "Say which machine asks, so that whoever approves knows it.",
                Field::Name => "Give the secret a name, such as prod-postgres.",
                Field::TokenName => "Say what the token is for, so that people know what breaks without it.",
                Field::Row(..) => "This value has no key. Name the environment variable.",
                Field::Email => "Give an e-mail address.",
                Field::View => "Give the view a name, such as What is due.",
                _ => "Fill this in.",
            }),
            NameFault::IllegalCharacter => f.write_str(match self.field {
                Field::Row(..) => "Keys use letters, digits and _, and do not start with a digit.",
                Field::Email => "An e-mail address looks like name@example.org.",
                Field::Template(TemplatePart::Key(_, KeyPart::Name)) => {
                    "Keys use letters, digits and _, and do not start with a digit."
                }
                Field::Template(part) if part != TemplatePart::SecretName => {
                    "This is one line of text."
                }
                Field::Machine
                | Field::PasskeyName
                | Field::PersonName
                | Field::View
                | Field::WorkspaceName => "Names are one line of text.",
                Field::TokenSecrets => "Write a secret's name, or the beginning of names and a star: prod-*.",
                Field::TokenName => "Names are one line of text.",
                Field::Environment => {
                    "Names use letters, digits, dots, dashes and underscores, and start with a letter or digit."
                }
                _ => "Names use letters, digits, dots, dashes and underscores.",
            }),
            NameFault::LeadingDigit => {
                f.write_str("Keys use letters, digits and _, and do not start with a digit.")
            }
            NameFault::OnlyDots => f.write_str("A name has more in it than dots."),
            NameFault::TooLong { limit, actual } => {
                let unit = if matches!(self.field, Field::Row(..)) { "bytes" } else { "characters" };
                write!(f, "Too long: {actual} {unit}, and at most {limit} fit.")
            }
        }
    }
}

impl TemplatePart {
    const fn wrong(self) -> &'static str {
        match self {
            Self::Group(_) => {
                "A group has a name of its own without semicolons, and names keys of this template, each once."
            }
            Self::Groups => "One group is no choice: make another, or none.",
            Self::Key(_, KeyPart::Default) => {
                "A default is of a plain key, and one of its choices if it has some: everybody sees it."
            }
            Self::Key(_, KeyPart::Generator) => {
                "A generator makes 8 to 256 characters or bytes, behind a prefix of at most 64 letters, digits and signs."
            }
            Self::Key(..) => {
                "This is no pattern that every browser runs in short time. Write a plain regular expression: no flags, no repetition \
                 within a repetition, at most three open ones behind a ^."
            }
            _ => "An id is made from the name: it needs a letter from a to z, or a digit.",
        }
    }
}

/// All that is wrong with what someone gave: at least one thing, and at most [`Problems::MOST`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{} of the fields are wrong", .0.len())]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// More than these are not told at once.
    pub const MOST: usize = 20;

    /// Nothing, or what was found.
    pub fn check(mut found: Vec<Problem>) -> Result<(), Self> {
        if found.is_empty() {
            return Ok(());
        }
        found.truncate(Self::MOST);
        Err(Self(found))
    }

    /// One thing is wrong.
    pub fn one(field: Field, reason: Reason) -> Self {
        Self(vec![Problem::new(field, reason)])
    }

    /// The same, and one thing more.
    #[must_use]
    pub fn and(mut self, problem: Problem) -> Self {
        self.0.push(problem);
        self
    }

    /// Each of them, in the order of the form.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// What is wrong with this field.
    pub fn of(&self, field: Field) -> Option<Problem> {
        self.0.iter().copied().find(|problem| problem.field == field)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
