//! Says when a token will end soon, with every answer to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use store::Caller;

use super::view::timestamp;

/// Where a handler leaves the end of the token that it saw, in unix milliseconds; 0 is never.
#[derive(Clone, Debug, Default)]
pub(super) struct Expiry(Arc<AtomicI64>);

impl Expiry {
    pub(super) fn note(&self, caller: &Caller) {
        self.0.store(caller.expires_at().unwrap_or(0), Ordering::Relaxed);
    }
}

/// Middleware around every handler.
pub(super) async fn announce(mut request: Request, next: Next) -> Response {
    let expiry = Expiry::default();
    request.extensions_mut().insert(expiry.clone());
    let mut response = next.run(request).await;
    let ends = expiry.0.load(Ordering::Relaxed);
    if ends != 0
        && ends < now() + SOON
        && let Ok(value) = HeaderValue::try_from(timestamp(ends).to_string())
    {
        response.headers_mut().insert(TOKEN_EXPIRES, value);
    }
    response
}

#[expect(clippy::disallowed_methods, reason = "a header that warns need not follow a test's clock")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

const TOKEN_EXPIRES: HeaderName = HeaderName::from_static("keyloft-token-expires");
const SOON: i64 = 7 * 86_400_000;
