//! The little that components ask of the browser directly.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use std::time::Duration;

/// The element with this id, if it is there and of this kind.
pub(super) fn element<E: JsCast>(id: &str) -> Option<E> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Does something once the next frame was drawn and the browser could answer, unless the owner is gone by then.
pub(crate) fn after_frame(act: impl FnOnce() + 'static) {
    let owner = Owner::current().expect("components and their effects have owners");
    let is_there = StoredValue::new(());
    let act = move || {
        if is_there.try_get_value().is_some() {
            owner.with(act);
        }
    };
    request_animation_frame(move || set_timeout(act, Duration::ZERO));
}

/// The element that has the focus.
pub(super) fn focused() -> Option<web_sys::Element> {
    document().active_element()
}
