use leptos::prelude::*;

/// A key to press.
#[component]
pub fn Kbd(key: &'static str) -> impl IntoView {
    view! { <kbd class="kbd">{key}</kbd> }
}
