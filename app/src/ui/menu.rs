use leptos::{ev, html, prelude::*};

use super::Icon;
use crate::keyboard::announced;

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
    /// The key that opens it, see `keyboard`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let (class, name, face) = match icon {
        Some(glyph) => {
            ("button ghost square", Some(label), view! { <Icon name=glyph /> }.into_any())
        }
        None => ("button", None, view! { {label}<Icon name="chevron-down" /> }.into_any()),
    };
    view! {
        <div class="menu">
            <button
                class=class
                type="button"
                popovertarget=id.clone()
                title=name.clone()
                aria-label=name
                aria-keyshortcuts=shortcut.and_then(announced)
                on:keydown=enter
            >
                {face}
            </button>
            <div class="menu-list" id=id popover="auto" on:toggle=take_focus>
                <MenuItems>{children()}</MenuItems>
            </div>
        </div>
    }
    .into_any()
}

/// The items of a menu, in a popover of the class `menu-list`: the arrow keys move among them, and whichever is chosen closes it.
#[component]
pub fn MenuItems(
    /// The first has the focus from the start.
    #[prop(optional)]
    autofocus: bool,
    children: Children,
) -> impl IntoView {
    let items = NodeRef::<html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(items) = items.get().filter(|_| autofocus) {
            // They are in the page with the next frame.
            request_animation_frame(move || keys::to_end(&items, false));
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = autofocus;
    view! {
        <div node_ref=items on:keydown=step on:click=close on:focusout=leave>{children()}</div>
    }
    .into_any()
}

/// Whoever opened it by a key of the page, and not at its button, goes on in it by keys.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
fn take_focus(event: ev::Event) {
    #[cfg(feature = "hydrate")]
    keys::take_focus(&event);
}

/// From the button into the open list.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
fn enter(event: ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    keys::enter(&event);
}

/// Arrow keys, Home and End move among the items of the open list; at the ends they stop.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
fn step(event: ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    keys::step(&event);
}

#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers click"))]
fn close(event: ev::MouseEvent) {
    #[cfg(feature = "hydrate")]
    if let Some(list) = keys::list_around(&event) {
        // Fails only when something else has just closed it.
        _ = list.hide_popover();
    }
}

/// Nobody leaves an open list behind.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have focus"))]
fn leave(event: ev::FocusEvent) {
    #[cfg(feature = "hydrate")]
    if let Some(list) = keys::left(&event) {
        _ = list.hide_popover();
    }
}

#[cfg(feature = "hydrate")]
mod keys {
    use super::super::browser::focused;
    use leptos::{ev, wasm_bindgen::JsCast};
    use web_sys::{Element, Event, HtmlElement};

    pub(super) fn list_around(event: &Event) -> Option<HtmlElement> {
        let target: Element = event.current_target()?.dyn_into().ok()?;
        target.closest(".menu-list").ok()??.dyn_into().ok()
    }

    /// The list that the focus leaves for something else on the page.
    pub(super) fn left(event: &ev::FocusEvent) -> Option<HtmlElement> {
        let list = list_around(event)?;
        let to: Element = event.related_target()?.dyn_into().ok()?;
        (!list.contains(Some(&to)) && list.matches(":popover-open") == Ok(true)).then_some(list)
    }

    pub(super) fn take_focus(event: &Event) {
        let Some(list) = list_around(event) else { return };
        let button = list.previous_element_sibling();
        if list.matches(":popover-open") == Ok(true) && focused() != button {
            to_end(&list, false);
        }
    }

    pub(super) fn enter(event: &ev::KeyboardEvent) {
        let key = event.key();
        let button = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
        let list = button.and_then(|button| button.next_element_sibling());
        let open = list.filter(|list| list.matches(":popover-open") == Ok(true));
        if let Some(list) = open.filter(|_| matches!(key.as_str(), "ArrowDown" | "ArrowUp")) {
            event.prevent_default();
            to_end(&list, key == "ArrowUp");
        }
    }

    pub(super) fn step(event: &ev::KeyboardEvent) {
        let Some(list) = list_around(event) else { return };
        let items = items(&list);
        let end = items.len().saturating_sub(1);
        let here = items.iter().position(|item| Some(item.as_ref()) == focused().as_ref());
        let to = match event.key().as_str() {
            "ArrowDown" => here.map_or(0, |at| end.min(at + 1)),
            "ArrowUp" => here.map_or(end, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => end,
            _ => return,
        };
        event.prevent_default();
        focus(items.get(to));
    }

    pub(super) fn to_end(list: &Element, downmost: bool) {
        let items = items(list);
        focus(if downmost { items.last() } else { items.first() });
    }

    fn focus(item: Option<&HtmlElement>) {
        if let Some(item) = item {
            _ = item.focus();
        }
    }

    fn items(list: &Element) -> Vec<HtmlElement> {
        let Ok(found) = list.query_selector_all(".menu-item:not(:disabled)") else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
    }
}
