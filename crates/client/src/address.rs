//! Where a server is.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use thiserror::Error;
use ureq::http::Uri;

/// A server's address, with nothing after its path: `https://keyloft.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    local: bool,
}

/// Why a text is no address to send a token to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It does not begin with a scheme and a host.
    #[error("that is no address of a server: write it as https://keyloft.example.org")]
    Shape,
    /// It carries a user name or a password.
    #[error(
        "an address with a user name or a password in it is not taken: leave out what stands before the @"
    )]
    Login,
    /// It has a question mark or a fragment.
    #[error("an address ends with its path: leave out what follows the ? or #")]
    Query,
    /// The token would cross the network in the clear.
    #[error(
        "http:// would send the token over the network in the clear: write https://, or set KEYLOFT_INSECURE_HTTP=1 if the \
         network is yours alone"
    )]
    PlainHttp,
}

impl Address {
    /// Reads an address. Plain http is for this machine alone.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let address = Self::parse_insecure(text)?;
        if address.text.starts_with("http://") && !address.local {
            return Err(AddressError::PlainHttp);
        }
        Ok(address)
    }

    /// Reads an address, also one that a token reaches in the clear.
    pub fn parse_insecure(text: &str) -> Result<Self, AddressError> {
        let text = text.trim().trim_end_matches('/');
        if text.contains('#') {
            return Err(AddressError::Query);
        }
        let uri: Uri = text.parse().map_err(|_| AddressError::Shape)?;
        let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AddressError::Shape);
        };
        if authority.as_str().contains('@') {
            return Err(AddressError::Login);
        }
        if uri.query().is_some() {
            return Err(AddressError::Query);
        }
        if authority.host().is_empty() {
            return Err(AddressError::Shape);
        }
        Ok(Self { text: text.to_owned(), local: is_this_machine(authority.host()) })
    }

    /// The address as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names this machine.
    pub const fn is_local(&self) -> bool {
        self.local
    }

    /// Whether a page of this URL is served from the same scheme, host and port.
    pub fn serves(&self, url: &str) -> bool {
        let origin = |text: &str| {
            let uri: Uri = text.parse().ok()?;
            Some((uri.scheme_str()?.to_owned(), uri.authority()?.as_str().to_owned()))
        };
        origin(&self.text).is_some_and(|ours| origin(url) == Some(ours))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => address == Ipv6Addr::LOCALHOST,
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_last_slash() {
        for (text, kept) in [
            (" https://keyloft.example.org/ ", "https://keyloft.example.org"),
            ("https://example.org/keyloft/", "https://example.org/keyloft"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.7:1", "http://127.0.0.7:1"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), kept, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (text, error) in [
            ("", AddressError::Shape),
            ("keyloft.example.org", AddressError::Shape),
            ("/x", AddressError::Shape),
            ("ftp://example.org", AddressError::Shape),
            ("https://", AddressError::Shape),
            ("https://u:p@example.org", AddressError::Login),
            ("https://example.org/?a=b", AddressError::Query),
            ("https://example.org/#a", AddressError::Query),
            ("http://example.org", AddressError::PlainHttp),
            ("http://localhost.example.org", AddressError::PlainHttp),
            ("http://128.0.0.1", AddressError::PlainHttp),
        ] {
            assert_eq!(Address::parse(text).unwrap_err(), error, "{text}");
        }
        assert!(Address::parse_insecure("http://example.org").is_ok());
    }

    #[test]
    fn a_page_is_served_by_its_own_origin() {
        let address = Address::parse("https://example.org/keyloft").unwrap();
        assert!(address.serves("https://example.org/approve?code=A"));
        for other in ["http://example.org/a", "https://example.org:444/", "file:///etc", "x"] {
            assert!(!address.serves(other), "{other}");
        }
    }
}
