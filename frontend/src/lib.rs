//! The browser's half of the dashboard.

/// Called by the start script once the module is loaded: takes over the page that the server rendered.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
