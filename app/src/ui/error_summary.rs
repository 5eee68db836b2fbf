use leptos::{html, prelude::*};

use super::Icon;

/// What is wrong with a form, at its top: one link to each field.
///
/// `errors` are pairs of a control's id and message; empty shows nothing. When errors appear the summary
/// takes the focus and is announced; a link goes to the field and focuses it.
#[component]
pub fn ErrorSummary(
    #[prop(into)] errors: Signal<Vec<(String, String)>>,
    #[prop(default = "Nothing was saved")] title: &'static str,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !errors.with(Vec::is_empty)
            && let Some(summary) = summary.get()
        {
            _ = summary.focus();
        }
    });
    let items = move || {
        errors
            .get()
            .into_iter()
            .map(|(id, message)| {
                view! {
                    <li>
                        <a href=format!("#{id}") on:click=move |event| focus(&event, &id)>
                            {message}
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div
            class="notice bad"
            role="alert"
            tabindex="-1"
            node_ref=summary
            hidden=move || errors.with(Vec::is_empty)
        >
            <Icon name="circle-alert" />
            <div class="notice-body">
                <p class="notice-title">{title}</p>
                <ul class="notice-list">{items}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// The router takes over links, and with them the browser's own move of the focus.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers click"))]
fn focus(event: &leptos::ev::MouseEvent, id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(field) = super::browser::element::<web_sys::HtmlElement>(id) {
        event.prevent_default();
        event.stop_propagation();
        _ = field.focus();
    }
}
