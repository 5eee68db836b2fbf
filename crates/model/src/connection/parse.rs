use super::error::BadPart;
use super::percent::decode;
use super::{ConnectionError, ConnectionPart};
use std::fmt;

/// A connection URL in its parts, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionParts {
    /// The scheme in lower case.
    pub scheme: String,
    /// Who signs in. An empty one counts as none.
    pub user: Option<String>,
    /// With what. An empty one counts as none.
    pub password: Option<String>,
    /// One host or several.
    pub hosts: Vec<Host>,
    /// The path without its leading slash. An empty one counts as none.
    pub path: Option<String>,
    /// The parameters after the question mark, in order.
    pub query: Vec<(String, String)>,
}

/// One host of a connection URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Name or address; an IPv6 address without its brackets.
    pub name: String,
    /// The port, if the URL names one.
    pub port: Option<u16>,
}

impl ConnectionParts {
    /// Takes a URL apart, leniently where the meaning is clear: spaces and quotes around it, `jdbc:` before it and an
    /// `@` in the password do no harm.
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        let (scheme, rest) = split_scheme(text)?;
        Self::parse_rest(scheme, rest)
    }

    /// Takes apart what follows `scheme://`.
    pub(super) fn parse_rest(scheme: String, rest: &str) -> Result<Self, ConnectionError> {
        let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let tail = Tail::split(tail);
        if tail.holds_the_rest_of_a_password() {
            return Err(ConnectionError::UnescapedCharacter);
        }
        // The last @ ends the password, since no host has one.
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let query = tail.parameters()?;
        Ok(Self {
            scheme,
            user: non_empty(part(user, ConnectionPart::User)?),
            password: non_empty(part(password, ConnectionPart::Password)?),
            hosts: parse_hosts(hosts, &query).map_err(|error| tail.blame(error))?,
            path: non_empty(part(tail.path, ConnectionPart::Database)?),
            query,
        })
    }

    /// The value of a parameter, whatever the case of its name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.query, name)
    }
}

impl fmt::Debug for ConnectionParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectionParts(…)")
    }
}

/// What people paste, without what surrounds the URL.
pub(super) fn unwrapped(text: &str) -> &str {
    let text = text.trim();
    let unquoted = ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    unquoted.unwrap_or(text).trim()
}

/// The scheme in lower case, and what follows `://`.
pub(super) fn split_scheme(text: &str) -> Result<(String, &str), ConnectionError> {
    let text = unwrapped(text);
    let url = text.strip_prefix("jdbc:").unwrap_or(text);
    let (scheme, rest) = url.split_once("://").ok_or(ConnectionError::NotAUrl)?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !is_scheme || rest.contains(char::is_control) {
        return Err(ConnectionError::NotAUrl);
    }
    Ok((scheme.to_ascii_lowercase(), rest))
}

/// What follows the hosts.
struct Tail<'a> {
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Tail<'a> {
    fn split(tail: &'a str) -> Self {
        let (tail, fragment) = tail.split_once('#').unwrap_or((tail, ""));
        let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
        Self { path: path.strip_prefix('/').unwrap_or(path), query, fragment }
    }

    /// An `@` this late means that an earlier `/`, `?` or `#` was meant as part of the password. Only the values of
    /// parameters may have one.
    fn holds_the_rest_of_a_password(&self) -> bool {
        let first_name = self.query.split('=').next().unwrap_or_default();
        [self.path, first_name, self.fragment].iter().any(|text| text.contains('@'))
    }

    /// With an `@` further on, a wrong host or port is the beginning of a password.
    fn blame(&self, error: ConnectionError) -> ConnectionError {
        if self.query.contains('@') { ConnectionError::UnescapedCharacter } else { error }
    }

    fn parameters(&self) -> Result<Vec<(String, String)>, ConnectionError> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        });
        decoded.collect::<Option<_>>().ok_or(ConnectionError::BadEncoding { part: BadPart::Query })
    }
}

/// The hosts before the path, or else those of the query, as libpq allows (PostgreSQL manual, "Connection URIs").
fn parse_hosts(text: &str, query: &[(String, String)]) -> Result<Vec<Host>, ConnectionError> {
    if !text.is_empty() {
        return text.split(',').map(parse_host).collect();
    }
    let names = parameter(query, "host").ok_or(ConnectionError::NoHost)?;
    let port = parameter(query, "port").map_or(Ok(None), parse_port)?;
    names.split(',').map(|name| Ok(Host { name: checked_name(name.to_owned())?, port })).collect()
}

fn parse_host(text: &str) -> Result<Host, ConnectionError> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(ConnectionError::BadHost)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => parse_port(port)?,
            None if rest.is_empty() => None,
            None => return Err(ConnectionError::BadHost),
        };
        return Ok(Host { name: checked_address(address)?, port });
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, _)) if name.contains(':') => return Err(ConnectionError::BadHost),
        Some((name, port)) => (name, parse_port(port)?),
        None => (text, None),
    };
    Ok(Host { name: checked_name(part(name, ConnectionPart::Host)?)?, port })
}

fn parse_port(text: &str) -> Result<Option<u16>, ConnectionError> {
    if text.is_empty() {
        return Ok(None);
    }
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let port = text.parse().ok().filter(|&port| is_number && port > 0);
    port.map(Some).ok_or(ConnectionError::BadPort)
}

/// An IPv6 address, possibly with a zone (RFC 6874).
fn checked_address(text: &str) -> Result<String, ConnectionError> {
    let (address, _zone) = text.split_once('%').unwrap_or((text, ""));
    let is_address = address.contains(':')
        && address.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b));
    if is_address { part(text, ConnectionPart::Host) } else { Err(ConnectionError::BadHost) }
}

fn checked_name(name: String) -> Result<String, ConnectionError> {
    if name.is_empty() {
        return Err(ConnectionError::NoHost);
    }
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || "<>[]{}\"'`\\^|@".contains(c);
    if name.contains(is_strange) { Err(ConnectionError::BadHost) } else { Ok(name) }
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

fn part(text: &str, part: ConnectionPart) -> Result<String, ConnectionError> {
    decode(text).ok_or(ConnectionError::BadEncoding { part: BadPart::Part(part) })
}

fn non_empty(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
