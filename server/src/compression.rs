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
