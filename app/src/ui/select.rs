use leptos::{html, prelude::*};

use super::field::{Field, description, field_id, invalid};

/// A labelled native `<select>`; `options` are pairs of value and text.
///
/// States and accessibility as [`TextField`](super::TextField).
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    /// The option that is chosen at first; the browser takes the first one if none matches.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = field_id(&name);
    let describedby = description(&id, hint.is_some());
    let control = NodeRef::<html::Select>::new();
    let value = bind.map_or(value, |signal| signal.get_untracked());
    #[cfg(feature = "hydrate")]
    if let Some(signal) = bind {
        super::field::keep_equal(
            move || control.get(),
            web_sys::HtmlSelectElement::value,
            web_sys::HtmlSelectElement::set_value,
            signal,
        );
    }
    let options = options
        .into_iter()
        .map(|(key, text)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <Field id=id.clone() label nostrip:hint=hint error optional>
            <div class="select">
                <select
                    node_ref=control
                    class="input"
                    aria-describedby=describedby
                    id=id
                    name=name
                    required=required
                    disabled=move || disabled.get()
                    aria-invalid=invalid(error)
                    on:change=move |event| {
                        if let Some(signal) = bind {
                            signal.set(event_target_value(&event));
                        }
                    }
                >
                    {options}
                </select>
            </div>
        </Field>
    }
    .into_any()
}
