use leptos::prelude::*;

/// Where a page lies: links to what is above it (address and name), then its own name.
#[component]
pub fn Breadcrumb(items: Vec<(String, String)>, #[prop(into)] current: String) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(href, name)| view! { <li><a href=href>{name}</a></li> })
        .collect_view();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                {items}
                <li aria-current="page">{current}</li>
            </ol>
        </nav>
    }
}
