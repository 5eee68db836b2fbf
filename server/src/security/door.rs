//! Which door of the server a path leads to: each asks for other credentials, so each has other
//! rules.

use axum::http::Method;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Pages and server functions: the session cookie counts here, so everything is origin-checked.
    Dashboard,
    /// Files that are the same for everybody.
    Static,
    /// `/api/v1`: bearer tokens, cookies ignored.
    Api,
    /// `/v1`, as Vault's clients speak it: tokens, cookies ignored.
    Vault,
    /// Probes of operators and load balancers, who ask by address and have no credentials.
    Health,
}

impl Door {
    /// Reads the path that the router will match, never the query string, in whole segments:
    /// `/v1x` is not `/v1`. A path that is spelled otherwise (`//v1`, `/%761`) leads to the
    /// dashboard, whose rules are the strictest.
    pub(crate) fn of(path: &str) -> Self {
        let under = |prefix| is_under(path, prefix);
        if under("/api/v1") {
            Self::Api
        } else if under("/v1") {
            Self::Vault
        } else if ["/livez", "/readyz", "/metrics"].contains(&path) {
            Self::Health
        } else if STATIC.into_iter().any(under) {
            Self::Static
        } else {
            Self::Dashboard
        }
    }

    /// Whether a browser's cookie can decide what happens behind this door.
    pub(super) fn takes_cookies(self) -> bool {
        matches!(self, Self::Dashboard | Self::Static)
    }

    pub(super) fn allows(self, method: &Method) -> bool {
        self.methods().split(", ").any(|allowed| allowed == method.as_str())
    }

    /// As `Allow` lists them (RFC 9110 section 10.2.1). Vault's clients list with verbs of their own.
    pub(super) fn methods(self) -> &'static str {
        match self {
            Self::Dashboard | Self::Static | Self::Health => "GET, HEAD, POST, OPTIONS",
            Self::Api => "GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE",
            Self::Vault => "GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE, LIST, SCAN",
        }
    }
}

pub(super) fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

const STATIC: [&str; 11] = [
    "/pkg",
    "/fonts",
    "/icons.svg",
    "/favicon.svg",
    "/copy.js",
    "/import.js",
    "/keys.js",
    "/passkey.js",
    "/session.js",
    "/live.js",
    "/ticked.js",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_known_by_whole_segments_of_the_path() {
        for (path, door) in [
            ("/api/v1", Door::Api),
            ("/api/v1/secrets", Door::Api),
            ("/v1/secret/data/x", Door::Vault),
            ("/readyz", Door::Health),
            ("/pkg/app.wasm", Door::Static),
            ("/favicon.svg", Door::Static),
            ("/", Door::Dashboard),
            ("/secrets", Door::Dashboard),
            ("/fn/session/confirm", Door::Dashboard),
            ("/api/v10", Door::Dashboard),
            ("/api/v1evil", Door::Dashboard),
            ("/v1evil", Door::Dashboard),
            ("//v1/x", Door::Dashboard),
            ("/%761/x", Door::Dashboard),
            ("/V1/x", Door::Dashboard),
            ("/readyz/x", Door::Dashboard),
            ("/pkgs", Door::Dashboard),
        ] {
            assert_eq!(Door::of(path), door, "{path}");
        }
    }
}
