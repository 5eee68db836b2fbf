use leptos::{either::Either, prelude::*};

use super::Icon;

/// Links to the previous and next page of a list; nothing if there is neither.
#[component]
pub fn Pager(
    previous: Option<String>,
    next: Option<String>,
    /// "1 to 50 of 10,000"
    #[prop(optional, into)]
    range: Option<String>,
) -> impl IntoView {
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                <span class="pager-range">{range}</span>
                {step(previous, "prev", view! { <Icon name="chevron-left" />"Previous" })}
                {step(next, "next", view! { "Next"<Icon name="chevron-right" /> })}
            </nav>
        }
    })
}

fn step(href: Option<String>, rel: &'static str, label: impl IntoView) -> impl IntoView {
    match href {
        Some(href) => Either::Left(view! { <a class="button" href=href rel=rel>{label}</a> }),
        // Without an address it is no link, and nothing to stop at with the Tab key.
        None => Either::Right(view! { <span class="button" aria-disabled="true">{label}</span> }),
    }
}
