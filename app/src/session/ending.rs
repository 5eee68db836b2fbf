//! The end of a session, told before it comes.

use crate::page::script;
use leptos::{nonce::Nonce, prelude::*};

/// Says two minutes before that the session ends, and offers to go on. It is a script of its own, which needs no wasm.
#[component]
pub fn Ending(
    /// In how many milliseconds the session ends however much it is used.
    ends: i64,
    /// After how many it ends unused.
    idle: i64,
    /// Lets the script stand in the page.
    #[prop(optional)]
    nonce: Option<Nonce>,
) -> impl IntoView {
    let script = script("/session.js", SCRIPT, nonce);
    view! {
        <div class="session-hint" role="alert" hidden data-ends=ends.to_string() data-idle=idle.to_string()>
            <p></p>
            <button class="button" type="button">"Stay signed in"</button>
        </div>
        {script}
    }
    .into_any()
}

const SCRIPT: &str = include_str!("../../../public/session.js");
