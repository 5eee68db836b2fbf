//! Who asks, by the token that they show.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, request::Parts};
use model::BearerToken;
use store::{Caller, Origin};

use super::expiry::Expiry;
use super::problem::ApiError;
use crate::auth;
use crate::state::AppState;

/// A token, not yet looked up: for what looks it up in the statement that reads more.
pub(super) struct Bearer {
    pub(super) token: BearerToken,
    pub(super) origin: Origin,
    pub(super) expiry: Expiry,
}

/// Whoever showed a valid token.
pub(super) struct Asking(pub(super) Caller);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let text = bearer(&parts.headers).ok_or_else(ApiError::no_token)?;
        let token = BearerToken::parse(text).map_err(ApiError::malformed_token)?;
        let expiry = parts.extensions.get::<Expiry>().cloned().unwrap_or_default();
        Ok(Self { token, origin: auth::origin_of(&parts.headers, &parts.extensions), expiry })
    }
}

impl FromRequestParts<AppState> for Asking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Bearer { token, origin, expiry } = Bearer::from_request_parts(parts, state).await?;
        let caller = state.store.authenticate(&token, &origin).await?;
        expiry.note(&caller);
        Ok(Self(caller))
    }
}

/// The credentials of the Bearer scheme (RFC 6750 section 2.1), whose name may be spelled in any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credentials)
}
