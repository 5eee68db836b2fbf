//! Keeps other sites from acting with a visitor's cookie.
//!
//! Cross-site request forgery is answered the way Go's `http.CrossOriginProtection` does it
//! (Fetch Metadata, then `Origin`), only stricter: a request that shows neither is refused, for
//! every browser sends one of them with a POST. DNS rebinding is answered by comparing `Host`.

use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

use super::door::Door;
use super::public_url::PublicUrl;
use super::refusal::Refusal;

/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// `multipart/form-data` and `text/plain` are what a foreign form can also send. We read the first on one page alone.
const CONTENT_TYPES: [&str; 3] =
    ["application/x-www-form-urlencoded", "application/json", "application/octet-stream"];
const FILES: &str = "multipart/form-data";
const TAKES_FILES: &str = "/secrets/import";

/// Refuses what a page of ours would not have sent.
pub(super) fn check<B>(
    request: &Request<B>,
    door: Door,
    public_url: &PublicUrl,
) -> Result<(), Refusal> {
    if !door.allows(request.method()) {
        return Err(Refusal::Method { allowed: door.methods() });
    }
    if !door.takes_cookies() {
        return Ok(());
    }
    if !asks_for(public_url, request) {
        return Err(Refusal::Host { public_url: public_url.to_string() });
    }
    let changes_something = changes_something(request.method());
    if (changes_something || is_upgrade(request.headers()))
        && !comes_from(public_url, request.headers())
    {
        return Err(Refusal::Origin { public_url: public_url.to_string() });
    }
    if changes_something && !has_known_content_type(request) {
        return Err(Refusal::ContentType);
    }
    Ok(())
}

/// A host in the request's target overrides the header (RFC 9112 section 3.2.2); then both must fit.
fn asks_for<B>(public_url: &PublicUrl, request: &Request<B>) -> bool {
    let target_fits = request
        .uri()
        .authority()
        .is_none_or(|authority| public_url.accepts_host(authority.as_str()));
    target_fits
        && only(request.headers(), &HOST).is_some_and(|host| public_url.accepts_host(text(host)))
}

/// RFC 9110 section 9.2.1.
fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A WebSocket's handshake is a GET that no same-origin policy holds back.
fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(UPGRADE)
}

fn comes_from(public_url: &PublicUrl, headers: &HeaderMap) -> bool {
    if headers.contains_key(SEC_FETCH_SITE) {
        return only(headers, &SEC_FETCH_SITE).is_some_and(|site| site == "same-origin");
    }
    only(headers, &ORIGIN).is_some_and(|origin| public_url.accepts_origin(text(origin)))
}

fn has_known_content_type<B>(request: &Request<B>) -> bool {
    let files = (request.uri().path() == TAKES_FILES).then_some(FILES);
    only(request.headers(), &CONTENT_TYPE).is_some_and(|value| {
        let essence = text(value).split(';').next().unwrap_or_default().trim();
        let mut known = CONTENT_TYPES.into_iter().chain(files);
        known.any(|known| known.eq_ignore_ascii_case(essence))
    })
}

