//! Sessions of browsers: tower-sessions moves the cookie, the store keeps what it stands for.

use app::context::{OPENING, Opening};
use async_trait::async_trait;
use axum::http::HeaderValue;
use axum::http::header::{Entry, SET_COOKIE};
use axum::response::Response;
use serde_json::Value;
use store::{LONGEST_SESSION, Store};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

use crate::security::PublicUrl;

/// Whoever the session belongs to, in its record.
pub(crate) const CALLER: &str = "caller";

/// Over https the prefix makes browsers refuse a cookie of this name that another host or a page
/// without TLS has set (RFC 6265bis, 4.1.3.2).
pub(crate) const fn cookie_name(public_url_is_https: bool) -> &'static str {
    if public_url_is_https { "__Host-sid" } else { "sid-insecure" }
}

/// What gives every request its session.
pub(crate) fn layer(store: Store, public_url: &PublicUrl) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions(store))
        .with_name(cookie_name(public_url.is_https()))
        .with_secure(public_url.is_https())
        .with_http_only(true)
        .with_path("/")
        // Not strict: links in e-mails and other pages shall find their reader signed in. What changes
        // anything is checked for its origin.
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::milliseconds(LONGEST_SESSION)))
}

/// A browser takes no `__Host-` cookie without `Secure`, not even to remove it, and tower-sessions
/// removes without. Goes around [`layer`].
pub(crate) async fn secure_removal(mut response: Response) -> Response {
    let Entry::Occupied(mut cookies) = response.headers_mut().entry(SET_COOKIE) else {
        return response;
    };
    for cookie in cookies.iter_mut() {
        let text = cookie.to_str().unwrap_or_default();
        if text.starts_with("__Host-") && !text.contains("; Secure") {
            *cookie = HeaderValue::try_from(format!("{text}; Secure"))
                .expect("a header value with ASCII after it is one");
        }
    }
    response
}

/// The store as tower-sessions sees it.
#[derive(Clone, Debug)]
pub(crate) struct Sessions(Store);

#[async_trait]
impl SessionStore for Sessions {
    /// Opens the session that [`app::context::begin`] put into the record, and no other: without a
    /// sign-in there is none, so that nobody's id is ever adopted.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let opening = record.data.remove(OPENING).ok_or_else(|| plain("no session to open"))?;
        let Opening { new, origin } =
            serde_json::from_value(opening).map_err(|_| plain("no session to open"))?;
        self.0.open_session(&bytes(record.id), new, &origin).await.map_err(logged)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let caller = self.0.session(&bytes(*id)).await.map_err(logged)?;
        Ok(caller.map(|caller| Record {
            id: *id,
            data: [(CALLER.to_owned(), json(&caller))].into(),
            // The store knows when a session ends; nobody reads this.
            expiry_date: OffsetDateTime::UNIX_EPOCH,
        }))
    }

    /// Nothing: what a session holds is in the store's own columns, and changes there with its audit
    /// row.
    async fn save(&self, _: &Record) -> Result<()> {
        Ok(())
    }

    /// Nothing: a session ends by signing out, by the one that replaces it, or by its time. Each is
    /// the store's doing, audited; a row deleted here would have no audit row.
    async fn delete(&self, _: &Id) -> Result<()> {
        Ok(())
    }
}

const fn bytes(id: Id) -> [u8; 16] {
    id.0.to_be_bytes()
}

fn json(caller: &store::Caller) -> Value {
    serde_json::to_value(caller).expect("a caller is text, ids and numbers")
}

/// The cause is for our log; tower-sessions logs what it gets, and may pass it on.
fn logged(error: store::StoreError) -> Error {
    tracing::error!(%error, "the session store failed");
    plain("the session store failed")
}

fn plain(text: &str) -> Error {
    Error::Backend(text.to_owned())
}
