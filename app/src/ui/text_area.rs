use leptos::{html, prelude::*};

use super::field::{Field, description, field_id, invalid};

/// A labelled `<textarea>` that grows with its text where the browser can.
///
/// States and accessibility as [`TextField`](super::TextField).
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] mono: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let describedby = description(&id, hint.is_some());
    let control = NodeRef::<html::Textarea>::new();
    let value = bind.map_or(value, |signal| signal.get_untracked());
    #[cfg(feature = "hydrate")]
    if let Some(signal) = bind {
        super::field::keep_equal(
            move || control.get(),
            web_sys::HtmlTextAreaElement::value,
            web_sys::HtmlTextAreaElement::set_value,
            signal,
        );
    }
    view! {
        <Field id=id.clone() label nostrip:hint=hint error optional>
            <textarea
                node_ref=control
                class=if mono { "input mono" } else { "input" }
                aria-describedby=describedby
                id=id
                name=name
                rows=rows.to_string()
                autocapitalize=mono.then_some("none")
                spellcheck=mono.then_some("false")
                placeholder=placeholder
                maxlength=maxlength.map(|n| n.to_string())
                required=required
                aria-invalid=invalid(error)
                on:input=move |event| {
                    if let Some(signal) = bind {
                        signal.set(event_target_value(&event));
                    }
                }
            >
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}
