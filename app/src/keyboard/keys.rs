//! The keys, and what each does.

#[cfg(feature = "hydrate")]
use super::letters::Letters;
#[cfg(feature = "hydrate")]
use crate::small::small;
#[cfg(feature = "hydrate")]
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
#[cfg(feature = "hydrate")]
use web_sys::HtmlElement;

/// A key or several, and what they do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortcut {
    /// The keys, pressed together or one after the other.
    pub(super) keys: &'static [&'static str],
    /// What they do.
    pub(super) does: &'static str,
}

/// Shortcuts that count in the same place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Where.
    pub(super) place: &'static str,
    pub(super) shortcuts: &'static [Shortcut],
}

/// Every shortcut. The letters of the places, which come after G, stand with the navigation.
pub(super) const SHORTCUTS: &[Group] = &[
    Group {
        place: "Everywhere",
        shortcuts: &[
            Shortcut { keys: &["Ctrl", "K"], does: "Go to a secret or a page; ⌘ K on a Mac" },
            Shortcut { keys: &["/"], does: "Search on this page" },
            Shortcut { keys: &["?"], does: "Show this list" },
            Shortcut {
                keys: &["Esc"],
                does: "Close what is open, select nothing, or leave the editor; it asks if something is unsaved",
            },
            Shortcut { keys: &["G"], does: "Go to the place whose letter follows" },
        ],
    },
    Group {
        place: "List",
        shortcuts: &[
            Shortcut {
                keys: &["J"],
                does: "Next row of the list or of a secret's values; on the list the arrows, Page Down and End too",
            },
            Shortcut { keys: &["K"], does: "Row before; or Page Up, Home" },
            Shortcut { keys: &["Enter"], does: "Open the row" },
            Shortcut { keys: &["Space"], does: "Look at the row without leaving the list" },
            Shortcut { keys: &["X"], does: "Select the row; with Shift, all up to it" },
            Shortcut { keys: &["Ctrl", "A"], does: "Select all that match; ⌘ A on a Mac" },
            Shortcut { keys: &["Ctrl", "Z"], does: "Undo a deletion; ⌘ Z on a Mac" },
            Shortcut { keys: &["N"], does: "New secret, on the list" },
            Shortcut { keys: &["I"], does: "Import, on the list and the editor" },
        ],
    },
    Group {
        place: "Row or secret",
        shortcuts: &[
            Shortcut { keys: &["E"], does: "Edit, on a row or a secret" },
            Shortcut { keys: &["R"], does: "Rotate, on a row or a secret" },
            Shortcut { keys: &["C"], does: "Copy environment/name, on a row or a secret's values" },
            Shortcut { keys: &["."], does: "Open the menu of a row, or of a secret's values" },
        ],
    },
    Group {
        place: "Secret",
        shortcuts: &[
            Shortcut { keys: &["["], does: "Tab before, on a secret" },
            Shortcut { keys: &["]"], does: "Next tab, on a secret" },
            Shortcut {
                keys: &["V"],
                does: "Show a value, or hide it, in its row; J and K go there",
            },
            Shortcut { keys: &["Ctrl", "C"], does: "Copy the value, in its row; ⌘ C on a Mac" },
        ],
    },
    Group {
        place: "Editor",
        shortcuts: &[
            Shortcut {
                keys: &["Enter"],
                does: "From a key to its value and on to the next row; with Shift, one line more",
            },
            Shortcut { keys: &["Backspace"], does: "Take an empty row out" },
            Shortcut { keys: &["Alt", "↑"], does: "Move the row up; with ↓, down" },
            Shortcut { keys: &["Ctrl", "Enter"], does: "Review, then save; ⌘ Enter on a Mac" },
            Shortcut {
                keys: &["→"],
                does: "Next template of the gallery; the other arrows, Home and End too",
            },
        ],
    },
];

/// The keys that people can change, in lower case, and what each does.
#[cfg(feature = "ssr")]
pub fn changeable() -> impl Iterator<Item = (char, &'static str)> {
    SHORTCUTS.iter().flat_map(|group| group.shortcuts).filter_map(|shortcut| {
        let [key] = shortcut.keys else { return None };
        let mut characters = key.chars();
        let key = characters.next().filter(|_| characters.next().is_none())?;
        Some((key.to_ascii_lowercase(), shortcut.does))
    })
}

/// How long after `G` the letter may come, in milliseconds.
#[cfg(feature = "hydrate")]
const PATIENCE: f64 = 1_500.0;

/// Listens for as long as the frame is there.
#[cfg(feature = "hydrate")]
pub(super) fn listen(palette: RwSignal<bool>, sheet: RwSignal<bool>) {
    let letters: Letters = expect_context();
    let went = StoredValue::new(None::<f64>);
    let listener = window_event_listener(ev::keydown, move |event| {
        if is_not_ours(&event) {
            return;
        }
        let key = small(&event.key());
        let did = if (event.ctrl_key() || event.meta_key()) && !is_sign(&event) {
            match key.as_str() {
                "k" => toggle(palette),
                "enter" => press("Control+Enter"),
                "z" if is_free(&event) && !event.shift_key() => press("Control+Z"),
                "c" if is_free(&event) && !event.shift_key() && nothing_is_selected() => {
                    press("Control+C")
                }
                _ => false,
            }
        } else if is_typing(&event) || is_covered() {
            false
        } else {
            let now = event.time_stamp();
            let after_g = went.get_value().is_some_and(|then| now - then < PATIENCE);
            let meant = letters.meant_by(&key).unwrap_or_default();
            went.set_value((meant == "g").then_some(now));
            match meant.as_str() {
                _ if after_g => go(&key),
                "?" => toggle(sheet),
                "/" => focus("input[type=search]"),
                "escape" if first(":popover-open").is_none() => press("Escape"),
                meant if meant.len() == 1 => press(&key),
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

/// Presses what names this key as its own, in `aria-keyshortcuts`. What stands in a row counts while the focus is in that row.
#[cfg(feature = "hydrate")]
fn press(key: &str) -> bool {
    let key = key.replace('\\', "\\\\").replace('"', "\\\"");
    let own = format!("[aria-keyshortcuts~=\"{key}\" i]");
    click(&format!("tr:focus-within {own}")) || click(&format!("{own}:not(tr *)"))
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
    event.default_prevented() || event.is_composing() || (event.alt_key() && !is_sign(event))
}

/// Whether the keyboard needs `AltGr` or Option for this sign, as many do for brackets.
#[cfg(feature = "hydrate")]
fn is_sign(event: &ev::KeyboardEvent) -> bool {
    let key = event.key();
    event.alt_key()
        && key.chars().count() == 1
        && !key.contains(|c: char| c.is_alphanumeric() || c == ' ')
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

/// Whether copying would copy nothing of the page.
#[cfg(feature = "hydrate")]
fn nothing_is_selected() -> bool {
    window().get_selection().ok().flatten().is_none_or(|selection| selection.is_collapsed())
}

/// Whether a dialog lies over the page.
#[cfg(feature = "hydrate")]
fn is_covered() -> bool {
    first("dialog:modal").is_some()
}
