use super::ConnectionPart;

/// Why a text cannot fill the fields of a connection.
///
/// The messages say what is wrong and what would be right. They never hold a piece of the text, which has a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// There is no `scheme://`, or there is a line break.
    #[error(
        "This is not a connection URL. One looks like scheme://user:password@host:port/database, on one line."
    )]
    NotAUrl,
    /// The URL belongs to another service.
    #[error("This URL is for another kind of server. Expected one that starts with {expected}.")]
    WrongScheme {
        /// The beginnings that would be right, for people.
        expected: String,
    },
    /// Between `//` (or `@`) and the path there is nothing.
    #[error(
        "The URL names no host. It belongs after the // or the @, as in //user:password@host/database."
    )]
    NoHost,
    /// The host has characters that no host has, or is an IPv6 address without brackets.
    #[error(
        "The host is not a host name or an address. IPv6 addresses stand in brackets, as in [::1]:5432."
    )]
    BadHost,
    /// The port is not a number from 1 to 65535.
    #[error(
        "The port is not a number from 1 to 65535. It stands after the host and a colon, as in host:5432."
    )]
    BadPort,
    /// A percent sign does not begin an encoded character, or what is encoded is not UTF-8 text.
    #[error(
        "The {part} has a % that does not begin an encoded character. A % itself is written %25."
    )]
    BadEncoding {
        /// The part that it is in.
        part: BadPart,
    },
    /// The user or the password holds a character that ends the host part of a URL.
    #[error(
        "The user or password seems to contain /, ? or #. In a URL they are written %2F, %3F and %23; or fill the \
         fields one by one."
    )]
    UnescapedCharacter,
}

/// Where a wrong encoding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPart {
    /// In one of the parts.
    Part(ConnectionPart),
    /// In a parameter after the question mark.
    Query,
}

impl std::fmt::Display for BadPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Part(part) => part.fmt(f),
            Self::Query => f.write_str("part after the question mark"),
        }
    }
}
