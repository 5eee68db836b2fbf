//! The list of shortcuts, on `?`.

use super::keys::SHORTCUTS;
use crate::ui::{Dialog, Kbd};
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
    let items = SHORTCUTS
        .iter()
        .map(|shortcut| {
            let keys = shortcut.keys.iter().map(|key| view! { <Kbd key /> }).collect_view();
            view! { <div><dt>{keys}</dt><dd>{shortcut.does}</dd></div> }
        })
        .collect_view();
    view! { <dl class="shortcuts">{items}</dl> }.into_any()
}
