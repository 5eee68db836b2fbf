//! The keys of the editor's rows.

use super::{row_state::RowState, rows::Rows};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use model::Problems;
use web_sys::HtmlElement;

/// Enter goes from a key to its value and on to the next row, Backspace takes an empty row out, Alt with an arrow moves a row.
pub(super) fn press(
    event: &ev::KeyboardEvent,
    row: RowState,
    rows: Rows,
    problems: RwSignal<Option<Problems>>,
) {
    let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let is = |selector| field.matches(selector) == Ok(true);
    let is_plain =
        !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.is_composing());
    match event.key().as_str() {
        "Enter" if is_plain && is(".editor-key .input") => row.focus_value(),
        // Whoever has typed several lines types one more.
        "Enter" if is_plain && is(".editor-value .input") && !has_lines(row) => {
            if let Some(next) = rows.beside(row, 1) {
                next.focus();
            }
        }
        "Backspace" if is_plain && is(".editor-key .input") && untrack(|| row.is_empty()) => {
            let Some(before) = rows.beside(row, -1) else { return };
            // The last one is always empty.
            if rows.beside(row, 1).is_some() {
                problems.set(None);
                rows.take_out(row);
            }
            before.focus_value();
        }
        key @ ("ArrowUp" | "ArrowDown") if event.alt_key() && is(".input:not(select)") => {
            problems.set(None);
            rows.shift(row, if key == "ArrowUp" { -1 } else { 1 });
            // What is moved loses the focus.
            request_animation_frame(move || _ = field.focus());
        }
        _ => return,
    }
    event.prevent_default();
}

fn has_lines(row: RowState) -> bool {
    row.value.with_untracked(|value| value.contains('\n'))
}
