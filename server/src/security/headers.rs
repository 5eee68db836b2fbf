//! What every response tells the browser about itself.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The policy without a nonce: for everything that runs no inline script.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

const WITHOUT_NONCE: HeaderValue = HeaderValue::from_static(POLICY);

/// Same-origin rather than no-referrer, which makes Chromium send `Origin: null` with our own forms.
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Two years, as the preload lists ask for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// We write to the clipboard and use passkeys; of the rest a page of ours needs nothing. Only
/// features that browsers know are listed, for they complain about others in the console.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), \
     accelerometer=(), autoplay=(), camera=(), clipboard-read=(), cross-origin-isolated=(), \
     display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), \
     gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), \
     midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), \
     sync-xhr=(), usb=(), window-management=(), xr-spatial-tracking=()",
);

/// The `Content-Security-Policy` of a page (CSP Level 3); whoever renders HTML with inline scripts
/// sets it with their nonce.
pub(crate) fn content_security_policy(nonce: Option<&str>) -> HeaderValue {
    nonce.filter(|nonce| is_base64(nonce)).and_then(policy_with).unwrap_or(WITHOUT_NONCE)
}

/// Sets what holds for every response. A handler's own `Cache-Control` and policy stay.
pub(super) fn apply(headers: &mut HeaderMap, is_https: bool) {
    headers.reserve(10);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, SAME_ORIGIN);
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), SAME_ORIGIN);
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), SAME_ORIGIN);
    headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(WITHOUT_NONCE);
    if is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}

fn policy_with(nonce: &str) -> Option<HeaderValue> {
    let source = format!("script-src 'self' 'nonce-{nonce}'");
    HeaderValue::try_from(POLICY.replace("script-src 'self'", &source)).ok()
}

/// A nonce is base64 or base64url (CSP Level 3 section 2.3.1): no quote or semicolon of it can end
/// the directive.
fn is_base64(nonce: &str) -> bool {
    !nonce.is_empty()
        && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_nonce_and_nothing_unsafe() {
        assert_eq!(
            content_security_policy(Some("abc+/=")).to_str().unwrap(),
            "default-src 'none'; script-src 'self' 'nonce-abc+/=' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
        );
    }

    #[test]
    fn a_nonce_cannot_add_to_the_policy() {
        for nonce in ["", "x' 'unsafe-inline", "x; script-src *", "x\n", "é"] {
            assert_eq!(content_security_policy(Some(nonce)), WITHOUT_NONCE, "{nonce:?}");
        }
    }

    #[test]
    fn a_handler_keeps_its_own_caching_and_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, immutable"));
        headers.insert(CONTENT_SECURITY_POLICY, content_security_policy(Some("abc")));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("unsafe-url"));
        apply(&mut headers, true);
        assert_eq!(headers[CACHE_CONTROL], "public, immutable");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], content_security_policy(Some("abc")));
        assert_eq!(headers[REFERRER_POLICY], "same-origin");
        assert_eq!(headers[STRICT_TRANSPORT_SECURITY], "max-age=63072000; includeSubDomains");
    }

    #[test]
    fn plain_http_promises_no_https() {
        let mut headers = HeaderMap::new();
        apply(&mut headers, false);
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], POLICY);
    }
}
