//! How often one person may ask for values: a stolen session shall not empty a workspace at once.

use std::num::NonZeroU32;
use std::sync::Arc;

use app::error::AppError;
use axum::Json;
use axum::extract::Request;
use axum::http::{StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use governor::Quota;
use model::UserId;
use store::Caller;

use crate::security::{KeyedLimiter, RetryAfter};

/// The server functions whose answers hold values.
const PATHS: [&str; 2] = ["/fn/secrets/reveal", "/fn/secrets/plain-values"];
const A_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// Counts what each person asks for.
#[derive(Clone)]
pub(crate) struct RevealLimit(Arc<KeyedLimiter<UserId>>);

impl Default for RevealLimit {
    fn default() -> Self {
        Self(Arc::new(KeyedLimiter::new(Quota::per_minute(A_MINUTE))))
    }
}

impl RevealLimit {
    /// Counts one; or says in how many seconds there is another.
    pub(crate) fn take(&self, user: UserId) -> Result<(), u32> {
        self.0
            .check(user)
            .map_err(|RetryAfter(wait)| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1))
    }

    /// The answer to a request that asks too often.
    pub(crate) fn refusal(&self, request: &Request) -> Option<Response> {
        if !PATHS.contains(&request.uri().path()) {
            return None;
        }
        let caller = request.extensions().get::<Caller>()?;
        let seconds = self.take(caller.user).err()?;
        let status = StatusCode::TOO_MANY_REQUESTS;
        let error = AppError::TooManyTries { seconds };
        Some((status, [(RETRY_AFTER, seconds.to_string())], Json(error)).into_response())
    }
}
