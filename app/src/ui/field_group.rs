use leptos::prelude::*;

use super::{
    Icon,
    field::{description, invalid},
};

/// Controls that are one choice together, such as checkboxes under one name, with their legend, hint and error.
#[component]
pub fn FieldGroup(
    /// The group's own id, to which a summary of errors leads.
    id: &'static str,
    legend: &'static str,
    #[prop(optional, into)] hint: Option<&'static str>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let describedby = description(id, hint.is_some());
    view! {
        <fieldset class="form-group" id=id tabindex="-1" aria-describedby=describedby aria-invalid=invalid(error)>
            <legend>{legend}</legend>
            {children()}
            {hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })}
            <p class="field-error" id=format!("{id}-error")>
                {move || error.get().map(|text| view! { <Icon name="circle-alert" /><span>{text}</span> })}
            </p>
        </fieldset>
    }
    .into_any()
}
