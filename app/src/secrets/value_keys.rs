//! J and K among the values of a secret: to the first button of a row, where V and Ctrl+C count.

use crate::keyboard::{Letters, is_free};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement};

/// Listens for as long as the page is there.
pub(super) fn listen() {
    let letters: Letters = expect_context();
    let listener = window_event_listener(ev::keydown, move |event| {
        let has_control = event.ctrl_key() || event.meta_key();
        let meant = letters.meant_by(&event.key()).filter(|_| is_free(&event) && !has_control);
        let step = match meant.as_deref() {
            Some("j") => 1,
            Some("k") => -1,
            _ => return,
        };
        if let Some(button) = beside(step) {
            event.prevent_default();
            let _ = button.focus();
        }
    });
    on_cleanup(move || listener.remove());
}

/// The first button of the row so many after the one with the focus; from nowhere, of the first row.
fn beside(step: i32) -> Option<HtmlElement> {
    let rows = document().query_selector_all("main tbody tr:has(button)").ok()?;
    let row = |at: u32| rows.get(at)?.dyn_into::<Element>().ok();
    let focused = document().active_element();
    let has_focus = |at: &u32| row(*at).is_some_and(|row| row.contains(focused.as_deref()));
    let to = match (0..rows.length()).find(has_focus) {
        Some(here) => here.saturating_add_signed(step).min(rows.length().saturating_sub(1)),
        None => 0,
    };
    row(to)?.query_selector("button").ok()??.dyn_into().ok()
}
