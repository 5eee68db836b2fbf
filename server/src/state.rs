//! What every handler may need.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::lazy::is_first;
use app::page::{PageAssets, PageKind, list_looks, theme_of};
use axum::http::request::Parts;
use store::{Caller, IDLE_SESSION, RelyingParty, Store};

use crate::reveals::RevealLimit;
use crate::security::PublicUrl;
use crate::site::{self, SiteManifest};

/// One for the whole server; a clone is the same. Each layer that a request passes has one.
#[derive(Clone)]
pub(crate) struct AppState(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) public_url: PublicUrl,
    pub(crate) reveals: RevealLimit,
    pub(crate) offers: Offers,
    /// Who asks for passkeys; nobody where the server goes by a number.
    pub(crate) party: Option<RelyingParty>,
    site: SiteManifest,
    /// When the server started, in unix milliseconds.
    started: i64,
    is_set_up: AtomicBool,
}

/// What whoever runs the server chose.
#[derive(Clone, Copy, Default)]
pub(crate) struct Offers {
    /// Mail can be sent.
    pub(crate) mail: bool,
    /// `/metrics` answers.
    pub(crate) metrics: bool,
    /// The page of components is there.
    pub(crate) components: bool,
}

impl AppState {
    pub(crate) fn new(store: Store, public_url: PublicUrl, offers: Offers) -> Self {
        Self(Arc::new(Shared {
            started: store.now(),
            store,
            party: RelyingParty::of(&public_url.to_string()),
            public_url,
            offers,
            reveals: RevealLimit::default(),
            site: site::manifest(),
            is_set_up: AtomicBool::default(),
        }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Whether there is a first person. The answer yes is for ever.
    pub(crate) async fn is_set_up(&self) -> store::Result<bool> {
        if !self.is_set_up.load(Ordering::Relaxed) {
            self.is_set_up.store(self.store.is_set_up().await?, Ordering::Relaxed);
        }
        Ok(self.is_set_up.load(Ordering::Relaxed))
    }

    /// What the page of this request links, and how it is drawn.
    pub(crate) fn assets(&self, parts: &Parts, kind: PageKind) -> PageAssets {
        let SiteManifest { style, start, script, wasm, mut later, dev } = self.site.clone();
        if is_first(parts.uri.path()) {
            later.clear();
        }
        let (theme, now) = (theme_of(&parts.headers), self.store.now());
        let compact = list_looks(&parts.headers).compact;
        let ends_at = parts.extensions.get().and_then(Caller::session_ends_at);
        let session = ends_at.map(|ends_at| (ends_at - now, IDLE_SESSION));
        PageAssets { style, start, script, wasm, later, dev, theme, compact, kind, now, session }
    }

    /// Where the stylesheet is.
    pub(crate) fn style(&self) -> String {
        self.site.style.clone()
    }

    /// When the server started, for pages that reload themselves once another one runs; nothing but in
    /// development.
    pub(crate) fn started_for_reload(&self) -> Option<i64> {
        self.site.dev.then_some(self.started)
    }
}
