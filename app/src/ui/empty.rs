use leptos::prelude::*;

use super::Icon;

/// What a list shows when it has nothing: a glyph, one line, and (as children) one action.
#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: String,
    /// One sentence on what would be here.
    #[prop(optional, into)]
    text: Option<String>,
    /// It stands in place of the whole page, whose heading the title is then.
    #[prop(optional)]
    whole: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="empty">
            <span class="empty-icon"><Icon name=icon /></span>
            {if whole { view! { <h1 tabindex="-1">{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }}
            {text.map(|text| view! { <p class="empty-text">{text}</p> })}
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </section>
    }
    .into_any()
}
