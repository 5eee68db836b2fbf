use leptos::prelude::*;

/// What a button says that sends the ticked boxes of its form: how many they are, where there are scripts.
#[component]
pub fn Ticked(
    /// The boxes' name.
    boxes: &'static str,
    /// What it says without scripts.
    plain: &'static str,
    /// What it says while none is ticked; `plain` if that is nothing else.
    #[prop(default = "")]
    none: &'static str,
    /// What it says of one.
    #[prop(into)]
    one: String,
    /// What it says of more, with `#` for their number.
    #[prop(into)]
    more: String,
) -> impl IntoView {
    let none = if none.is_empty() { plain } else { none };
    view! {
        <span data-ticked=boxes data-none=none data-one=one data-more=more>{plain}</span>
        <script type="module" src="/ticked.js"></script>
    }
    .into_any()
}
