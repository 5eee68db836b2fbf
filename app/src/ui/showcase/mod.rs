//! Every component in every state on one page, for eyes, screenshots and accessibility checks.

mod controls;
mod data;
mod messages;
mod overlays;

use leptos::prelude::*;
use leptos_meta::Title;

use super::PageHeader;

/// The page of components, at `/dev/ui` of a server that was started with `--components`.
#[component]
pub fn Showcase() -> impl IntoView {
    view! {
        <Title text="Components" />
        <PageHeader title="Components" text="Every component in every state." />
        <div class="stack loose">
            {controls::controls()} {messages::messages()} {data::data()} {overlays::overlays()}
        </div>
    }
}

/// One group of examples under a heading.
#[component]
fn Group(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="stack">
            <h2>{title}</h2>
            {children()}
        </section>
    }
    .into_any()
}
