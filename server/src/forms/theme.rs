use app::ui::Theme;
use axum::extract::State;
use axum::http::header::{REFERER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use super::Posted;
use crate::security::{PublicUrl, prefers_html};
use crate::state::AppState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    theme: String,
}

/// `POST /theme`: colours, kept in a cookie of their own, for sign-in pages have them too.
pub(crate) async fn choose_theme(
    State(state): State<AppState>,
    headers: HeaderMap,
    Posted(Choice { theme }): Posted<Choice>,
) -> Response {
    let cookie = preference(&state, "theme", Theme::parse(&theme).as_str());
    let answer = if prefers_html(&headers) {
        Redirect::to(&back(&headers, &state.public_url)).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    ([(SET_COOKIE, cookie)], answer).into_response()
}

/// The cookie that keeps a choice of this browser: how pages look, which keys they have.
pub(super) fn preference(state: &AppState, name: &str, value: &str) -> String {
    let secure = if state.public_url.is_https() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={YEAR}{secure}")
}

/// The page that the form stood on.
fn back(headers: &HeaderMap, public_url: &PublicUrl) -> String {
    headers
        .get(REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|referer| Url::parse(referer).ok())
        .filter(|referer| public_url.accepts_origin(&referer.origin().ascii_serialization()))
        .map_or_else(
            || "/secrets".to_owned(),
            |referer| {
                let query = referer.query().map(|query| format!("?{query}")).unwrap_or_default();
                format!("{}{query}", referer.path())
            },
        )
}

/// In seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_one_of_our_pages() {
        let public_url = "http://127.0.0.1:3000".parse().unwrap();
        let back_from = |referer: &str| {
            back(&HeaderMap::from_iter([(REFERER, referer.parse().unwrap())]), &public_url)
        };
        assert_eq!(back_from("http://127.0.0.1:3000/secrets?q=a#b"), "/secrets?q=a");
        assert_eq!(back_from("http://localhost:3000/"), "/");
        assert_eq!(back_from("https://evil.example/x"), "/secrets");
        assert_eq!(back_from("nonsense"), "/secrets");
        assert_eq!(back(&HeaderMap::new(), &public_url), "/secrets");
    }
}
