use leptos::prelude::*;

use super::Icon;

/// The id of the control named `name`: forms of one page must not share names.
///
/// Names of nested form fields hold brackets (`draft[keys][0][name]`), which would be awkward in
/// links and selectors.
pub fn field_id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 6);
    id.push_str("field-");
    id.extend(name.chars().filter(|c| *c != ']').map(|c| if c == '[' { '-' } else { c }));
    id
}

/// The ids that a control's `aria-describedby` lists: of its hint, if any, and of its error.
pub(super) fn description(id: &str, hint: bool) -> String {
    if hint { format!("{id}-hint {id}-error") } else { format!("{id}-error") }
}

/// What a control with an error says in `aria-invalid`.
pub(super) fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Copy {
    move || error.with(Option::is_some).then_some("true")
}

/// Label, control, hint and error of one form field; for controls that are not in this set.
///
/// The control must carry `id = field_id(name)` and `aria-describedby = "{id}-hint {id}-error"`.
/// The error's element is always there, so the description of the control never dangles.
#[component]
pub fn Field(
    /// The control's id, see [`field_id`].
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Says "optional" after the label; what is not marked is required.
    #[prop(optional)]
    optional: bool,
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            {children()}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <p class="field-error" id=error_id>
                {move || {
                    error
                        .get()
                        .map(|text| view! { <Icon name="circle-alert" /><span>{text}</span> })
                }}
            </p>
        </div>
    }
    .into_any()
}

/// Keeps a control and a signal equal, in both directions.
///
/// What somebody typed before the scripts arrived wins over the signal's first value: it is newer.
#[cfg(feature = "hydrate")]
pub(super) fn keep_equal<E>(
    control: impl Fn() -> Option<E> + 'static,
    read: impl Fn(&E) -> String + 'static,
    write: impl Fn(&E, &str) + 'static,
    signal: RwSignal<String>,
) where
    E: 'static,
{
    Effect::new(move |seen: Option<bool>| {
        let Some(element) = control() else { return false };
        let value = signal.get();
        let shown = read(&element);
        if shown != value {
            if seen == Some(true) {
                write(&element, &value);
            } else {
                signal.set(shown);
            }
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_no_brackets() {
        assert_eq!(field_id("email"), "field-email");
        assert_eq!(field_id("draft[keys][0][name]"), "field-draft-keys-0-name");
    }
}
