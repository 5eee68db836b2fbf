//! What went wrong, as RFC 9457 problem details.

use crate::{KeyName, PersonName, Version};
use serde::{Deserialize, Serialize};

/// A stable name of what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ProblemCode {
    /// The body is not the JSON that this takes.
    BadRequest,
    /// No such path, or nothing of that name in reach.
    NotFound,
    /// The path does not take this method.
    MethodNotAllowed,
    /// No token, or one that is not valid here (any more).
    Unauthorized,
    /// The token or the role does not allow it.
    Forbidden,
    /// The workspace asks the person for a second factor, which they set up in the dashboard.
    SecondFactorNeeded,
    /// A person must confirm with their password first: `keyloft sudo`.
    SudoNeeded,
    /// Something of this name is there already.
    AlreadyExists,
    /// Someone else changed it in between.
    Conflict,
    /// Something that was given is wrong; `fields` says what.
    Invalid,
    /// Keys that were required are not there; `missing` names them all.
    MissingKeys,
    /// The Idempotency-Key was used for another request.
    IdempotencyMismatch,
    /// The body is larger than is taken here.
    TooLarge,
    /// Too many requests.
    TooMany,
    /// A sealed record does not open.
    Integrity,
    /// The disk or the database is full.
    Full,
    /// The database does not answer.
    Unavailable,
    /// Something that should not happen.
    Internal,
    /// One that this client is too old to know.
    #[serde(other)]
    Other,
}

/// The answer to a request that could not be done. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemDetails {
    /// Where the problem is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Which problem it is, for programs.
    pub code: ProblemCode,
    /// What is wrong and what would be right, for people. Never a value.
    pub detail: String,
    /// The request's id, as in the server's log and the audit log.
    pub request: String,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The version of now, where another was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Version>,
    /// Who made that version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<PersonName>,
    /// Keys that are required and not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<KeyName>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Its path in the body: `name`, `values.PGPORT`.
    pub field: String,
    /// What is wrong and what would be right.
    pub detail: String,
}
