use leptos::{html, prelude::*};

use super::field::{Field, description, field_id, invalid};
use super::hydrated;

/// A labelled `<input type="password">` with a Show/Hide toggle.
///
/// The toggle appears only once the page is hydrated, because it needs scripts; pasting is always
/// allowed. With `bind` the signal follows the typing, and setting the signal changes the input.
/// `foreign` is for values that are no sign-in of this site: browsers and password managers
/// are told to keep their hands off.
#[expect(clippy::fn_params_excessive_bools, reason = "they are attributes of HTML")]
#[component]
pub fn PasswordField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "current-password")] autocomplete: &'static str,
    #[prop(optional)] bind: Option<RwSignal<String>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] minlength: Option<u32>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] foreign: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let describedby = description(&id, hint.is_some());
    let ready = hydrated();
    let control = NodeRef::<html::Input>::new();
    #[cfg(feature = "hydrate")]
    if let Some(signal) = bind {
        super::field::keep_equal(
            move || control.get(),
            web_sys::HtmlInputElement::value,
            web_sys::HtmlInputElement::set_value,
            signal,
        );
    }
    let shown = RwSignal::new(false);
    let ignore = foreign.then_some("true");
    let what = label.clone();
    view! {
        <Field id=id.clone() label nostrip:hint=hint error optional>
            <div class="input-group">
                <input
                    node_ref=control
                    class="input"
                    aria-describedby=describedby
                    id=id
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=if foreign { "off" } else { autocomplete }
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder=placeholder
                    minlength=minlength.map(|n| n.to_string())
                    maxlength=maxlength.map(|n| n.to_string())
                    required=required
                    autofocus=autofocus
                    aria-invalid=invalid(error)
                    data-1p-ignore=ignore
                    data-lpignore=ignore
                    data-bwignore=ignore
                    data-form-type=foreign.then_some("other")
                    on:input=move |event| {
                        if let Some(signal) = bind {
                            signal.set(event_target_value(&event));
                        }
                    }
                />
                <button
                    class="input-action"
                    type="button"
                    hidden=move || !ready.get()
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    aria-label=format!("Show {what}")
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
        </Field>
    }
    .into_any()
}
