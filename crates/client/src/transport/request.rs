//! What is asked.

use data_encoding::HEXLOWER;
use model::Version;
use serde::Serialize;
use ureq::http::Method;
use ureq::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use zeroize::Zeroizing;

/// What is asked of the server.
pub(crate) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Zeroizing<Vec<u8>>>,
    pub(super) again: bool,
}

impl Request {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: None, again: false }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path).again()
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Doing it twice is as good as doing it once.
    pub(crate) fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// The server does it once, however often it is asked (draft-ietf-httpapi-idempotency-key-header).
    pub(crate) fn once_only(self) -> Self {
        let mut key = [0; 16];
        getrandom::fill(&mut key).expect("the operating system has random numbers");
        let name = HeaderName::from_static("idempotency-key");
        self.header(name, &HEXLOWER.encode(&key)).again()
    }

    pub(crate) fn if_match(self, seen: Version) -> Self {
        self.header(IF_MATCH, &format!("\"v{seen}\""))
    }

    pub(crate) fn if_none_match(self, seen: Version) -> Self {
        self.header(IF_NONE_MATCH, &format!("\"v{seen}\""))
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("what crosses the wire has text keys");
        self.body = Some(Zeroizing::new(body));
        self.header(CONTENT_TYPE, "application/json")
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("our headers are ASCII");
        self.headers.push((name, value));
        self
    }
}
