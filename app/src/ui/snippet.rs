use leptos::prelude::*;

use super::CopyButton;

/// A block of code under a title, with a button that copies it.
#[component]
pub fn Snippet(
    /// What it is, as it is announced after copying: "Shell command", "Python".
    #[prop(into)]
    title: String,
    #[prop(into)] code: String,
) -> impl IntoView {
    let what = title.clone();
    let text = code.clone();
    view! {
        <figure class="snippet">
            <figcaption class="snippet-head">
                {title} <CopyButton text=move || text.clone() what />
            </figcaption>
            // Long lines scroll sideways, so the keyboard must be able to get there.
            <pre tabindex="0"><code>{code}</code></pre>
        </figure>
    }
    .into_any()
}
