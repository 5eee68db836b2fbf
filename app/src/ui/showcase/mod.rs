//! Every component in every state on one page, for eyes, screenshots and accessibility checks.

mod controls;
mod data;
mod messages;
mod overlays;

use leptos::prelude::*;

use super::PageHeader;

/// The page of components; development builds serve it at `/dev/ui`.
#[component]
pub fn Showcase() -> impl IntoView {
    view! {
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
