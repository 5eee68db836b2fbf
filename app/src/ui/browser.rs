//! The little that components ask of the browser directly.

use leptos::{prelude::document, wasm_bindgen::JsCast};

/// The element with this id, if it is there and of this kind.
pub(super) fn element<E: JsCast>(id: &str) -> Option<E> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The element that has the focus.
pub(super) fn focused() -> Option<web_sys::Element> {
    document().active_element()
}
