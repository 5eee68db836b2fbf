//! The list of shortcuts, on `?`.

use super::{
    keys::{SHORTCUTS, Shortcut},
    letters::Letters,
};
use crate::{
    frame::NAV,
    ui::{Dialog, Kbd},
};
use leptos::prelude::*;

/// Lists every shortcut, and leads to where they are changed.
#[component]
pub(super) fn Sheet(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="shortcuts" open title="Keyboard shortcuts">
            <div class="dialog-body">
                <Shortcuts />
                <p><a href="/settings/shortcuts" rel="external">"Change keys, or switch letters off"</a></p>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Every shortcut, with the keys that somebody chose. Those that are off are not listed.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let letters: Letters = expect_context();
    let item = |keys: Vec<String>, does: String| {
        let keys = keys.into_iter().map(|key| view! { <Kbd key /> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }
    };
    let shortcut = |&Shortcut { keys, does }: &Shortcut| {
        let keys = match keys {
            [key] => vec![letters.pressed_for(key)?],
            keys => keys.iter().map(|key| (*key).to_owned()).collect(),
        };
        Some(item(keys, does.to_owned()))
    };
    let go = letters.pressed_for("G");
    let places = NAV.iter().filter_map(|place| {
        let keys = vec![go.clone()?, place.letter?.to_owned()];
        Some(item(keys, format!("Go to {}", place.label)))
    });
    let places = places.collect_view();
    view! { <dl class="shortcuts">{SHORTCUTS.iter().filter_map(shortcut).collect_view()} {places}</dl> }
        .into_any()
}
