use leptos::prelude::*;

/// One glyph of the sprite `public/icons.svg`, drawn in the colour of the text around it.
///
/// Always decoration: what it means stands in words beside it, or in the label of the control it
/// sits in. A name that is not in the sprite draws nothing.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    // Width and height keep a page without its stylesheet from showing glyphs as tall as it is wide.
    view! {
        <svg class="icon" width="16" height="16" aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
