//! What went wrong, in as few words as tell somebody what to mend.

use thiserror::Error;

/// Why something did not go out, or what came back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The other side did not take the credentials, or they do not suffice.
    #[error("the other side refused the credentials, or they do not allow this")]
    Auth,
    /// No connection, or one that broke off.
    #[error("the connection was refused or broke off")]
    Connect,
    /// A database answered with this SQLSTATE.
    #[error("the database answered with error {0}")]
    Database(String),
    /// The name has no address.
    #[error("the host's name has no address")]
    Dns,
    /// The address is private or special, and the operator does not allow it; or it would go there unencrypted.
    #[error(
        "the address is private, special or unencrypted, and the operator does not allow it (--outbound-allow)"
    )]
    RefusedAddress,
    /// An HTTP status that is no success; redirects are not followed.
    #[error("the other side answered with status {0}")]
    Status(u16),
    /// No TLS, or a certificate that is not trusted for this name.
    #[error(
        "TLS failed: the certificate is not trusted for this name, or the other side speaks none"
    )]
    Tls,
    /// It took too long.
    #[error("no answer within 5 seconds")]
    Timeout,
    /// More came back than is read.
    #[error("the answer is larger than 64 KiB")]
    TooLarge,
}

/// Why a text is no address to send something to. It is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadUrl(pub &'static str);
