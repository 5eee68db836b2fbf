//! Keeps redirects on this server.
//!
//! A form that is posted without JavaScript goes back to its `Referer`, with its error in the query:
//! a foreign page could name itself there.

use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue};

use super::public_url::PublicUrl;

/// A `Location` that leads elsewhere leads home instead.
pub(super) fn stay_here(headers: &mut HeaderMap, public_url: &PublicUrl) {
    let leads_elsewhere =
        headers.get_all(LOCATION).iter().any(|location| !is_ours(location, public_url));
    if leads_elsewhere {
        headers.insert(LOCATION, HeaderValue::from_static("/"));
    }
}

/// Resolved as a browser does it (WHATWG URL), which reads `//evil`, `/\evil` and `/<tab>/evil` as
/// another host.
fn is_ours(location: &HeaderValue, public_url: &PublicUrl) -> bool {
    location
        .to_str()
        .ok()
        .and_then(|location| public_url.join(location))
        .is_some_and(|target| public_url.accepts_origin(&target.origin().ascii_serialization()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location_after(location: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_bytes(location).unwrap());
        stay_here(&mut headers, &"http://127.0.0.1:3000".parse().unwrap());
        headers[LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn our_own_addresses_stay() {
        for location in [
            "/secrets?q=x",
            "secrets",
            "?__err=x",
            "http://127.0.0.1:3000/secrets/new?__path=/fn/x&__err=y",
            "http://localhost:3000/secrets",
        ] {
            assert_eq!(location_after(location.as_bytes()), location);
        }
    }

    #[test]
    fn other_addresses_become_the_start_page() {
        for location in [
            "https://evil.example/x",
            "//evil.example/x",
            "/\\evil.example",
            "/\t/evil.example",
            "\\\\evil.example",
            "http://127.0.0.1:3000@evil.example/",
            "http://127.0.0.1:3001/",
            "https://127.0.0.1:3000/",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://[",
        ] {
            assert_eq!(location_after(location.as_bytes()), "/", "{location:?}");
        }
        assert_eq!(location_after(b"/secrets\xff"), "/");
    }
}
