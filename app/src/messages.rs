//! What was said at the window's edge, to be read again: it goes by itself, and not everybody reads so soon.

use crate::{
    lazy::{Later, Loaded},
    ui::{Dialog, Icon, Said, Time, use_toasts},
};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The button that shows them, once there are any.
#[component]
pub(crate) fn Messages() -> impl IntoView {
    let said = use_toasts().said();
    let open = RwSignal::new(false);
    view! {
        <button
            class="nav-item"
            type="button"
            aria-haspopup="dialog"
            hidden=move || said.with(Vec::is_empty)
            on:click=move |_| open.set(true)
        >
            <Icon name="message-square" />
            <span class="nav-label">"Recent messages"</span>
        </button>
        <Later wanted=open.into() load=load_list about=open give_up=move || open.set(false) />
    }
    .into_any()
}

#[wasm_split(later, fallible)]
fn load_list() -> Loaded<RwSignal<bool>> {
    Ok(|open| view! { <List open /> }.into_any())
}

#[component]
fn List(open: RwSignal<bool>) -> impl IntoView {
    let said = use_toasts().said();
    let items = move || said.get().into_iter().rev().map(item).collect_view();
    view! {
        <Dialog id="messages" open title="Recent messages">
            <div class="dialog-body">
                <p class="muted">"Since this page was loaded, the newest first."</p>
                <ul class="messages">{items}</ul>
            </div>
        </Dialog>
    }
    .into_any()
}

fn item(Said { text, at, failed }: Said) -> impl IntoView {
    view! {
        <li class:bad=failed>
            <Icon name=if failed { "circle-alert" } else { "circle-check" } />
            <span class="toast-text">{text}</span>
            <span class="muted"><Time ms=at /></span>
        </li>
    }
}
