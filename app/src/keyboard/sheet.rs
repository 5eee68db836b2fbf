//! The list of shortcuts, on `?`.

use super::keys::SHORTCUTS;
use crate::{
    frame::NAV,
    ui::{Dialog, Kbd},
};
use leptos::prelude::*;

/// Lists every shortcut, and switches the letters off for whoever speaks to the computer.
#[component]
pub(super) fn Sheet(open: RwSignal<bool>) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    let (checked, switch) = (super::keys::letters_count(), |event: leptos::ev::Event| {
        super::keys::let_letters_count(event_target_checked(&event));
    });
    #[cfg(not(feature = "hydrate"))]
    let (checked, switch) = (true, |_: leptos::ev::Event| {});
    view! {
        <Dialog id="shortcuts" open title="Keyboard shortcuts">
            <div class="dialog-body">
                <Shortcuts />
                <div class="checkbox">
                    <input type="checkbox" id="letters" checked=checked on:change=switch />
                    <label class="checkbox-label" for="letters">"Single letters count, in this browser"</label>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Every shortcut.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let item = |keys: &[&'static str], does: String| {
        let keys = keys.iter().copied().map(|key| view! { <Kbd key /> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    };
    let places = NAV
        .iter()
        .filter_map(|place| Some(item(&["G", place.letter?], format!("Go to {}", place.label))))
        .collect_view();
    let items = SHORTCUTS.iter().map(|shortcut| item(shortcut.keys, shortcut.does.to_owned()));
    view! { <dl class="shortcuts">{items.collect_view()} {places}</dl> }.into_any()
}
