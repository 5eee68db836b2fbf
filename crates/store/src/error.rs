//! What can go wrong in the store, as far as a caller can act on it.

use model::{Action, EnvironmentName, KeyName, PersonName, Problems, SecretName, TokenId, Version};

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that was given is wrong.
    #[error(transparent)]
    Invalid(#[from] Problems),
    /// There is no such thing in this workspace.
    #[error("not found")]
    NotFound,
    /// Someone saved in between; this is the version of now, and who made it.
    #[error("the secret is at version {current} by now")]
    Conflict { current: Version, changed_by: Option<PersonName> },
    /// The version's values were destroyed.
    #[error("the values of version {0} were destroyed")]
    Destroyed(Version),
    /// Signed-in browsers only.
    #[error("only a signed-in browser can do this")]
    BrowserOnly,
    /// The role does not allow it.
    #[error("not allowed to {}", .0.verb())]
    Denied(Action),
    /// The token's scopes do not allow it.
    #[error("the token may not {}", .0.verb())]
    OutOfScope(Action),
    /// The token does not reach that environment or secret, whether it is there or not.
    #[error("the token does not reach it")]
    OutOfReach,
    /// The token is not valid here.
    #[error(transparent)]
    TokenRefused(#[from] TokenRefusal),
    /// A rotation gave these keys the values that they have.
    #[error("{} keys would keep their values", .0.len())]
    SameValues(Vec<KeyName>),
    /// Required keys that none of the secrets has.
    #[error("{} required keys are missing", .0.len())]
    MissingKeys(Vec<KeyName>),
    /// Secrets that were named and are not there.
    #[error("{} secrets are not there", .0.len())]
    MissingSecrets(Vec<SecretName>),
    /// No environment of this name.
    #[error("there is no environment {0}")]
    UnknownEnvironment(EnvironmentName),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// A token was made under this idempotency key before; its text was shown then.
    #[error("token {0} was made already")]
    TokenMade(TokenId),
    /// The role allows it once the password was given again.
    #[error("needs the password again")]
    SudoNeeded,
    /// People cannot see a write-only value.
    #[error("the value is write-only")]
    WriteOnly,
    /// Wrong address or password, or too many tries: which of them is not told.
    #[error("wrong e-mail address or password")]
    SignInFailed,
    /// Too many tries; more are taken after this many seconds.
    #[error("too many tries; wait {seconds} s")]
    TooManyTries { seconds: u32 },
    /// The server has been set up already, or not yet.
    #[error("{}", if *.done { "set up already" } else { "not set up yet" })]
    Setup { done: bool },
    /// A sealed record does not open: it was changed, moved, or sealed by another instance.
    #[error("integrity check failed for {record}")]
    Integrity { record: String },
    /// The version of now cannot be destroyed.
    #[error("the version of now cannot be destroyed")]
    VersionOfNow,
    /// The disk or the database is full.
    #[error("the database is full")]
    Full,
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// All places where passwords are hashed are taken.
    #[error("busy")]
    Busy,
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

/// Why a token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The request came from an address that the token does not allow.
    #[error("this token may not be used from your address")]
    Address,
    /// Its time is over.
    #[error("this token has expired: make another, or rotate it")]
    Expired,
    /// Whoever made it left the workspace.
    #[error("whoever made this token has left the workspace: an owner can adopt it")]
    Orphaned,
    /// Someone revoked it, or its person changed their password.
    #[error("this token was revoked")]
    Revoked,
    /// There is no such token.
    #[error("this server does not know this token")]
    Unknown,
    /// It was used as often as it may be.
    #[error("this token has been used as often as it may be")]
    UsedUp,
}

/// What the store's methods answer.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
