//! One request, its answer, and what stands between them.

mod fault;
mod request;

use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use model::api::ProblemDetails;
use model::{BearerToken, TokenId, TokenKind};
use serde::de::DeserializeOwned;
use ureq::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use ureq::http::{self, HeaderMap, Method, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy};
use zeroize::Zeroizing;

use self::fault::Fault;
pub(crate) use self::request::Request;
use crate::{Address, Error, Result, Since};

/// A server, and the token that it is asked with.
///
/// It may be shared between threads. Connections are kept open.
pub struct Client {
    agent: Agent,
    address: Address,
    token: Option<Token>,
    expires: Mutex<Option<Timestamp>>,
}

struct Token {
    kind: TokenKind,
    id: TokenId,
    header: HeaderValue,
}

impl Client {
    /// A client of the server at this address. Nothing is asked yet. An answer may take 30 seconds.
    pub fn new(address: Address, token: Option<BearerToken>) -> Self {
        Self::with_timeout(address, token, OVERALL)
    }

    /// A client whose answers may take so long.
    pub fn with_timeout(address: Address, token: Option<BearerToken>, overall: Duration) -> Self {
        // What goes to this machine does not leave it, also where a proxy is set for everything else.
        let proxy = if address.is_local() { None } else { Proxy::try_from_env() };
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .timeout_connect(Some(CONNECT.min(overall)))
            .timeout_global(Some(overall))
            .tls_config(tls)
            .user_agent(format!(
                "keyloft/{} ({})",
                env!("CARGO_PKG_VERSION"),
                std::env::consts::OS
            ));
        let token = token.map(|token| {
            let text = Zeroizing::new(format!("Bearer {}", token.text().dangerously_expose()));
            let mut header = HeaderValue::from_str(&text).expect("a token is letters and digits");
            header.set_sensitive(true);
            Token { kind: token.kind(), id: token.id().clone(), header }
        });
        Self { agent: config.build().into(), address, token, expires: Mutex::new(None) }
    }

    /// The server's address.
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The public half of the token.
    pub fn token_id(&self) -> Option<&TokenId> {
        self.token.as_ref().map(|token| &token.id)
    }

    /// What the token stands for.
    pub fn token_kind(&self) -> Option<TokenKind> {
        self.token.as_ref().map(|token| token.kind)
    }

    /// When the token ends, if a server said so because it is soon.
    pub fn token_ends(&self) -> Option<Timestamp> {
        *self.expires.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for something.
    pub(crate) fn ask<T: DeserializeOwned>(&self, request: Request) -> Result<T> {
        let answer = self.answer(&request)?;
        self.decode(&answer)
    }

    /// Asks for something unless it is what it was.
    pub(crate) fn ask_unless<T: DeserializeOwned>(&self, request: Request) -> Result<Since<T>> {
        let answer = self.answer(&request)?;
        if answer.status == StatusCode::NOT_MODIFIED {
            return Ok(Since::Unchanged);
        }
        self.decode(&answer).map(Since::Changed)
    }

    /// Asks for something to be done that has no answer but that it was done.
    pub(crate) fn tell(&self, request: Request) -> Result<()> {
        self.answer(&request).map(drop)
    }

    /// Asks for something long, which goes where it is wanted as it comes, for as long as it comes. The error of the writer is
    /// apart: it is not the server's.
    pub(crate) fn copy(
        &self,
        request: &Request,
        out: &mut impl io::Write,
    ) -> Result<io::Result<()>> {
        let (parts, body) =
            self.start(request, true).map_err(|fault| fault.told(&self.address))?.into_parts();
        let (status, headers) = (parts.status, parts.headers);
        if !status.is_success() {
            let answer = whole(status, headers, body).map_err(|fault| fault.told(&self.address))?;
            return self.judge(answer).map(|_| Ok(()));
        }
        let mut body = body.into_reader();
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = match body.read(&mut piece) {
                Ok(0) => return Ok(Ok(())),
                Ok(read) => read,
                Err(error) => return Err(Fault::from(ureq::Error::from(error)).told(&self.address)),
            };
            if let Err(error) = out.write_all(&piece[..read]) {
                return Ok(Err(error));
            }
        }
    }

    /// Sends a request, and once or twice more if that can do no harm and may help.
    fn answer(&self, request: &Request) -> Result<Answer> {
        let mut tries = if request.again { TRIES } else { 1 };
        loop {
            tries -= 1;
            let pause = match self.send(request) {
                Ok(answer) => match answer.retry_after() {
                    Some(pause) if tries > 0 && pause <= PATIENCE => pause,
                    _ => return self.judge(answer),
                },
                Err(fault) if tries > 0 && fault.connection_broke() => SHORT,
                Err(fault) => return Err(fault.told(&self.address)),
            };
            thread::sleep(pause);
        }
    }

