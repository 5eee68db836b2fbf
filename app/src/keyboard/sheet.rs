//! The list of shortcuts, on `?`.

use super::{
    keys::{Group, SHORTCUTS, Shortcut},
    letters::Letters,
};
use crate::{
    frame::places,
    ui::{Dialog, Kbd},
    viewer::use_viewer,
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
    let group = |&Group { place, shortcuts }: &Group| {
        let items = shortcuts.iter().filter_map(shortcut).collect_view();
        view! { <h3>{place}</h3> <dl>{items}</dl> }
    };
    let go = letters.pressed_for("G");
    let places = places(&use_viewer());
    let places = places.iter().filter_map(|place| {
        let keys = vec![go.clone()?, place.letter?.to_owned()];
        Some(item(keys, place.label.to_owned()))
    });
    let places = places.collect::<Vec<_>>();
    let places = (!places.is_empty()).then(|| view! { <h3>"Go to"</h3> <dl>{places}</dl> });
    view! { <div class="shortcuts">{SHORTCUTS.iter().map(group).collect_view()} {places}</div> }
        .into_any()
}
