use leptos::{ev, html, prelude::*};

use super::Icon;

/// A button that opens a short list of links and buttons below it.
///
/// A popover: the browser opens it (also before the scripts arrive), closes it on Esc or a click
/// outside, and returns the focus. It is a disclosure, not an ARIA menu: its items are ordinary links
/// and buttons in Tab order, and the arrow keys work as well. Items carry the class `menu-item`,
/// a line between them is an `<hr>`.
#[component]
pub fn Menu(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The button's words, or its accessible name if there is an `icon`.
    #[prop(into)]
    label: String,
    /// Shows this glyph instead of the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let (class, name, face) = match icon {
        Some(glyph) => {
            ("button ghost square", Some(label), view! { <Icon name=glyph /> }.into_any())
        }
        None => ("button", None, view! { {label}<Icon name="chevron-down" /> }.into_any()),
    };
    view! {
        <div class="menu" on:keydown=move |event| step(list, &event)>
            <button
                class=class
                type="button"
                popovertarget=id.clone()
                title=name.clone()
                aria-label=name
            >
                {face}
            </button>
            <div
                class="menu-list"
                id=id
                popover="auto"
                node_ref=list
                on:click=move |_| close(list)
            >
                {children()}
            </div>
        </div>
    }
    .into_any()
}

#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers click"))]
fn close(list: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    if let Some(list) = list.get_untracked() {
        // Fails only when something else has just closed it.
        _ = list.hide_popover();
    }
}

/// Arrow keys, Home and End move among the items of the open list; at the ends they stop.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
fn step(list: NodeRef<html::Div>, event: &ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;

        let Some(list) = list.get_untracked() else { return };
        if list.matches(":popover-open") != Ok(true) {
            return;
        }
        let Ok(items) = list.query_selector_all(".menu-item:not(:disabled)") else { return };
        let at = |index: u32| items.get(index)?.dyn_into::<web_sys::HtmlElement>().ok();
        let end = items.length().saturating_sub(1);
        let focused = super::browser::focused();
        let here = (0..=end).find(|i| at(*i).as_deref() == focused.as_ref());
        let target = match event.key().as_str() {
            "ArrowDown" => here.map_or(0, |i| end.min(i + 1)),
            "ArrowUp" => here.map_or(end, |i| i.saturating_sub(1)),
            "Home" => 0,
            "End" => end,
            _ => return,
        };
        event.prevent_default();
        if let Some(item) = at(target) {
            _ = item.focus();
        }
    }
}
