//! The dashboard's files, out of the binary: `cargo xtask build` compresses and names them, the build
//! script puts them into a table, and this serves the table.

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderName, Method, StatusCode, request::Parts, response::Builder};
use serde_json::Value;

/// What a page has to link: URLs of this build's files. All empty when the server was built without a
/// site (`cargo test`, `cargo clippy`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SiteManifest {
    /// The stylesheet.
    pub(crate) style: String,
    /// The module script that hydrates the page: the only one to run.
    pub(crate) start: String,
    /// The module that `start` imports, to preload.
    pub(crate) script: String,
    /// The wasm that `start` instantiates, to preload.
    pub(crate) wasm: String,
    /// The wasm that it instantiates on pages that the former does not draw.
    pub(crate) later: Vec<String>,
    /// Built for development: `/pkg/reload.js` exists, and `/livez` has to say when the server started.
    pub(crate) dev: bool,
}

/// The manifest of the site inside this binary.
pub(crate) fn manifest() -> SiteManifest {
    MANIFEST_READ.clone()
}

/// Middleware that answers for the site's files and leaves everything else to the router. It belongs
/// outside of sessions and rate limits: files are public and not counted.
///
/// ```ignore
/// router.layer(axum::middleware::from_fn(site::serve))
/// ```
pub(crate) async fn serve(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match SITE.answer(&parts) {
        Some(response) => response,
        None => next.run(Request::from_parts(parts, body)).await,
    }
}

/// A file with its compressed forms.
struct File {
    /// As in a URL, with a leading slash.
    path: &'static str,
    /// Changes with the content.
    tag: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl File {
    /// The smallest form that the client takes.
    fn form(&self, headers: &HeaderMap) -> Form {
        if let Some(bytes) = self.brotli.filter(|_| takes(headers, "br")) {
            return Form { bytes, encoding: Some("br"), tag: format!("\"{}-br\"", self.tag) };
        }
        if let Some(bytes) = self.gzip.filter(|_| takes(headers, "gzip")) {
            return Form { bytes, encoding: Some("gzip"), tag: format!("\"{}-gzip\"", self.tag) };
        }
        Form { bytes: self.plain, encoding: None, tag: format!("\"{}\"", self.tag) }
    }

    fn content_type(&self) -> String {
        let guess = mime_guess::from_path(self.path).first_or_octet_stream();
        match guess.type_().as_str() {
            "text" => format!("{guess}; charset=utf-8"),
            _ => guess.to_string(),
        }
    }
}

/// One of a file's forms, as it is sent.
struct Form {
    bytes: &'static [u8],
    encoding: Option<&'static str>,
    tag: String,
}

struct Site {
    /// Sorted by path.
    files: &'static [File],
    dev: bool,
}

impl Site {
    /// Answers a request for one of the files; any other path is not ours.
    fn answer(&self, request: &Parts) -> Option<Response> {
        let path = request.uri.path();
        let index = self.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        let file = &self.files[index];
        if request.method != Method::GET && request.method != Method::HEAD {
            let response = Response::builder().status(StatusCode::METHOD_NOT_ALLOWED);
            return Some(finish(response.header(ALLOW, "GET, HEAD"), Body::empty()));
        }

        let form = file.form(&request.headers);
        let mut response = Response::builder()
            .header(CACHE_CONTROL, self.cache_control(file))
            .header(ETAG, &form.tag);
        if file.brotli.is_some() || file.gzip.is_some() {
            response = response.header(VARY, "accept-encoding");
        }
        if any_of(&request.headers, IF_NONE_MATCH, |tag| tag == "*" || same_tag(tag, &form.tag)) {
            return Some(finish(response.status(StatusCode::NOT_MODIFIED), Body::empty()));
        }
        response = response
            .header(CONTENT_TYPE, file.content_type())
            .header(CONTENT_LENGTH, form.bytes.len());
        if let Some(encoding) = form.encoding {
            response = response.header(CONTENT_ENCODING, encoding);
        }
        let head = request.method == Method::HEAD;
        let body = if head { Body::empty() } else { Bytes::from_static(form.bytes).into() };
        Some(finish(response, body))
    }

