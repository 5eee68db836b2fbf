//! The address that people type to reach this server.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::{Host, Url};

/// Scheme, host and port of the dashboard, and nothing more: the CSRF and DNS-rebinding checks
/// compare with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    url: Url,
    /// As browsers serialise them in `Origin` (RFC 6454 section 6.2); the first is our own.
    origins: Vec<String>,
    /// As they stand in `Host`: with the port, and without it when it is the scheme's own.
    hosts: Vec<String>,
    loopback: bool,
}

impl PublicUrl {
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host is this machine itself, which browsers trust without TLS.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Compares an `Origin` header.
    pub(crate) fn accepts_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|ours| ours == origin)
    }

    /// Compares a `Host` header, whose letters have no case (RFC 9110 section 4.2.3).
    pub(crate) fn accepts_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Where a browser would go that reads `location` on one of our pages.
    /// A page of ours, as an address to open.
    pub(crate) fn page(&self, path: &str) -> String {
        self.join(path).map_or_else(|| self.to_string(), Into::into)
    }

    pub(super) fn join(&self, location: &str) -> Option<Url> {
        self.url.join(location).ok()
    }
}

/// Without a slash at the end: what people type.
impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origins.first().expect("a public URL has its own origin"))
    }
}

/// Why a text is no public URL.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PublicUrlError {
    #[error("{0:?} is no URL: write https://keyloft.example.com or http://127.0.0.1:3000")]
    Syntax(String),
    #[error("a public URL starts with https:// or http://, not {0}://")]
    Scheme(String),
    #[error("a public URL is only scheme, host and port: write {0}")]
    TooMuch(String),
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text).map_err(|_| PublicUrlError::Syntax(text.to_owned()))?;
        Self::try_from(url)
    }
}

impl TryFrom<Url> for PublicUrl {
    type Error = PublicUrlError;

    fn try_from(url: Url) -> Result<Self, PublicUrlError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PublicUrlError::Scheme(url.scheme().to_owned()));
        }
        // Keyloft's pages link to /secrets and its cookie is bound to /: it owns a whole host.
        let own = url.origin().ascii_serialization();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || has_user {
            return Err(PublicUrlError::TooMuch(own));
        }

        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let mut names = vec![url.host_str().unwrap_or_default()];
        if loopback {
            names.extend(["127.0.0.1", "localhost", "[::1]"]);
        }
        let port = url.port_or_known_default().expect("http and https have a default port");
        let has_default_port = url.port().is_none();
        let mut origins = Vec::new();
        let mut hosts = Vec::new();
        for name in names {
            hosts.push(format!("{name}:{port}"));
            if has_default_port {
                hosts.push(name.to_owned());
                origins.push(format!("{}://{name}", url.scheme()));
            } else {
                origins.push(format!("{}://{name}:{port}", url.scheme()));
            }
        }
        Ok(Self { url, origins, hosts, loopback })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn public(url: &str) -> PublicUrl {
        url.parse().unwrap()
    }

    #[test]
    fn a_public_url_accepts_its_own_origin_and_host_only() {
        let url = public("https://Keyloft.Example.com");
        assert!(url.is_https() && !url.is_loopback());
        assert_eq!(url.to_string(), "https://keyloft.example.com");

        assert!(url.accepts_origin("https://keyloft.example.com"));
        for other in [
            "http://keyloft.example.com",
            "https://keyloft.example.com:8443",
            "https://keyloft.example.com.evil.example",
            "https://evil.example",
            "null",
            "",
        ] {
            assert!(!url.accepts_origin(other), "{other}");
        }

        for own in ["keyloft.example.com", "keyloft.example.com:443", "KEYLOFT.example.com"] {
            assert!(url.accepts_host(own), "{own}");
        }
        for other in ["keyloft.example.com:80", "evil.example", "127.0.0.1", "localhost", ""] {
            assert!(!url.accepts_host(other), "{other}");
        }
    }

    #[test]
    fn a_loopback_url_goes_by_all_its_names_on_its_own_port() {
        for url in ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000/"] {
            let url = public(url);
            assert!(url.is_loopback() && !url.is_https());
            for name in ["127.0.0.1", "localhost", "[::1]"] {
                assert!(url.accepts_origin(&format!("http://{name}:3000")));
                assert!(url.accepts_host(&format!("{name}:3000")));
                assert!(!url.accepts_origin(&format!("http://{name}:3001")));
                assert!(!url.accepts_origin(&format!("https://{name}:3000")));
                assert!(!url.accepts_host(name));
            }
        }
        assert!(public("http://localhost").accepts_origin("http://127.0.0.1"));
        assert!(!public("http://10.0.0.1:3000").accepts_host("localhost:3000"));
    }

    #[test]
    fn what_is_no_public_url_is_named() {
        for (text, message) in [
            (
                "keyloft",
                r#""keyloft" is no URL: write https://keyloft.example.com or http://127.0.0.1:3000"#,
            ),
            ("ftp://keyloft", "a public URL starts with https:// or http://, not ftp://"),
            (
                "https://a.example/keyloft",
                "a public URL is only scheme, host and port: write https://a.example",
            ),
            (
                "https://me@a.example",
                "a public URL is only scheme, host and port: write https://a.example",
            ),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap_err().to_string(), message);
        }
    }
}
