use leptos::prelude::*;

/// What is known about a thing: names, and what stands under each.
#[component]
pub fn Facts(
    items: Vec<(&'static str, AnyView)>,
    /// Beside each other rather than below.
    #[prop(optional)]
    across: bool,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class=if across { "facts across" } else { "facts" }>{items}</dl> }.into_any()
}
