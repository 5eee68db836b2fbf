use leptos::prelude::*;

use super::field::field_id;

/// A checkbox with its label (and a hint) beside it; the whole line is the target.
///
/// Sends `name=true` when checked and nothing otherwise, which reads as a `bool` with
/// `#[serde(default)]`; give `value` for lists of choices under one name.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional)] checked: bool,
    #[prop(optional)] bind: Option<RwSignal<bool>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let mut id = field_id(&name);
    if let Some(value) = &value {
        id.push('-');
        id.push_str(value);
    }
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let checked = bind.map_or(checked, |signal| signal.get_untracked());
    view! {
        <div class="checkbox">
            <input
                type="checkbox"
                aria-describedby=hint_id.clone()
                id=id.clone()
                name=name
                value=value.unwrap_or_else(|| String::from("true"))
                checked=checked
                required=required
                disabled=move || disabled.get()
                on:change=move |event| {
                    if let Some(signal) = bind {
                        signal.set(event_target_checked(&event));
                    }
                }
            />
            <label class="checkbox-label" for=id>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .into_any()
}
