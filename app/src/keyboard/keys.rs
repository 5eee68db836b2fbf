//! The keys, and what each does.

#[cfg(feature = "hydrate")]
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
#[cfg(feature = "hydrate")]
use web_sys::{HtmlElement, Storage};

/// A key or several, and what they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortcut {
    /// The keys, pressed together or one after the other.
    pub(super) keys: &'static [&'static str],
    /// What they do.
    pub(super) does: &'static str,
}

/// Every shortcut but those that lead to the places of the navigation.
pub(super) const SHORTCUTS: &[Shortcut] = &[
    Shortcut { keys: &["Ctrl", "K"], does: "Go to a secret or a page; ⌘ K on a Mac" },
    Shortcut { keys: &["/"], does: "Search on this page" },
    Shortcut { keys: &["?"], does: "Show this list" },
    Shortcut {
        keys: &["J"],
        does: "Next row of the list; Page Down, End and the arrows work there too",
    },
    Shortcut { keys: &["K"], does: "Row before; or Page Up, Home" },
    Shortcut { keys: &["Enter"], does: "Open the row" },
    Shortcut { keys: &["Space"], does: "Look at the row without leaving the list" },
    Shortcut { keys: &["X"], does: "Select the row; with Shift, all up to it" },
    Shortcut { keys: &["Ctrl", "A"], does: "Select all that match, on the list; ⌘ A on a Mac" },
    Shortcut { keys: &["N"], does: "New secret, on the list" },
    Shortcut { keys: &["I"], does: "Import, on the list and the editor" },
    Shortcut { keys: &["E"], does: "Edit, on a secret" },
    Shortcut { keys: &["H"], does: "History, on a secret" },
    Shortcut { keys: &["R"], does: "Rotate, on a secret" },
    Shortcut {
        keys: &["Ctrl", "Enter"],
        does: "Review, then save, in the editor; ⌘ Enter on a Mac",
    },
    Shortcut { keys: &["Esc"], does: "Close what is open, or select nothing" },
];

/// How long after `G` the letter may come, in milliseconds.
#[cfg(feature = "hydrate")]
const PATIENCE: f64 = 1_500.0;

/// Listens for as long as the frame is there.
#[cfg(feature = "hydrate")]
pub(super) fn listen(palette: RwSignal<bool>, sheet: RwSignal<bool>) {
    let went = StoredValue::new(None::<f64>);
    let listener = window_event_listener(ev::keydown, move |event| {
        if is_not_ours(&event) {
            return;
        }
        let key = event.key().to_lowercase();
        let did = if event.ctrl_key() || event.meta_key() {
            match key.as_str() {
                "k" => toggle(palette),
                "enter" => press("Control+Enter"),
                _ => false,
            }
        } else if is_typing(&event) || is_covered() || !letters_count() {
            false
        } else {
            let now = event.time_stamp();
            let after_g = went.get_value().is_some_and(|then| now - then < PATIENCE);
            went.set_value((key == "g").then_some(now));
            match key.as_str() {
                letter if after_g => go(letter),
                "?" => toggle(sheet),
                "/" => focus("input[type=search]"),
                letter if letter.len() == 1 => press(&letter.to_uppercase()),
                _ => false,
            }
        };
        if did {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

#[cfg(feature = "hydrate")]
fn toggle(open: RwSignal<bool>) -> bool {
    open.update(|open| *open = !*open);
    true
}

/// Presses what names this key as its own, in `aria-keyshortcuts`.
#[cfg(feature = "hydrate")]
fn press(key: &str) -> bool {
    click(&format!("[aria-keyshortcuts~=\"{key}\"]"))
}

#[cfg(feature = "hydrate")]
fn go(letter: &str) -> bool {
    let is_letter = letter.chars().all(char::is_alphabetic);
    is_letter && click(&format!(".nav-item[data-letter=\"{letter}\"]"))
}

#[cfg(feature = "hydrate")]
pub(super) fn click(selector: &str) -> bool {
    first(selector).inspect(HtmlElement::click).is_some()
}

#[cfg(feature = "hydrate")]
fn focus(selector: &str) -> bool {
    first(selector).is_some_and(|found| found.focus().is_ok())
}

#[cfg(feature = "hydrate")]
fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Whether somebody took the key already, or means it for something else.
#[cfg(feature = "hydrate")]
fn is_not_ours(event: &ev::KeyboardEvent) -> bool {
    event.default_prevented() || event.is_composing() || event.alt_key()
}

/// Whether a page may take the key: it goes into no field, and no dialog lies over the page.
#[cfg(feature = "hydrate")]
pub(crate) fn is_free(event: &ev::KeyboardEvent) -> bool {
    !is_not_ours(event) && !is_typing(event) && !is_covered()
}

/// Whether the key goes into a field. A box that is ticked takes Space alone.
#[cfg(feature = "hydrate")]
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        target.matches("input:not([type=checkbox]), textarea, select").unwrap_or(false)
    })
}

/// Whether a dialog lies over the page.
#[cfg(feature = "hydrate")]
fn is_covered() -> bool {
    first("dialog:modal").is_some()
}

/// Whether single letters do anything in this browser (WCAG 2.2, 2.1.4 asks that they can be switched off).
#[cfg(feature = "hydrate")]
pub(crate) fn letters_count() -> bool {
    storage().and_then(|storage| storage.get_item(LETTERS).ok().flatten()).is_none()
}

/// Switches them on or off. A browser that keeps nothing has them on the next time.
#[cfg(feature = "hydrate")]
pub(super) fn let_letters_count(count: bool) {
    if let Some(storage) = storage() {
        let _ = if count { storage.remove_item(LETTERS) } else { storage.set_item(LETTERS, "off") };
    }
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

#[cfg(feature = "hydrate")]
const LETTERS: &str = "keyloft-letters";
