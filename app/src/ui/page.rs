use leptos::{html, prelude::*};

use super::Icon;

/// The address of a page, and what it is called in the link to it.
pub struct Back {
    href: String,
    label: &'static str,
}

impl<H: Into<String>> From<(H, &'static str)> for Back {
    fn from((href, label): (H, &'static str)) -> Self {
        Self { href: href.into(), label }
    }
}

/// The head of a page: the way back, its one `h1`, what belongs beside the title, its actions.
///
/// The `h1` takes the focus after a step to another page without a reload, so that whoever hears the page hears where they are.
#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// Where the page came from.
    #[prop(optional, into)]
    back: Option<Back>,
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
    let heading = NodeRef::<html::H1>::new();
    #[cfg(feature = "hydrate")]
    focus_after_step(heading);
    let back = back.map(|Back { href, label }| {
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
                    <h1 node_ref=heading tabindex="-1" class:mono=mono>{move || title.get()}</h1>
                    {beside.run()}
                </div>
                {children.map(|children| view! { <div class="actions">{children()}</div> })}
            </div>
            {text.map(|text| view! { <p class="page-text">{text}</p> })}
        </header>
    }
    .into_any()
}

/// The page that the browser itself loaded needs none of it, and one with a field to type into has the focus there.
#[cfg(feature = "hydrate")]
fn focus_after_step(heading: NodeRef<html::H1>) {
    use leptos_router::hooks::use_location;
    use std::cell::RefCell;

    thread_local! {
        /// The page whose heading was drawn last.
        static AT: RefCell<Option<String>> = const { RefCell::new(None) };
    }
    let path = use_location().pathname.get_untracked();
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        let before = AT.replace(Some(path.clone()));
        if before.is_none_or(|before| before == path) {
            return;
        }
        // It is in the page with the next frame.
        request_animation_frame(move || {
            let field = document().query_selector("main [autofocus]:not(dialog *)");
            if field.is_ok_and(|field| field.is_none()) {
                let _ = heading.focus();
            }
        });
    });
}
