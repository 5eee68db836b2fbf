use leptos::{nonce::Nonce, prelude::*};

/// Sends a file that is dropped on the page, and variables that are pasted into it, to the preview. It is a script of its own, which needs
/// no wasm, works as soon as the page is there, and does nothing on pages that take no variables.
#[component]
pub fn Arrivals(
    /// Lets the script stand in the page, which spares a request. Pages that no script takes over allow files alone.
    #[prop(optional)]
    nonce: Option<Nonce>,
) -> impl IntoView {
    let script = match nonce {
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
