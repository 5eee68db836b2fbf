//! Why a request goes no further, said to whoever sent it.

use std::time::Duration;

use axum::Json;
use axum::http::header::{ACCEPT, ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use model::api::ProblemCode;
use serde_json::json;
use thiserror::Error;

use super::door::Door;
use super::request_id::RequestId;
use crate::api::problem_details;
use crate::site;

/// Each message says what was wrong and what would be right, and repeats nothing that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("This method is not used here. Keyloft answers {allowed}.")]
    Method { allowed: &'static str },

    #[error(
        "This server is {public_url}, and the request asks for another host. Open {public_url}, \
         or start the server with --public-url set to the address you use. A reverse proxy must \
         pass the Host header on unchanged."
    )]
    Host { public_url: String },

    #[error(
        "This request does not come from a page of {public_url}, so nothing was done. Open \
         {public_url} and try again there. If your browser shows Keyloft under another address, \
         the server must be started with --public-url set to that address."
    )]
    Origin { public_url: String },

    #[error(
        "A request that changes something must send application/x-www-form-urlencoded, \
         application/json or application/octet-stream. Nothing was done."
    )]
    ContentType,

    #[error("Too many requests from your address. Try again in {} seconds.", retry_after.as_secs())]
    Rate { retry_after: Duration },

    #[error("The request is larger than {}, the most that is taken here. Nothing was done.", size(*limit))]
    BodySize { limit: u64 },

    #[error("The request did not arrive in time. Nothing was done; try again.")]
    BodyTime,

    #[error("The answer took too long, so the request was given up. Try again in a moment.")]
    Time,

    #[error("Something went wrong inside Keyloft. The server's log has more under {id}.")]
    Panic { id: RequestId },
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Host { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin { .. } => StatusCode::FORBIDDEN,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Rate { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::BodySize { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTime => StatusCode::REQUEST_TIMEOUT,
            Self::Time => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panic { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A name for programs, which stays when the message is reworded.
    fn code(&self) -> ProblemCode {
        match self {
            Self::Method { .. } => ProblemCode::MethodNotAllowed,
            Self::Host { .. } | Self::ContentType | Self::BodyTime => ProblemCode::BadRequest,
            Self::Origin { .. } => ProblemCode::Forbidden,
            Self::Rate { .. } => ProblemCode::TooMany,
            Self::BodySize { .. } => ProblemCode::TooLarge,
            Self::Time => ProblemCode::Unavailable,
            Self::Panic { .. } => ProblemCode::Internal,
        }
    }

    /// Speaks the language of the door: JSON to programs, a page to people.
    pub(super) fn into_response(self, door: Door, prefers_html: bool, id: RequestId) -> Response {
        let message = self.to_string();
        let mut response = match door {
            Door::Api => {
                let problem = problem_details(self.status(), self.code(), message, id.to_string());
                ([(CONTENT_TYPE, "application/problem+json")], Json(problem)).into_response()
            }
            Door::Vault => Json(json!({ "errors": [message] })).into_response(),
            _ if prefers_html => Html(page(self.status(), &message)).into_response(),
            _ => format!("{message}\n").into_response(),
        };
        *response.status_mut() = self.status();
        self.add_headers(response.headers_mut());
        response
    }

    fn add_headers(&self, headers: &mut HeaderMap) {
        match self {
            Self::Method { allowed } => {
                headers.insert(ALLOW, HeaderValue::from_static(allowed));
            }
            Self::Rate { retry_after } => {
                headers.insert(RETRY_AFTER, retry_after.as_secs().into());
            }
            Self::Time => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            // The rest of the body may still be on its way, so nothing can follow it.
            Self::BodySize { .. } | Self::BodyTime => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
    }
}

/// Whether a browser asks for a page, rather than a program for data.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/html"))
}

/// A page that needs no files and no database.
pub(crate) fn page(status: StatusCode, message: &str) -> String {
    let title = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        status => status.canonical_reason().unwrap_or("Refused"),
    };
    let message = message.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let style = site::manifest().style;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · Keyloft</title>\n<link rel=\"stylesheet\" href=\"{style}\">\n\
         <body class=\"plain\">\n<main class=\"centred\">\n<section class=\"card\">\n\
         <h1 class=\"centred-title\">{title}</h1>\n<p>{message}</p>\n\
         <p>Go back in the browser, or <a href=\"/\">to the start of Keyloft</a>.</p>\n\
         </section>\n</main>\n</html>\n"
    )
}

/// In whole units, of which limits are.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    if bytes.is_multiple_of(MIB) {
        format!("{} MiB", bytes / MIB)
    } else {
        format!("{} KiB", bytes / KIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn each_door_hears_a_refusal_in_its_own_language() {
        let id = RequestId::next();
        let refusal = Refusal::Rate { retry_after: Duration::from_secs(7) };
        let message = "Too many requests from your address. Try again in 7 seconds.";

        let response = refusal.clone().into_response(Door::Dashboard, false, id);
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[RETRY_AFTER], "7");
        assert_eq!(text(response).await, format!("{message}\n"));

        let response = refusal.clone().into_response(Door::Dashboard, true, id);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(text(response).await.contains(&format!("<p>{message}</p>")));

        let response = refusal.clone().into_response(Door::Vault, true, id);
        assert_eq!(text(response).await, format!(r#"{{"errors":["{message}"]}}"#));

        let response = refusal.into_response(Door::Api, true, id);
        let expected = format!(
            r#"{{"type":"about:blank","title":"Too Many Requests","status":429,"code":"too_many","detail":"{message}","request":"{id}"}}"#
        );
        assert_eq!(text(response).await, expected);
    }

    #[tokio::test]
    async fn a_page_escapes_its_message() {
        let id = RequestId::next();
        let refusal = Refusal::Host { public_url: "http://a.example/<b>".to_owned() };
        let page = text(refusal.into_response(Door::Dashboard, true, id)).await;
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"));
    }
}
