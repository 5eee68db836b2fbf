//! The whole guard in front of small handlers.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION,
    ORIGIN, REFERER, RETRY_AFTER,
};
use axum::http::{HeaderMap, StatusCode, request};
use axum::routing::{get, post};
use governor::Quota;
use http_body::Frame;
use tower::ServiceExt;

use crate::telemetry::tests::Written;

use super::*;

const URL: &str = "http://127.0.0.1:3000";

fn protection() -> Protection {
    Protection {
        bodies: BodyLimits { sign_in: 64, secrets: 512, api: 256, other: 128 },
        ..Protection::of(URL.parse().unwrap())
    }
}

fn app() -> Router {
    app_with(&protection())
}

fn app_with(protection: &Protection) -> Router {
    let read = |body: Bytes| async move { body.len().to_string() };
    let ids = |Extension(id): Extension<RequestId>,
               Extension(ClientIp(client)): Extension<ClientIp>| async move {
        format!("{id} {client}")
    };
    let panics = || async { panic!("CANARY") as &'static str };
    let never = std::future::pending::<&'static str>;
    let fails = || async { StatusCode::INTERNAL_SERVER_ERROR };
    let cached = || async { [(CACHE_CONTROL, "public, immutable")] };
    let router = Router::new()
        .route("/fn/session/confirm", post(server_function))
        .route("/fn/secrets/create", post(server_function))
        .route("/api/v1/secrets/{name}", post(read))
        .route("/v1/secret/data/{name}", post(read))
        .route("/read", post(read))
        .route("/ids", get(ids))
        .route("/panics", get(panics))
        .route("/fails", get(fails))
        .route("/never", get(never).post(move |_: Bytes| never()))
        .route("/never/reads", post(never))
        .route("/pkg/app.wasm", get(cached));
    protect(router, protection)
}

/// As server functions are: a body that cannot be read is a 500 with the error's text, and the
/// answer goes back to the referer.
async fn server_function(headers: HeaderMap, body: Body) -> Response {
    let read = to_bytes(body, usize::MAX).await;
    let mut response = Response::new(Body::from(match &read {
        Ok(bytes) => format!("read {}", bytes.len()),
        Err(error) => error.to_string(),
    }));
    if read.is_err() {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    if let Some(referer) = headers.get(REFERER) {
        response.headers_mut().insert(LOCATION, referer.clone());
    }
    response
}

/// Chunks of 16 bytes, as a body that does not say how long it will be; then an end, or silence.
struct Chunked {
    length: usize,
    stalls: bool,
}

fn chunked(length: usize) -> Body {
    Body::new(Chunked { length, stalls: false })
}

fn stalling() -> Body {
    Body::new(Chunked { length: 16, stalls: true })
}

impl http_body::Body for Chunked {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.length.checked_sub(16) {
            Some(left) => {
                self.length = left;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 16])))))
            }
            None if self.stalls => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

fn ask(method: &str, path: &str) -> request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "127.0.0.1:3000")
        .header(ORIGIN, URL)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

async fn answer(app: &Router, request: Request) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

async fn get_page(path: &str) -> Response {
    answer(&app(), ask("GET", path).body(Body::empty()).unwrap()).await
}

