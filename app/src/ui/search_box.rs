use leptos::{html, prelude::*};

use super::Icon;

/// A search field that searches as one types, and in a GET form works without scripts too.
///
/// `value` is what is searched for now. It may lag behind the typing, so that it never overwrites a field that has the focus.
#[component]
pub fn SearchBox(
    label: &'static str,
    name: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_search: Callback<String>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let value = value.get();
        if let Some(field) = field.get()
            && document().active_element().as_ref() != Some(field.as_ref())
        {
            field.set_value(&value);
        }
    });
    view! {
        <label class="search">
            <span class="visually-hidden">{label}</span>
            <Icon name="search" />
            <input
                node_ref=field
                class="input"
                type="search"
                name=name
                placeholder=label
                autocomplete="off"
                autofocus=autofocus
                value=value.get_untracked()
                on:input=move |event| on_search.run(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}