/// A header that is sent twice has no one value to go by.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://keyloft.example";
    const FORM: &str = "application/x-www-form-urlencoded";

    /// `Ok`, or the status that the refusal has.
    fn verdict(method: &str, target: &str, headers: &[(&'static str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        check(&request, Door::of(request.uri().path()), &URL.parse().unwrap())
            .map_err(|refusal| refusal.status().as_u16())
    }

    fn post(headers: &[(&'static str, &str)]) -> Result<(), u16> {
        let mut all = vec![("host", "keyloft.example"), ("content-type", FORM)];
        all.extend(headers);
        verdict("POST", "/fn/secrets/create", &all)
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        type Headers = &'static [(&'static str, &'static str)];
        let table: &[(Headers, bool)] = &[
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", URL)], true),
            (&[("origin", URL)], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", URL)], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "http://keyloft.example")], false),
            (&[("origin", "https://keyloft.example:8443")], false),
            (&[("origin", "null")], false),
            (&[("origin", URL), ("origin", "https://evil.example")], false),
            (&[("referer", "https://keyloft.example/secrets")], false),
            (&[], false),
        ];
        for (headers, allowed) in table {
            let mut all = vec![("host", "keyloft.example"), ("content-type", FORM)];
            all.extend(*headers);
            for path in ["/fn/session/confirm", "/fn/secrets/create", "/", "/nothing/here"] {
                let expected = if *allowed { Ok(()) } else { Err(403) };
                assert_eq!(verdict("POST", path, &all), expected, "POST {path} {headers:?}");
                for method in ["GET", "HEAD", "OPTIONS"] {
                    assert_eq!(verdict(method, path, &all), Ok(()), "{method} {path} {headers:?}");
                }
                for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "LIST", "BREW"] {
                    assert_eq!(verdict(method, path, &all), Err(405), "{method} {path}");
                }
                all.push(("upgrade", "websocket"));
                assert_eq!(verdict("GET", path, &all), expected, "upgrade {path} {headers:?}");
                all.pop();
            }
        }
    }

    #[test]
    fn doors_that_ignore_cookies_ask_for_no_origin() {
        for (path, method, allowed) in [
            ("/api/v1/secrets", "POST", true),
            ("/api/v1/secrets", "DELETE", true),
            ("/api/v1/secrets", "LIST", false),
            ("/v1/secret/metadata/x", "LIST", true),
            ("/v1/secret/data/x", "PUT", true),
            ("/v1/secret/data/x", "TRACE", false),
            ("/readyz", "GET", true),
        ] {
            let expected = if allowed { Ok(()) } else { Err(405) };
            assert_eq!(verdict(method, path, &[("host", "10.0.0.5:3000")]), expected, "{path}");
        }
    }

    #[test]
    fn a_query_opens_no_door() {
        let headers = [("host", "keyloft.example"), ("content-type", FORM)];
        assert_eq!(verdict("POST", "/fn/x?y=/api/v1/secrets", &headers), Err(403));
        assert_eq!(verdict("POST", "/fn/x?/v1/", &headers), Err(403));
    }

    #[test]
    fn pages_are_only_served_under_the_public_name() {
        for (target, host, expected) in [
            ("/secrets", "keyloft.example", Ok(())),
            ("/secrets", "keyloft.example:443", Ok(())),
            ("/secrets", "evil.example", Err(421)),
            ("/secrets", "127.0.0.1:3000", Err(421)),
            ("/pkg/app.js", "evil.example", Err(421)),
            ("https://keyloft.example/secrets", "keyloft.example", Ok(())),
            ("https://evil.example/secrets", "keyloft.example", Err(421)),
            ("https://keyloft.example/secrets", "evil.example", Err(421)),
        ] {
            assert_eq!(verdict("GET", target, &[("host", host)]), expected, "{target} at {host}");
        }
        assert_eq!(verdict("GET", "/secrets", &[]), Err(421));
        let twice = [("host", "keyloft.example"), ("host", "keyloft.example")];
        assert_eq!(verdict("GET", "/secrets", &twice), Err(421));
    }

    #[test]
    fn bodies_have_a_content_type_that_we_read() {
        let with = |value| post_with_content_type(&[("content-type", value)]);
        assert_eq!(with("application/json"), Ok(()));
        assert_eq!(with("Application/JSON; charset=utf-8"), Ok(()));
        assert_eq!(with("application/octet-stream"), Ok(()));
        assert_eq!(with("multipart/form-data; boundary=x"), Err(415));
        let files = [
            ("host", "keyloft.example"),
            ("origin", URL),
            ("content-type", "multipart/form-data; boundary=x"),
        ];
        assert_eq!(verdict("POST", "/secrets/import", &files), Ok(()));
        assert_eq!(with("text/plain"), Err(415));
        assert_eq!(with("application/jsonp"), Err(415));
        assert_eq!(post_with_content_type(&[]), Err(415));
        assert_eq!(post(&[("origin", URL), ("content-type", FORM)]), Err(415));
    }

    fn post_with_content_type(headers: &[(&'static str, &str)]) -> Result<(), u16> {
        let mut all = vec![("host", "keyloft.example"), ("origin", URL)];
        all.extend(headers);
        verdict("POST", "/fn/secrets/create", &all)
    }
}
