use crate::keyboard::announced;
use leptos::prelude::*;

/// Sub-pages of a page as links (pairs of address and name); `current` is the open one's address. `[` leads to the one before it, `]`
/// to the next. Most are pages that the server alone draws: the browser follows the links, not the router.
#[component]
pub fn Tabs(
    /// What the tabs are of: the name of the landmark.
    label: &'static str,
    items: Vec<(String, String)>,
    current: String,
) -> impl IntoView {
    let open = items.iter().position(|(href, _)| *href == current);
    let items = items
        .into_iter()
        .enumerate()
        .map(|(at, (href, name))| {
            let is_open = open == Some(at);
            let key = match open {
                Some(open) if at + 1 == open => announced("["),
                Some(open) if at == open + 1 => announced("]"),
                _ => None,
            };
            view! {
                <li>
                    <a href=href rel="external" aria-current=is_open.then_some("page") aria-keyshortcuts=key>{name}</a>
                </li>
            }
            .into_any()
        })
        .collect();
    nav("tabs", label, items)
}

/// One choice of few as links: the environment switcher. `current` is the chosen one's address.
#[component]
pub fn SegmentedLinks(
    label: &'static str,
    items: Vec<(String, String)>,
    #[prop(into)] current: Signal<String>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(href, name)| {
            let this = href.clone();
            let is_current = move || current.with(|href| *href == this).then_some("true");
            view! { <li><a href=href aria-current=is_current>{name}</a></li> }.into_any()
        })
        .collect();
    nav("segmented", label, items)
}

fn nav(class: &'static str, label: &'static str, items: Vec<AnyView>) -> AnyView {
    view! {
        <nav class=class aria-label=label>
            <ul>{items}</ul>
        </nav>
    }
    .into_any()
}
