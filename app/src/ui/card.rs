use leptos::prelude::*;

/// A bordered panel with an optional title (an `h2`) and one line of text under it.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] text: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            {title.map(|title| view! { <h2>{title}</h2> })}
            {text.map(|text| view! { <p class="card-text">{text}</p> })}
            {children()}
        </section>
    }
    .into_any()
}
