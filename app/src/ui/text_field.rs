use leptos::{html, prelude::*};

use super::field::{Field, description, field_id, invalid};

/// A labelled one-line `<input>`: rest, focus, disabled, invalid.
///
/// Hint and error are its description, an error also sets `aria-invalid`. With `bind` the signal
/// follows the typing, and setting the signal changes the input. `on:input` on the component works
/// too, as the event bubbles.
#[expect(clippy::fn_params_excessive_bools, reason = "they are attributes of HTML")]
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    /// The `type` attribute: text, email, search, url, number, date, …
    #[prop(default = "text")]
    input: &'static str,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    /// The id of a form elsewhere on the page that this field belongs to.
    #[prop(optional, into)]
    form: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Names, keys and values are set in the monospaced face, and never corrected.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let describedby = description(&id, hint.is_some());
    let control = NodeRef::<html::Input>::new();
    let value = bind.map_or(value, |signal| signal.get_untracked());
    #[cfg(feature = "hydrate")]
    if let Some(signal) = bind {
        super::field::keep_equal(
            move || control.get(),
            web_sys::HtmlInputElement::value,
            web_sys::HtmlInputElement::set_value,
            signal,
        );
    }
    view! {
        <Field id=id.clone() label nostrip:hint=hint error optional>
            <input
                node_ref=control
                class=if mono { "input mono" } else { "input" }
                aria-describedby=describedby
                id=id
                name=name
                type=input
                value=value
                autocomplete=autocomplete
                autocapitalize=mono.then_some("none")
                spellcheck=mono.then_some("false")
                placeholder=placeholder
                maxlength=maxlength.map(|n| n.to_string())
                form=form
                required=required
                autofocus=autofocus
                disabled=move || disabled.get()
                aria-invalid=invalid(error)
                on:input=move |event| {
                    if let Some(signal) = bind {
                        signal.set(event_target_value(&event));
                    }
                }
            />
        </Field>
    }
    .into_any()
}
