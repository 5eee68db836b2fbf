//! What every handler may need.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::page::PageAssets;
use app::ui::Theme;
use store::Store;

use crate::reveals::RevealLimit;
use crate::security::PublicUrl;
use crate::site::{self, SiteManifest};

/// One for the whole server; a clone is the same.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) public_url: Arc<PublicUrl>,
    pub(crate) reveals: RevealLimit,
    site: Arc<SiteManifest>,
    /// When the server started, in unix milliseconds.
    started: i64,
    is_set_up: Arc<AtomicBool>,
}

impl AppState {
    pub(crate) fn new(store: Store, public_url: PublicUrl) -> Self {
        Self {
            started: store.now(),
            store,
            public_url: public_url.into(),
            reveals: RevealLimit::default(),
            site: site::manifest().into(),
            is_set_up: Arc::default(),
        }
    }

    /// Whether there is a first person. The answer yes is for ever.
    pub(crate) async fn is_set_up(&self) -> store::Result<bool> {
        if !self.is_set_up.load(Ordering::Relaxed) {
            self.is_set_up.store(self.store.is_set_up().await?, Ordering::Relaxed);
        }
        Ok(self.is_set_up.load(Ordering::Relaxed))
    }

    /// What a page links.
    pub(crate) fn assets(&self, theme: Theme, hydrates: bool) -> PageAssets {
        let SiteManifest { style, start, script, wasm, dev } = SiteManifest::clone(&self.site);
        PageAssets { style, start, script, wasm, dev, theme, hydrates }
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
