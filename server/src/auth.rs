//! Who asks.

use app::context::RequestReference;
use app::error::AppError;
use axum::Json;
use axum::extract::Request;
use axum::http::header::USER_AGENT;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use store::{Caller, Origin};
use tower_sessions::Session;

use crate::pages;
use crate::security::{ClientIp, RequestId, prefers_html};
use crate::sessions::CALLER;

/// Middleware inside of the session layer: handlers find the [`Caller`], if anyone is signed in, the
/// [`Origin`] of the request, and its [`RequestReference`].
///
/// A database that does not answer is told as such: a sign-in page would let people type their
/// password into the void.
pub(crate) async fn identify(session: Session, mut request: Request, next: Next) -> Response {
    let reference = reference_of(&request);
    let origin = origin_of(request.headers(), request.extensions());
    match session.get::<Caller>(CALLER).await {
        Ok(Some(caller)) if caller.lacks_factor() && !is_open_without(request.uri().path()) => {
            return factor_needed(request.headers());
        }
        Ok(Some(caller)) => {
            request.extensions_mut().insert(Caller { origin: origin.clone(), ..caller });
        }
        Ok(None) => {}
        // The session store logged why.
        Err(_) => return pages::unavailable(request.headers(), reference),
    }
    request.extensions_mut().insert(reference);
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// Whether whoever lacks the second factor that their workspace asks for may come here: to set one up, to leave, or to go to another
/// workspace of theirs. The store refuses everything else as well.
fn is_open_without(path: &str) -> bool {
    [
        "/fn/session/confirm",
        "/passkeys/challenge",
        "/settings/security",
        "/sign-in",
        "/sign-in/passkey",
        "/sign-in/second",
        "/sign-out",
        "/sudo",
        "/theme",
        "/workspaces",
    ]
    .contains(&path)
}

fn factor_needed(headers: &HeaderMap) -> Response {
    if prefers_html(headers) {
        return Redirect::to("/settings/security").into_response();
    }
    (StatusCode::FORBIDDEN, Json(AppError::FactorNeeded)).into_response()
}

fn reference_of(request: &Request) -> RequestReference {
    RequestReference(request.extensions().get().map_or(0, |id: &RequestId| id.number()))
}

/// Where a request comes from, for the audit log.
pub(crate) fn origin_of(headers: &HeaderMap, extensions: &Extensions) -> Origin {
    Origin {
        ip: extensions.get().map(|ClientIp(ip)| ip.to_string()).unwrap_or_default(),
        user_agent: user_agent_of(headers),
        request: extensions.get().map(RequestId::to_string).unwrap_or_default(),
    }
}

/// Text of the client's choice, which the audit log and the account page show: one line, not too long.
fn user_agent_of(headers: &HeaderMap) -> String {
    let bytes = headers.get(USER_AGENT).map_or(&[][..], |value| value.as_bytes());
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS).collect()
}

const USER_AGENT_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_user_agent_is_one_short_line() {
        let of = |bytes: &[u8]| {
            user_agent_of(&HeaderMap::from_iter([(
                USER_AGENT,
                HeaderValue::from_bytes(bytes).unwrap(),
            )]))
        };
        assert_eq!(of(b"curl/8\t(x)"), "curl/8(x)");
        assert_eq!(of("é\u{85}".as_bytes()), "é");
        assert_eq!(of(b"\xff"), "\u{fffd}");
        assert_eq!(of(&[b'x'; 300]).len(), 200);
        assert_eq!(user_agent_of(&HeaderMap::new()), "");
    }
}
