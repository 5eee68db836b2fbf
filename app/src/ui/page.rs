use leptos::prelude::*;

use super::Icon;

/// The head of a page: the way back, its one `h1`, what belongs beside the title, its actions.
///
/// The `h1` can take the focus from a script (`tabindex="-1"`), so that whoever changed pages
/// without a reload hears where they are.
#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// Where the page came from: address and name.
    #[prop(optional)]
    back: Option<(&'static str, &'static str)>,
    /// Badges beside the title.
    #[prop(optional, into)]
    beside: ViewFnOnce,
    /// One line under the title.
    #[prop(optional, into)]
    text: Option<String>,
    /// Names of secrets and keys are set in the monospaced face.
    #[prop(optional)]
    mono: bool,
    /// Actions at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let back = back.map(|(href, label)| {
        view! {
            <a class="back" href=href>
                <Icon name="chevron-left" />
                {label}
            </a>
        }
    });
    view! {
        <header class="page-header">
            {back}
            <div class="page-head">
                <div class="page-title">
                    <h1 tabindex="-1" class:mono=mono>{move || title.get()}</h1>
                    {beside.run()}
                </div>
                {children.map(|children| view! { <div class="actions">{children()}</div> })}
            </div>
            {text.map(|text| view! { <p class="page-text">{text}</p> })}
        </header>
    }
    .into_any()
}
