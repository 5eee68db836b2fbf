//! Conditional requests (RFC 9110 section 13), and keys of requests that may arrive twice.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use model::Version;
use store::{ContentTag, Once};

use super::problem::ApiError;
use crate::state::AppState;

/// The version that a change was made from: `If-Match: "v7"`. Nothing, or `*`, is whichever is there.
pub(super) struct IfMatch(pub(super) Option<Version>);

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let number = unquoted(text)
            .and_then(|tag| tag.strip_prefix('v'))
            .filter(|number| {
                !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
            })
            .ok_or_else(|| ApiError::bad_request("If-Match takes one ETag, such as \"v7\"."))?;
        // A number that is too large is of no version, as one that is merely wrong.
        let version = number.parse().unwrap_or(u32::MAX);
        Ok(Self(Some(Version(version))))
    }
}

/// What the client has already.
pub(super) struct IfNoneMatch(Vec<String>);

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let values = parts.headers.get_all(IF_NONE_MATCH).iter();
        let tags = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|tag| unquoted(tag.trim().trim_start_matches("W/")))
            .map(str::to_owned);
        Ok(Self(tags.collect()))
    }
}

impl IfNoneMatch {
    pub(super) fn has(&self, version: Version) -> bool {
        self.0.iter().any(|tag| *tag == format!("v{version}"))
    }

    /// The newest answer that the client says it has. Clients keep one.
    pub(super) fn content(&self) -> Option<ContentTag> {
        self.0.first().cloned().map(ContentTag)
    }
}

/// The `ETag` of a secret's metadata.
pub(super) fn version_tag(version: Version) -> HeaderValue {
    quoted(&format!("v{version}"))
}

/// The `ETag` of values.
pub(super) fn content_tag(tag: &ContentTag) -> HeaderValue {
    quoted(&tag.0)
}

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
pub(super) struct IdempotencyKey(Option<String>);

impl FromRequestParts<AppState> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        key(&parts.headers).map(Self)
    }
}

impl IdempotencyKey {
    /// The request of this key, if it has one.
    pub(super) fn of(&self, state: &AppState, body: &[u8]) -> Option<Once> {
        self.0.as_ref().map(|key| state.store.once(key, body))
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > LONGEST_KEY || !is_visible {
        let detail =
            "Idempotency-Key takes 1 to 255 letters, digits and signs, such as a random UUID.";
        return Err(ApiError::bad_request(detail));
    }
    Ok(Some(text.to_owned()))
}

fn unquoted(tag: &str) -> Option<&str> {
    tag.strip_prefix('"')?.strip_suffix('"')
}

fn quoted(tag: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}\"")).expect("tags are letters and digits")
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 255;
