use crate::page::script;
use leptos::{nonce::Nonce, prelude::*};

/// Sends a file that is dropped on the page, and variables that are pasted into it, to the preview. It is a script of its own, which needs
/// no wasm, works as soon as the page is there, and does nothing on pages that take no variables.
#[component]
pub fn Arrivals(
    /// Lets the script stand in the page.
    #[prop(optional)]
    nonce: Option<Nonce>,
) -> impl IntoView {
    let script = script("/import.js", SCRIPT, nonce);
    view! {
        <p class="drop-hint" hidden>"Drop the file to see what it would add. Nothing is added yet."</p>
        <p class="drop-hint" role="alert" hidden>"The file is larger than 1 MiB, the most that is read. Nothing was sent."</p>
        {script}
    }
    .into_any()
}

const SCRIPT: &str = include_str!("../../../../public/import.js");
