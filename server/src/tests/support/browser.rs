//! As much of a browser as the server can tell.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode, request::Builder};
use serde_json::Value;
use tower::ServiceExt;
use url::form_urlencoded::Serializer;

/// Keeps cookies, and sends what browsers send.
#[derive(Clone)]
pub(in crate::tests) struct Browser {
    router: Router,
    url: &'static str,
    pub(in crate::tests) cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(in crate::tests) struct Answer {
    pub(in crate::tests) status: StatusCode,
    pub(in crate::tests) headers: HeaderMap,
    pub(in crate::tests) body: String,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Browser {
    pub(super) fn new(router: Router, url: &'static str) -> Self {
        Self { router, url, cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub(in crate::tests) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).header(ACCEPT, "text/html");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form without scripts.
    pub(in crate::tests) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self
            .request("POST", path)
            .header(ORIGIN, self.url)
            .header(ACCEPT, "text/html")
            .header(CONTENT_TYPE, FORM);
        self.send(request.body(url_encoded(form).into()).unwrap()).await
    }

    /// Calls a server function that takes a form, as scripts do.
    pub(in crate::tests) async fn call(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request =
            self.request("POST", path).header(ORIGIN, self.url).header(CONTENT_TYPE, FORM);
        self.send(request.body(url_encoded(form).into()).unwrap()).await
    }

    /// Calls a server function that takes JSON.
    pub(in crate::tests) async fn call_json(&mut self, path: &str, json: &Value) -> Answer {
        let request = self
            .request("POST", path)
            .header(ORIGIN, self.url)
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(json.to_string().into()).unwrap()).await
    }

    pub(in crate::tests) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password), ("next", "")]).await
    }

    /// A request with this browser's cookies.
    pub(in crate::tests) fn request(&self, method: &str, path: &str) -> Builder {
        let host = self.url.split("://").last().unwrap();
        let request = Request::builder().method(method).uri(path).header(HOST, host);
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(COOKIE, pairs.join("; "))
    }

    pub(in crate::tests) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        // As browsers do with this prefix.
        if name.starts_with("__Host-") && !attributes.contains("; Secure") {
            return;
        }
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Answer {
    /// Where it leads; nothing if nowhere.
    pub(in crate::tests) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    pub(in crate::tests) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    /// The page without what stands between two texts for the browser that may take it over.
    pub(in crate::tests) fn text(&self) -> String {
        self.body.replace("<!>", "")
    }

    /// That the page says all this, and no value: those of our tests have a kestrel in them.
    #[track_caller]
    pub(in crate::tests) fn says(&self, texts: &[&str]) {
        let page = self.text();
        for text in texts {
            assert!(page.contains(text), "{text} is not in {page}");
        }
        assert!(!page.contains("kestrel"), "a value is shown: {page}");
    }

    pub(in crate::tests) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

fn url_encoded(form: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(form).finish()
}
