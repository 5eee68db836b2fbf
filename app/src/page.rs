//! The HTML around every page.

use crate::{
    keyboard::Letters,
    secrets::import::Arrivals,
    session::Ending,
    ui::Theme,
    viewer::{ListLooks, Preferences},
};
use leptos::{
    nonce::{Nonce, use_nonce},
    prelude::*,
};
use leptos_meta::MetaTags;
use std::iter;

/// What a page links, and how it is drawn.
#[derive(Clone, Debug, Default)]
pub struct PageAssets {
    /// The stylesheet.
    pub style: String,
    /// The module that takes over the page in the browser.
    pub start: String,
    /// What `start` imports, to preload.
    pub script: String,
    /// What `start` runs, to preload.
    pub wasm: String,
    /// What it runs besides on this page.
    pub later: Vec<String>,
    /// Whether the page reloads itself when the server was built anew.
    pub dev: bool,
    /// The colours.
    pub theme: Theme,
    /// Whether the rows of lists are low.
    pub compact: bool,
    /// What becomes of the page in the browser.
    pub kind: PageKind,
    /// The time, in unix milliseconds.
    pub now: i64,
    /// When the session of whoever looks at it ends, used and unused: in how many milliseconds. Nothing in front of sign-in.
    pub session: Option<(i64, i64)>,
}

/// What becomes of a page in the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageKind {
    /// One card with a form, in the system's font: pages in front of sign-in.
    Plain,
    /// The dashboard, as the server drew it. Its keys are the only script that every one has.
    Drawn,
    /// The dashboard, taken over by scripts.
    #[default]
    Hydrated,
}

/// The whole document around a page.
pub fn shell(assets: PageAssets, page: impl IntoView) -> impl IntoView {
    let PageAssets { style, start, script, wasm, later, dev, theme, compact, kind, now, session } =
        assets;
    if kind == PageKind::Drawn {
        provide_context(crate::ui::time::DrawnAt(now));
    }
    let hydrates = kind == PageKind::Hydrated;
    let is_plain = kind == PageKind::Plain;
    let nonce = use_nonce();
    let scripts = (hydrates && !start.is_empty()).then(|| {
        let modules = iter::once(wasm).chain(later).map(|wasm| {
            view! { <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" /> }
        });
        view! {
            <link rel="modulepreload" href=script />
            {modules.collect_view()}
            <script type="module" src=start nonce=nonce.clone()></script>
        }
    });
    let keys =
        (kind == PageKind::Drawn).then(|| view! { <script type="module" src="/keys.js"></script> });
    let reload = dev.then(
        || view! { <script type="module" src="/pkg/reload.js" nonce=nonce.clone()></script> },
    );
    let session = session.filter(|_| !is_plain);
    let scripts_inside = nonce.clone().filter(|_| hydrates);
    let ending =
        session.map(|(ends, idle)| view! { <Ending ends idle nostrip:nonce=scripts_inside /> });
    let font = (!is_plain).then(|| {
        view! { <link rel="preload" href="/fonts/geist.woff2" r#as="font" r#type="font/woff2" crossorigin="" /> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute() data-rows=compact.then_some("compact") data-now=now.to_string()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {font}
                <link rel="stylesheet" href=style />
                {scripts}
                {keys}
                {reload}
                <MetaTags />
            </head>
            <body class=is_plain.then_some("plain")>
                {page.into_view()}
                {ending}
                {hydrates.then(|| view! { <Arrivals nostrip:nonce=nonce /> })}
            </body>
        </html>
    }
    .into_any()
}

/// A script of ours that needs no wasm: with a nonce it stands in the page, which spares a request; pages that no script takes over allow
/// its file alone.
pub(crate) fn script(file: &'static str, text: &'static str, nonce: Option<Nonce>) -> AnyView {
    match nonce {
        Some(nonce) => view! { <script type="module" nonce=nonce>{text}</script> }.into_any(),
        None => view! { <script type="module" src=file></script> }.into_any(),
    }
}

/// The colours that a request's cookie asks for.
pub fn theme_of(headers: &http::HeaderMap) -> Theme {
    cookie(headers, "theme").map(Theme::parse).unwrap_or_default()
}

/// All that a request's cookies ask for.
pub fn preferences(headers: &http::HeaderMap) -> Preferences {
    let letters = cookie(headers, LETTERS).map(Letters::of_cookie).unwrap_or_default();
    Preferences {
        theme: theme_of(headers),
        shown_for: shown_for(headers),
        list: list_looks(headers),
        letters,
    }
}

/// How the list of secrets comes, as a request's cookie asks for.
pub fn list_looks(headers: &http::HeaderMap) -> ListLooks {
    let words = cookie(headers, LIST).unwrap_or_default();
    let says = |word| words.split('.').any(|said| said == word);
    ListLooks { in_pages: says("pages"), compact: says("compact") }
}

/// After how many seconds a value that is shown hides itself, as a request's cookie asks for; nothing if it does not.
fn shown_for(headers: &http::HeaderMap) -> Option<u32> {
    match cookie(headers, SHOWN_FOR) {
        Some("0") => None,
        Some("120") => Some(120),
        _ => Some(30),
    }
}

/// The cookie of that.
pub const SHOWN_FOR: &str = "shown-for";
/// The cookie of how the list comes: words with dots between them.
pub const LIST: &str = "list";
/// The cookie of keys of one character.
pub const LETTERS: &str = "keys";

fn cookie<'a>(headers: &'a http::HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}