async fn post_body(path: &str, body: Body) -> Response {
    answer(&app(), ask("POST", path).body(body).unwrap()).await
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn every_answer_has_the_headers_refusals_and_unknown_pages_too() {
    for (path, status) in [("/ids", 200), ("/nothing", 404), ("/read", 405), ("/panics", 500)] {
        let response = get_page(path).await;
        assert_eq!(response.status(), status, "{path}");
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers[CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(headers[CONTENT_SECURITY_POLICY], content_security_policy(None), "{path}");
        assert_eq!(headers[X_REQUEST_ID].len(), 16, "{path}");
    }
    let request = Request::get("/ids").header(HOST, "evil.example").body(Body::empty()).unwrap();
    let response = answer(&app(), request).await;
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(response.headers()["referrer-policy"], "same-origin");
}

#[tokio::test]
async fn a_static_file_keeps_its_caching() {
    assert_eq!(get_page("/pkg/app.wasm").await.headers()[CACHE_CONTROL], "public, immutable");
}

#[tokio::test]
async fn a_foreign_form_reaches_no_handler() {
    let request = ask("POST", "/fn/secrets/create")
        .header("sec-fetch-site", "cross-site")
        .header("accept", "text/html")
        .body(Body::empty())
        .unwrap();
    let response = answer(&app(), request).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let page = text(response).await;
    assert!(page.contains("does not come from a page of http://127.0.0.1:3000"), "{page}");
}

#[tokio::test]
async fn an_unknown_method_is_told_the_known_ones() {
    let response = answer(&app(), ask("DELETE", "/read").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[ALLOW], "GET, HEAD, POST, OPTIONS");
}

#[tokio::test]
async fn a_body_of_one_byte_too_many_is_413_announced_or_not() {
    for (path, limit) in [
        ("/fn/session/confirm", 64),
        ("/fn/secrets/create", 512),
        ("/read", 128),
        ("/api/v1/secrets/x", 256),
        ("/v1/secret/data/x", 256),
    ] {
        assert_eq!(post_body(path, chunked(limit)).await.status(), 200, "{path}");
        assert_eq!(post_body(path, vec![b'x'; limit].into()).await.status(), 200, "{path}");
        for body in [chunked(limit + 16), vec![b'x'; limit + 1].into()] {
            let response = post_body(path, body).await;
            assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            assert_eq!(response.headers()[CONNECTION], "close");
            assert!(text(response).await.contains("larger than"), "{path}");
        }
    }
}

#[tokio::test]
async fn our_limit_replaces_the_one_of_axum() {
    let bodies = BodyLimits { other: 3 * 1024 * 1024, ..BodyLimits::default() };
    let app = app_with(&Protection { bodies, ..protection() });
    for (length, status) in [(3 * 1024 * 1024, 200), (3 * 1024 * 1024 + 16, 413)] {
        let response = answer(&app, ask("POST", "/read").body(chunked(length)).unwrap()).await;
        assert_eq!(response.status(), status, "{length}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_is_408() {
    let began = tokio::time::Instant::now();
    for path in ["/fn/secrets/create", "/read"] {
        let response = post_body(path, stalling()).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT, "{path}");
        assert_eq!(response.headers()[CONNECTION], "close");
    }
    assert_eq!(began.elapsed().as_secs(), 2 * 15);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_is_503() {
    let began = tokio::time::Instant::now();
    let response = get_page("/never").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[RETRY_AFTER], "5");
    assert_eq!(began.elapsed().as_secs(), 30);
    assert_eq!(post_body("/never", chunked(16)).await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_body_is_not_there_when_its_time_is_over_is_408() {
    assert_eq!(post_body("/never/reads", stalling()).await.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn a_redirect_to_a_foreign_referer_goes_home() {
    for (referer, location) in [
        ("https://evil.example/x", "/"),
        ("http://localhost:3000/secrets/new", "http://localhost:3000/secrets/new"),
    ] {
        let request = ask("POST", "/fn/secrets/create").header(REFERER, referer);
        let response = answer(&app(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()[LOCATION], location);
    }
}

#[tokio::test]
async fn a_handler_knows_the_request_and_its_client() {
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let app = app_with(&Protection { trusted_proxies, ..protection() });
    let mut request =
        ask("GET", "/ids").header("x-forwarded-for", "203.0.113.1").body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
    let response = answer(&app, request).await;
    let id = response.headers()[X_REQUEST_ID].to_str().unwrap().to_owned();
    assert_eq!(text(response).await, format!("{id} 203.0.113.1"));
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let auth = Some(Quota::per_minute(NonZeroU32::MIN));
    let app = app_with(&Protection { rates: RateLimits { anonymous: None, auth }, ..protection() });
    let sign_in = || ask("POST", "/fn/session/confirm").body(Body::empty()).unwrap();

    // What a foreign page sends is refused before it counts.
    let mut foreign = sign_in();
    foreign.headers_mut().insert(ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(answer(&app, foreign).await.status(), StatusCode::FORBIDDEN);

    assert_eq!(answer(&app, sign_in()).await.status(), StatusCode::OK);
    let response = answer(&app, sign_in()).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[RETRY_AFTER], "60");
    assert_eq!(
        text(response).await,
        "Too many requests from your address. Try again in 60 seconds.\n"
    );
}

#[tokio::test]
async fn a_panic_is_a_500_that_names_the_request_and_nothing_else() {
    let response = get_page("/panics").await;
    let id = response.headers()[X_REQUEST_ID].to_str().unwrap().to_owned();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        text(response).await,
        format!("Something went wrong inside Keyloft. The server's log has more under {id}.\n")
    );
}

#[tokio::test]
async fn the_log_knows_the_route_and_not_what_was_sent() {
    let written = Written::default();
    let _logging = written.start();
    let request = Request::post("/api/v1/secrets/CANARY-path?CANARY-query=1")
        .header("authorization", "Bearer CANARY-header")
        .header("x-forwarded-for", "CANARY-address")
        .body("CANARY-body".into())
        .unwrap();
    let response = answer(&app(), request).await;
    let id = response.headers()[X_REQUEST_ID].to_str().unwrap().to_owned();
    get_page("/fails").await;
    get_page("/CANARY-nothing").await;
    get_page("/pkg/app.wasm").await;
    answer(&app(), ask("CANARY", "/ids").body(Body::empty()).unwrap()).await;

    let text = written.text();
    assert!(!text.contains("CANARY"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    for part in [
        " INFO answered ",
        r#"method="POST" route="/api/v1/secrets/{name}" status=200 micros="#,
        &format!("id={id} client=0.0.0.0"),
    ] {
        assert!(lines[0].contains(part), "{part} in {}", lines[0]);
    }
    assert!(lines[1].contains("ERROR answered") && lines[1].contains("status=500"));
    assert!(lines[2].contains(r#"route="no route" status=404"#));
    assert!(lines[3].contains("DEBUG answered"));
    assert!(lines[4].contains(r#"method="other""#) && lines[4].contains("status=405"));
}