    fn send(&self, request: &Request) -> std::result::Result<Answer, Fault> {
        let (parts, body) = self.start(request, false)?.into_parts();
        whole(parts.status, parts.headers, body)
    }

    /// Sends a request and waits for the beginning of its answer; for its end, too, unless it is `long`.
    fn start(
        &self,
        request: &Request,
        long: bool,
    ) -> std::result::Result<http::Response<Body>, Fault> {
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(format!("{}/api/v1{}", self.address, request.path))
            .header(ACCEPT, "application/json");
        if let Some(token) = &self.token {
            builder = builder.header(AUTHORIZATION, &token.header);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sends = request.body.is_some() || request.method == Method::POST;
        let response = if sends {
            let body: &[u8] = request.body.as_deref().map_or(&[], Vec::as_slice);
            self.agent.run(builder.body(body).map_err(Fault::request)?)
        } else if long {
            let request = builder.body(()).map_err(Fault::request)?;
            let configured = self.agent.configure_request(request);
            let patient = configured.timeout_global(None).timeout_recv_response(Some(OVERALL));
            self.agent.run(patient.build())
        } else {
            self.agent.run(builder.body(()).map_err(Fault::request)?)
        };
        Ok(response?)
    }

    /// An answer that says that it was done, or why not.
    fn judge(&self, answer: Answer) -> Result<Answer> {
        let expires = answer.headers.get(&EXPIRES).and_then(|value| value.to_str().ok());
        if let Some(expires) = expires.and_then(|text| text.parse().ok()) {
            *self.expires.lock().unwrap_or_else(PoisonError::into_inner) = Some(expires);
        }
        if answer.status.is_success() || answer.status == StatusCode::NOT_MODIFIED {
            return Ok(answer);
        }
        if answer.status.is_redirection() {
            let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let what = format!(
                "it redirects to {}, and a token is not taken there. If that is the server, use its address",
                to.unwrap_or("another address")
            );
            return Err(self.garbage(&answer, what));
        }
        match serde_json::from_slice(&answer.body) {
            Ok(problem) => Err(Error::Problem(Box::new(printable(problem)))),
            Err(_) => Err(self.garbage(&answer, answer.kind().to_owned())),
        }
    }

    fn decode<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T> {
        // What serde says may repeat a value, so that it is not passed on.
        serde_json::from_slice(&answer.body)
            .map_err(|_| self.garbage(answer, answer.kind().to_owned()))
    }

    fn garbage(&self, answer: &Answer, what: String) -> Error {
        Error::Garbage { url: self.address.clone(), status: Some(answer.status.as_u16()), what }
    }
}

fn whole(
    status: StatusCode,
    headers: HeaderMap,
    mut body: Body,
) -> std::result::Result<Answer, Fault> {
    let body = Zeroizing::new(body.with_config().limit(LARGEST).read_to_vec()?);
    Ok(Answer { status, headers, body })
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// After how long the server wants to be asked again.
    fn retry_after(&self) -> Option<Duration> {
        let wanted = self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        (self.status == StatusCode::SERVICE_UNAVAILABLE).then(|| Duration::from_secs(wanted))
    }

    /// What came, in words that repeat nothing of it.
    fn kind(&self) -> &'static str {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        match kind {
            Some(kind) if kind.contains("html") => "it sent a web page",
            Some(kind) if kind.contains("json") => "it sent JSON of another kind",
            _ if self.body.is_empty() => "it sent nothing",
            _ => "it sent something else",
        }
    }
}

/// Without what would steer a terminal: the peer may not be the server that it claims to be.
fn printable(mut problem: ProblemDetails) -> ProblemDetails {
    let mend =
        |text: &mut String| *text = text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}");
    mend(&mut problem.detail);
    mend(&mut problem.title);
    mend(&mut problem.request);
    for field in &mut problem.fields {
        mend(&mut field.field);
        mend(&mut field.detail);
    }
    problem
}

const CONNECT: Duration = Duration::from_secs(5);
const OVERALL: Duration = Duration::from_secs(30);
/// Before a request whose connection broke off is sent again.
const SHORT: Duration = Duration::from_millis(100);
/// Longer than this a server that asks for patience counts as away.
const PATIENCE: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;
/// More than any answer: 32 secrets of 1 MiB, each byte escaped.
const LARGEST: u64 = 256 * 1024 * 1024;
const EXPIRES: HeaderName = HeaderName::from_static("keyloft-token-expires");
