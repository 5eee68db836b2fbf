//! Requests by HTTP.

use std::convert::Infallible;
use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use url::Url;

use crate::connect::{Connected, Outbound};
use crate::failure::{BadUrl, Failure};
use crate::filter::Passage;
use crate::{ANSWER_BYTES, PATIENCE};

/// Where a request goes: `https://…`, or `http://…` where the operator allows the address. It holds no password.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpUrl(Url);

/// A success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200 to 299.
    pub status: u16,
    /// At most 64 KiB.
    pub body: Vec<u8>,
}

impl HttpUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        if text.len() > LONGEST_URL {
            return Err(BadUrl("a URL has at most 2048 characters"));
        }
        let url = Url::parse(text)
            .map_err(|_| BadUrl("expected a URL, such as https://example.org/hook"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(BadUrl("expected a URL that begins with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl("a URL may not hold a name or a password"));
        }
        if url.fragment().is_some() {
            return Err(BadUrl("a URL to send to has no part after #"));
        }
        Ok(Self(url))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn host(&self) -> &str {
        self.0.host_str().expect("it was read with a host")
    }

    fn port(&self) -> u16 {
        self.0.port_or_known_default().expect("http and https have a port")
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path of a webhook is often a secret.
        write!(f, "HttpUrl({}://{}/…)", self.0.scheme(), self.host())
    }
}

impl Outbound {
    /// Posts JSON, and reads the answer of at most 64 KiB. A status that is no success is a failure; a redirect is one.
    pub async fn post(
        &self,
        url: &HttpUrl,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let exchange = async {
            let Connected { stream, passage } = self.connect(url.host(), url.port()).await?;
            let request = request(url, headers, body)?;
            if url.0.scheme() == "https" {
                exchange(self.encrypt(url.host(), stream).await?, request).await
            } else if passage == Passage::ByOperator {
                exchange(stream, request).await
            } else {
                Err(Failure::RefusedAddress)
            }
        };
        timeout(PATIENCE, exchange).await.unwrap_or(Err(Failure::Timeout))
    }
}

fn request(
    url: &HttpUrl,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Result<Request<Full<Bytes>>, Failure> {
    let target = &url.0[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url.0[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(target)
        .header(HOST, authority)
        .header(USER_AGENT, "Keyloft")
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        let value = HeaderValue::try_from(value).map_err(|_| Failure::Connect)?;
        request = request.header(HeaderName::from_static(name), value);
    }
    request.body(Full::from(body)).map_err(|_| Failure::Connect)
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Answer, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(100)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Connect)?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|_| Failure::Connect)?;
        let status = answer.status().as_u16();
        if !answer.status().is_success() {
            return Err(Failure::Status(status));
        }
        let body =
            Limited::new(answer.into_body(), ANSWER_BYTES).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::Connect }
            })?;
        Ok(Answer { status, body: body.to_bytes().to_vec() })
    };
    // The connection may end before its answer is taken from it; whoever waits for more learns of it from there.
    let drive = async {
        let _ended = connection.await;
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        answer = answer => answer,
        never = drive => match never {},
    }
}

const LONGEST_URL: usize = 2048;
