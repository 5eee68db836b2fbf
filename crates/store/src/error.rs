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
    /// People only: in a browser, or at a command line.
    #[error("only a person can do this, not a program's token")]
    PeopleOnly,
    /// It would leave the workspace, or a person's rights, in a state that may not be.
    #[error(transparent)]
    MemberRefused(#[from] MemberRefusal),
    /// Something about a webhook was not done, for this reason.
    #[error(transparent)]
    WebhookRefused(#[from] WebhookRefusal),
    /// The link of an invitation does not work.
    #[error(transparent)]
    InvitationRefused(#[from] InvitationRefusal),
    /// The workspace asks for a second factor that the person does not have.
    #[error("the workspace asks for a second factor")]
    FactorNeeded,
    /// A second factor could not be set up, changed or used.
    #[error(transparent)]
    FactorRefused(#[from] FactorRefusal),
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
    /// A rotation has begun and is not at its end.
    #[error("a rotation is under way")]
    RotationUnderWay,
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

/// Why a change of members, invitations or workspaces was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberRefusal {
    /// The address has an invitation that still works.
    #[error(
        "this address was invited already: send the invitation again for a new link, or revoke it"
    )]
    AlreadyInvited,
    /// The address is a member's.
    #[error("whoever has this address is a member already")]
    AlreadyMember,
    /// The role has the right anyway, or can never have it.
    #[error(
        "developers can be granted see, reveal and write, viewers see; other roles have the same rights everywhere"
    )]
    GrantNotForRole,
    /// A workspace always has an owner.
    #[error("a workspace keeps one owner at least: make somebody else an owner first")]
    LastOwner,
    /// The role, or the member's role of now, is above the caller's.
    #[error(
        "nobody changes a role above their own, or gives one: only owners make and change owners"
    )]
    Outranked,
    /// More invitations wait than may.
    #[error("{} invitations wait for an answer, and no more may: revoke some", model::INVITATIONS)]
    TooManyInvitations,
    /// One person has more workspaces than they may.
    #[error("nobody is in more than {} workspaces: leave one first", model::WORKSPACES)]
    TooManyWorkspaces,
}

/// Why something about a webhook was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// It would be told nothing.
    #[error("a webhook is told at least one event: choose some")]
    NoEvents,
    /// It is switched off.
    #[error("this webhook is switched off: switch it on first")]
    Off,
    /// It was tested often in the last minute.
    #[error("a webhook is tested at most 10 times a minute: wait one")]
    TestedOften,
    /// A workspace has only so many.
    #[error("a workspace has at most 20 webhooks: delete one first")]
    TooMany,
    /// The message is being sent.
    #[error("this message is being sent at this moment: look again in a minute")]
    UnderWay,
    /// It is nothing that can be sent to.
    #[error("expected a URL that begins with https://, without a name or password in it")]
    Url,
}

/// Why a second factor could not be set up, changed or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactorRefusal {
    /// The workspace asks for one, and it is the person's last.
    #[error(
        "this workspace asks you for a second factor: set up another one before you remove your last"
    )]
    LastOne,
    /// There is no key that waits for its first code, or it waited too long.
    #[error("that was too long ago: begin again")]
    NotBegun,
    /// Whoever asks others for a second factor has one.
    #[error("set up a second factor of your own first")]
    OwnFirst,
    /// The passkey's answer is not what was asked for, or came too late.
    #[error("the passkey was not taken: try again, or use another one")]
    Passkey,
    /// The person has as many passkeys as they may.
    #[error("nobody has more than {} passkeys: remove one first", model::PASSKEYS)]
    TooManyPasskeys,
    /// Recovery codes stand in for a factor, and there is none.
    #[error("recovery codes come with a second factor: set one up first")]
    Without,
}

/// Why the link of an invitation does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefusal {
    /// Its time is over.
    #[error("this invitation has expired: links work for 72 hours. Ask for a new one")]
    Expired,
    /// Whoever sent it may no longer give the role.
    #[error("whoever sent this invitation may no longer bring people in: ask somebody who may")]
    InviterGone,
    /// Somebody signed in with another address.
    #[error("this invitation is for another address than yours: sign in with that one")]
    OtherPerson,
    /// It was taken back.
    #[error("this invitation was taken back, or another link was sent in its place")]
    Revoked,
    /// There is an account of this address.
    #[error("there is an account of this address already: give its password")]
    SignIn,
    /// No such invitation.
    #[error("this link is no invitation of this server: it may be cut off. Copy it whole")]
    Unknown,
    /// It was accepted already.
    #[error("this invitation was accepted already, and works once: sign in")]
    Used,
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
