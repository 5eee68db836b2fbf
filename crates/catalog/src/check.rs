use serde::Deserialize;
use std::collections::BTreeMap;

/// How to find out whether a credential works, without doing anything with it.
///
/// `{KEY}` in a text stands for the value of that key, encoded as its place needs. A name in lower case stands for
/// something derived from a value, as the note says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// One HTTP request.
    Http(HttpCheck),
    /// Something that one request cannot say.
    Protocol(ProtocolCheck),
    /// No harmless check is known.
    None(NoCheck),
}

/// A check by one HTTP request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpCheck {
    /// The method.
    pub method: Method,
    /// Where to. It may hold the secret itself: keep it out of logs and errors.
    pub url: String,
    /// Headers by name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// User and password of basic authentication (RFC 7617).
    pub basic_auth: Option<[String; 2]>,
    /// What to send.
    pub body: Option<String>,
    /// Statuses that mean the credential works, where `expect` holds too.
    pub ok: Vec<u16>,
    /// Statuses that mean it does not.
    pub invalid: Vec<u16>,
    /// Statuses that mean neither.
    pub inconclusive: Vec<u16>,
    /// What the body has to say besides: some services answer 200 to anyone.
    pub expect: Option<String>,
    /// Whether the target comes from a value, so that the filter for outbound addresses has to decide.
    #[serde(default)]
    pub host_from_value: bool,
    /// Where the call was seen; without one it is from memory.
    pub source: Option<String>,
    /// What else to know.
    pub note: Option<String>,
}

/// Methods that checks use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
}

/// A check that speaks the service's own protocol.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolCheck {
    /// The protocol, such as `postgres` or `aws-sts`.
    pub name: String,
    /// What to do, for whoever writes it.
    pub how: String,
    /// Whether the target comes from a value, so that the filter for outbound addresses has to decide.
    #[serde(default)]
    pub host_from_value: bool,
    /// Where it was seen; without one it is from memory.
    pub source: Option<String>,
    /// What else to know.
    pub note: Option<String>,
}

/// Why there is no check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoCheck {
    /// The reason, where one is known.
    pub note: Option<String>,
    /// Where it was seen.
    pub source: Option<String>,
}
