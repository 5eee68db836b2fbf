use leptos::prelude::*;

/// Sub-pages of a page as links (pairs of address and name); `current` is the open one's address.
#[component]
pub fn Tabs(
    /// What the tabs are of: the name of the landmark.
    label: &'static str,
    items: Vec<(String, String)>,
    #[prop(into)] current: Signal<String>,
) -> impl IntoView {
    row("tabs", "page", label, items, current)
}

/// One choice of few as links: the environment switcher. `current` is the chosen one's address.
#[component]
pub fn SegmentedLinks(
    label: &'static str,
    items: Vec<(String, String)>,
    #[prop(into)] current: Signal<String>,
) -> impl IntoView {
    row("segmented", "true", label, items, current)
}

fn row(
    class: &'static str,
    kind: &'static str,
    label: &'static str,
    items: Vec<(String, String)>,
    current: Signal<String>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(href, name)| {
            let this = href.clone();
            let is_current = move || current.with(|href| *href == this).then_some(kind);
            view! { <li><a href=href aria-current=is_current>{name}</a></li> }
        })
        .collect_view();
    view! {
        <nav class=class aria-label=label>
            <ul>{items}</ul>
        </nav>
    }
    .into_any()
}
