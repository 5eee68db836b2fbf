//! Pages are compressed on their way; the site's files were when it was built.

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version, header::CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// An answer to a GET. Only those are compressed: the length of a compressed page tells something of what it holds to whoever can have parts of
/// it chosen (BREACH, 2013), and values and new tokens stand in answers to forms alone, which other sites cannot send.
#[derive(Clone, Copy)]
struct Asked;

/// Marks answers to GET for [`layer`], which sees answers alone.
pub(crate) async fn mark(request: Request, next: Next) -> Response {
    let asked = request.method() == Method::GET;
    let mut response = next.run(request).await;
    if asked {
        response.extensions_mut().insert(Asked);
    }
    response
}

/// Compresses the pages among the answers that [`mark`] has marked. Fast: a page is made anew each time.
pub(crate) fn layer()
-> CompressionLayer<impl Fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool + Clone> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
        |_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions| {
            let is_page = headers
                .get(CONTENT_TYPE)
                .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
            is_page && extensions.get::<Asked>().is_some()
        },
    )
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
    use axum::middleware::from_fn;
    use axum::response::Html;
    use axum::routing::get;
    use axum::{Json, Router};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn pages_that_were_asked_for_are_compressed_and_answers_to_forms_are_not() {
        let page = || async { Html("kestrel ".repeat(1_000)) };
        let router: Router = Router::new()
            .route("/page", get(page).post(page))
            .route("/json", get(async || Json("kestrel ".repeat(1_000))))
            .layer(from_fn(mark))
            .layer(layer());
        let encoding = async |method: Method, path: &str| {
            let request = Request::builder().method(method).uri(path);
            let request = request.header(ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            answer.headers().get(CONTENT_ENCODING).map(|name| name.to_str().unwrap().to_owned())
        };
        assert_eq!(encoding(Method::GET, "/page").await.as_deref(), Some("gzip"));
        assert_eq!(encoding(Method::POST, "/page").await, None);
        assert_eq!(encoding(Method::GET, "/json").await, None);
    }
}
