//! What stands between the network and every handler.
//!
//! One middleware rather than a tower of layers: the order is the order of its statements, and a
//! request pays for one boxed future instead of ten. Each check is a plain function in a file of its
//! own.

mod body;
mod client_ip;
mod door;
mod headers;
mod origin;
mod panic;
mod public_url;
mod rate;
mod redirects;
mod refusal;
mod request_id;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderName;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tracing::Instrument;

use crate::telemetry::Exchange;

use self::panic::Panicked;
use self::rate::Rates;
use self::refusal::Refusal;

pub(crate) use self::body::BodyLimits;
pub(crate) use self::client_ip::{AddressGroup, ClientIp};
pub(crate) use self::door::Door;
pub(crate) use self::headers::content_security_policy;
pub(crate) use self::panic::log_places_only;
pub(crate) use self::public_url::PublicUrl;
pub(crate) use self::rate::{KeyedLimiter, RateLimits, RetryAfter};
pub(crate) use self::refusal::{page as plain_page, prefers_html};
pub(crate) use self::request_id::RequestId;
pub(crate) use model::Network;

/// What [`protect`] has to know; everything but the public URL has a default.
#[derive(Debug, Clone)]
pub(crate) struct Protection {
    pub(crate) public_url: PublicUrl,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) rates: RateLimits,
    pub(crate) bodies: BodyLimits,
    pub(crate) patience: Patience,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// The longest pause of a body on its way here.
    pub(crate) body_idle: Duration,
    /// From the end of the request's head to the start of its answer.
    pub(crate) request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { body_idle: Duration::from_secs(15), request: Duration::from_secs(30) }
    }
}

impl Protection {
    pub(crate) fn of(public_url: PublicUrl) -> Self {
        Self {
            public_url,
            trusted_proxies: Vec::new(),
            rates: RateLimits::default(),
            bodies: BodyLimits::default(),
            patience: Patience::default(),
        }
    }
}

/// Guards every route of `router`, its fallback included: call it last.
pub(crate) fn protect(router: Router, protection: &Protection) -> Router {
    let guard = Guard { rates: Rates::from(protection.rates), protection: protection.clone() };
    router.layer(from_fn_with_state(Arc::new(guard), stand_guard))
}

struct Guard {
    protection: Protection,
    rates: Rates,
}

/// From outside in: name the request and its sender, so that every answer and log line has them;
/// catch what panics; refuse what is malformed; count it; then take its body and run the handler
/// within its time. What comes back out, a refusal too, gets the headers of every response.
async fn stand_guard(
    State(guard): State<Arc<Guard>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let Protection { public_url, trusted_proxies, .. } = &guard.protection;
    let id = RequestId::next();
    let client = ClientIp::resolve(peer_of(&request), request.headers(), trusted_proxies);
    let door = Door::of(request.uri().path());
    let prefers_html = prefers_html(request.headers());
    let exchange = Exchange::of(&request, door, id, client);
    request.extensions_mut().insert(id);
    request.extensions_mut().insert(client);

    let span = tracing::error_span!("request", %id);
    let answer = panic::caught(guard.admit(request, door, client, next)).instrument(span).await;
    let mut response = answer
        .unwrap_or_else(|Panicked| Err(Refusal::Panic { id }))
        .unwrap_or_else(|refusal| refusal.into_response(door, prefers_html, id));

    redirects::stay_here(response.headers_mut(), public_url);
    headers::apply(response.headers_mut(), public_url.is_https());
    response.headers_mut().insert(X_REQUEST_ID, id.to_header());
    exchange.log(response.status(), started.elapsed());
    response
}

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Guard {
    async fn admit(
        &self,
        request: Request,
        door: Door,
        client: ClientIp,
        next: Next,
    ) -> Result<Response, Refusal> {
        let Protection { public_url, bodies, patience, .. } = &self.protection;
        // Before counting: a foreign page must not use up its visitor's sign-ins.
        origin::check(&request, door, public_url)?;
        self.rates.check(&request, door, client)?;
        let limit = bodies.at(door, request.uri().path());
        let (request, intake) = body::meter(request, limit, patience.body_idle)?;

        let response = tokio::time::timeout(patience.request, next.run(request))
            .await
            .map_err(|_| intake.timeout())?;
        intake.refusal().map_or(Ok(response), Err)
    }
}

/// The other end of the socket; a request that came over none (a test's) is nobody's.
fn peer_of(request: &Request) -> IpAddr {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())
}
