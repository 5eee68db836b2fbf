//! One request and its answer, as one log line.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;

use crate::security::{ClientIp, Door, RequestId};

/// What the log may know of a request: the template of its route, never the path itself (it names
/// secrets), its query, its headers or its body.
pub(crate) struct Exchange {
    method: &'static str,
    route: Option<MatchedPath>,
    door: Door,
    id: RequestId,
    client: ClientIp,
}

impl Exchange {
    pub(crate) fn of(request: &Request, door: Door, id: RequestId, client: ClientIp) -> Self {
        Self {
            method: known(request.method().as_str()),
            route: request.extensions().get().cloned(),
            door,
            id,
            client,
        }
    }

    /// Failures of ours are errors; what is asked for all the time (files, probes) is for debugging.
    pub(crate) fn log(&self, status: StatusCode, took: Duration) {
        let Self { method, door, id, client: ClientIp(client), .. } = self;
        let route = self.route.as_ref().map_or("no route", MatchedPath::as_str);
        let status = status.as_u16();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        // The level of a line is part of its call site, so each level has its own.
        match (status, door) {
            (500.., _) => tracing::error!(method, route, status, micros, %id, %client, "answered"),
            (..400, Door::Static | Door::Health) => {
                tracing::debug!(method, route, status, micros, %id, %client, "answered");
            }
            _ => tracing::info!(method, route, status, micros, %id, %client, "answered"),
        }
    }
}

/// A method that we do not know is text of the sender's choice.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 11] = [
        "GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "LIST", "SCAN", "TRACE",
        "CONNECT",
    ];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}