    /// Names in `/pkg` change with the content, and so do those of fonts whenever one is replaced. The glyphs keep their name: a page
    /// asks for them again when scripts take it over, and need not then.
    fn cache_control(&self, file: &File) -> &'static str {
        let lasting = file.path.starts_with("/pkg/") || file.path.starts_with("/fonts/");
        match file.path {
            _ if self.dev => "no-cache",
            _ if lasting => "public, max-age=31536000, immutable",
            "/icons.svg" => "public, max-age=60",
            _ => "no-cache",
        }
    }
}

fn finish(response: Builder, body: Body) -> Response {
    response.body(body).expect("every header above is made of visible ASCII")
}

/// Whether a client accepts an encoding (RFC 9110, 12.5.3): named, or covered by `*`, and not at
/// quality 0.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let quality = |name: &str| {
        let mut quality = None;
        any_of(headers, ACCEPT_ENCODING, |item| {
            let mut parts = item.split(';').map(str::trim);
            let named = parts.next().is_some_and(|first| first.eq_ignore_ascii_case(name));
            if named {
                let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
                quality = Some(weight.unwrap_or(1.0));
            }
            named
        });
        quality
    };
    quality(encoding).or_else(|| quality("*")).is_some_and(|quality| quality > 0.0)
}

/// Weak comparison (RFC 9110, 8.8.3.2).
fn same_tag(theirs: &str, ours: &str) -> bool {
    theirs.strip_prefix("W/").unwrap_or(theirs) == ours
}

/// Whether a header's comma-separated list has an item like this. Values that are no ASCII have none.
fn any_of(headers: &HeaderMap, name: HeaderName, mut is: impl FnMut(&str) -> bool) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| is(item.trim()))
}

