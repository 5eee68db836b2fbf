//! What can go wrong between this machine and a server.

use model::TokenFault;
use model::api::{ProblemCode, ProblemDetails};

use crate::Address;

/// The answer of an endpoint.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer. Nothing here holds a value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What answers is not a Keyloft server, or not one that this client understands.
    #[error("{url} does not answer as a Keyloft server does: {what}{}", in_status(*.status))]
    Garbage {
        /// The server's address.
        url: Address,
        /// The HTTP status, if there was one.
        status: Option<u16>,
        /// What came instead.
        what: String,
    },
    /// The token has a typo: no request was made.
    #[error(transparent)]
    MistypedToken(#[from] TokenFault),
    /// The server says what is wrong.
    #[error("{}", .0.detail)]
    Problem(Box<ProblemDetails>),
    /// The server took too long.
    #[error("{url} did not answer in time")]
    Timeout {
        /// The server's address.
        url: Address,
    },
    /// The certificate is not to be trusted.
    #[error("the certificate of {url} is not trusted: {why}")]
    Tls {
        /// The server's address.
        url: Address,
        /// What is wrong with it, and what would help.
        why: String,
    },
    /// Nothing answers there.
    #[error("cannot reach {url}: {why}")]
    Unreachable {
        /// The server's address.
        url: Address,
        /// What the network says.
        why: String,
    },
}

impl Error {
    /// The stable name of what the server says is wrong.
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the server is away, so that what it answered earlier may stand in. A server that answers no is not away.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Timeout { .. } | Self::Unreachable { .. } => true,
            Self::Garbage { status, .. } => *status == Some(503),
            Self::Problem(problem) => problem.status == 503,
            Self::MistypedToken(_) | Self::Tls { .. } => false,
        }
    }
}

fn in_status(status: Option<u16>) -> String {
    status.map(|status| format!(" (status {status})")).unwrap_or_default()
}
