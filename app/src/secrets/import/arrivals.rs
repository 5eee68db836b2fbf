use leptos::{nonce::use_nonce, prelude::*};

/// Sends a file that is dropped on the page, and variables that are pasted into it, to the preview. It is a script of its own, which needs
/// no wasm, works as soon as the page is there, and does nothing on pages that take no variables.
///
/// Pages that scripts run have it in them, which spares a request; the others, whose policy allows no script in them, load it.
#[component]
pub fn Arrivals() -> impl IntoView {
    let script = match use_nonce() {
        Some(nonce) => view! { <script type="module" nonce=nonce>{SCRIPT}</script> }.into_any(),
        None => view! { <script type="module" src="/import.js"></script> }.into_any(),
    };
    view! {
        <p class="drop-hint" hidden>"Drop the file to see what it would add. Nothing is added yet."</p>
        {script}
    }
    .into_any()
}

const SCRIPT: &str = include_str!("../../../../public/import.js");