fn read_manifest(json: &str) -> SiteManifest {
    let json: Value = serde_json::from_str(json).expect("`cargo xtask build` writes valid JSON");
    let url = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    SiteManifest {
        style: url("style"),
        start: url("start"),
        script: url("script"),
        wasm: url("wasm"),
        later: json["later"]
            .as_array()
            .map(|urls| urls.iter().filter_map(|url| url.as_str().map(ToOwned::to_owned)).collect())
            .unwrap_or_default(),
        dev: json["dev"] == true,
    }
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

static MANIFEST_READ: LazyLock<SiteManifest> =
    LazyLock::new(|| MANIFEST.map(read_manifest).unwrap_or_default());

static SITE: LazyLock<Site> = LazyLock::new(|| Site { files: &FILES, dev: MANIFEST_READ.dev });

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use http::HeaderValue;

    use super::*;

    static SAMPLE: [File; 4] = [
        file("/favicon.svg", b"<svg/>", Some(b"B"), Some(b"G")),
        file("/fonts/geist.woff2", b"font", None, None),
        file("/pkg/keyloft.1.css", b"a{}", Some(b"BB"), Some(b"GG")),
        file("/pkg/keyloft.1.wasm", b"\0asm", None, Some(b"G")),
    ];
    const SITE: Site = Site { files: &SAMPLE, dev: false };

    const fn file(
        path: &'static str,
        plain: &'static [u8],
        brotli: Option<&'static [u8]>,
        gzip: Option<&'static [u8]>,
    ) -> File {
        File { path, tag: "t1", plain, brotli, gzip }
    }

    fn ask(method: &str, path: &str, headers: &[(&'static str, &'static str)]) -> Option<Response> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        SITE.answer(&request.body(Body::empty()).unwrap().into_parts().0)
    }

    fn header(response: &Response, name: HeaderName) -> &str {
        response.headers().get(name).map(HeaderValue::to_str).map_or("", |value| value.unwrap())
    }

    async fn body(response: Response) -> Bytes {
        to_bytes(response.into_body(), 100).await.unwrap()
    }

    #[test]
    fn other_paths_are_left_to_the_router() {
        for path in ["/", "/secrets", "/pkg/", "/pkg/keyloft.2.css", "/favicon.svg/"] {
            assert!(ask("GET", path, &[]).is_none(), "{path}");
        }
    }

    #[tokio::test]
    async fn brotli_comes_before_gzip_before_plain() {
        let cases = [
            ("gzip, deflate, br, zstd", "br", "BB"),
            ("gzip;q=1.0, br;q=0.1", "br", "BB"),
            ("br;q=0, gzip", "gzip", "GG"),
            ("*", "br", "BB"),
            ("*;q=0", "", "a{}"),
            ("deflate", "", "a{}"),
        ];
        for (accepted, encoding, bytes) in cases {
            let response =
                ask("GET", "/pkg/keyloft.1.css", &[("accept-encoding", accepted)]).unwrap();
            assert_eq!(header(&response, CONTENT_ENCODING), encoding, "{accepted}");
            assert_eq!(header(&response, VARY), "accept-encoding");
            assert_eq!(body(response).await, bytes, "{accepted}");
        }
    }

    #[test]
    fn only_names_that_change_with_their_content_are_kept_for_ever() {
        let cache = |path| header(&ask("GET", path, &[]).unwrap(), CACHE_CONTROL).to_owned();
        assert_eq!(cache("/pkg/keyloft.1.css"), "public, max-age=31536000, immutable");
        assert_eq!(cache("/fonts/geist.woff2"), "public, max-age=31536000, immutable");
        assert_eq!(cache("/favicon.svg"), "no-cache");
        let dev = Site { files: &SAMPLE, dev: true };
        assert_eq!(dev.cache_control(&SAMPLE[2]), "no-cache");
    }

    #[test]
    fn content_types_are_what_browsers_insist_on() {
        let of = |path| header(&ask("GET", path, &[]).unwrap(), CONTENT_TYPE).to_owned();
        assert_eq!(of("/pkg/keyloft.1.wasm"), "application/wasm");
        assert_eq!(of("/pkg/keyloft.1.css"), "text/css; charset=utf-8");
        assert_eq!(of("/favicon.svg"), "image/svg+xml");
        assert_eq!(of("/fonts/geist.woff2"), "font/woff2");
        assert_eq!(
            file("/pkg/a.js", b"", None, None).content_type(),
            "text/javascript; charset=utf-8"
        );
    }

    #[tokio::test]
    async fn a_client_that_has_the_file_is_told_so() {
        let first = ask("GET", "/favicon.svg", &[("accept-encoding", "br")]).unwrap();
        assert_eq!(header(&first, ETAG), "\"t1-br\"");
        for tags in ["\"t1-br\"", "\"other\", W/\"t1-br\"", "*"] {
            let again =
                ask("GET", "/favicon.svg", &[("accept-encoding", "br"), ("if-none-match", tags)])
                    .unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{tags}");
            assert_eq!(header(&again, ETAG), "\"t1-br\"");
            assert!(body(again).await.is_empty());
        }
        let other = ask("GET", "/favicon.svg", &[("if-none-match", "\"t1-br\"")]).unwrap();
        assert_eq!(other.status(), StatusCode::OK, "another form is another file");
    }

    #[tokio::test]
    async fn head_has_the_length_and_no_body() {
        let response = ask("HEAD", "/fonts/geist.woff2", &[]).unwrap();
        assert_eq!(header(&response, CONTENT_LENGTH), "4");
        assert!(body(response).await.is_empty());
    }

    #[test]
    fn files_are_only_read() {
        let response = ask("POST", "/favicon.svg", &[]).unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header(&response, ALLOW), "GET, HEAD");
    }

    #[test]
    fn the_manifest_is_read_from_what_xtask_writes() {
        let json = r#"{ "dev": true, "script": "/a", "start": "/b", "style": "/c", "wasm": "/d", "later": ["/e"] }"#;
        let manifest = read_manifest(json);
        assert_eq!((manifest.script.as_str(), manifest.start.as_str()), ("/a", "/b"));
        assert_eq!((manifest.style.as_str(), manifest.wasm.as_str()), ("/c", "/d"));
        assert_eq!(manifest.later, ["/e"]);
        assert!(manifest.dev);
    }

    #[test]
    fn the_table_in_this_binary_is_sorted() {
        assert!(FILES.is_sorted_by(|a, b| a.path < b.path));
    }
}
