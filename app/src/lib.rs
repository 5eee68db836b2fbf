//! The dashboard: one code for the HTML that the server sends and for the browser that takes it over.
//!
//! Pages are forms and links first. `ls app/src/*/api.rs` lists every server function.

#![expect(
    unreachable_pub,
    reason = "the component macro makes the properties of private components public"
)]
#![expect(
    clippy::unnecessary_wraps,
    reason = "functions of the second module are fallible by their macro: it may not come"
)]

mod answer;
pub mod app;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod compare;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod drawn;
#[cfg(feature = "ssr")]
pub mod environments;
pub mod error;
#[cfg(feature = "ssr")]
pub mod form;
mod form_action;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod help;
pub mod keyboard;
pub mod lazy;
#[cfg(feature = "ssr")]
pub mod members;
mod messages;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
pub mod page;
mod page_data;
#[cfg(feature = "ssr")]
pub mod rotation;
pub mod secrets;
pub mod session;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod setup;
mod small;
pub mod templates;
#[cfg(feature = "ssr")]
pub mod tokens;
pub mod ui;
pub mod viewer;
#[cfg(feature = "ssr")]
pub mod workspaces;

pub use app::App;

/// Takes the page over in the browser.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let path = leptos::prelude::location().pathname().unwrap_or_default();
        // Left as the server drew it, a page still works: its links and forms need no scripts.
        if lazy::load_for(&path).await.is_ok() {
            leptos::mount::hydrate_body(App);
        }
    });
}
