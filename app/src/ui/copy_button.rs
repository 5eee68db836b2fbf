use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{IconButton, copy_and_say, hydrated, use_toasts};

/// A square button that copies what `text` returns at the moment of the click.
///
/// "Copied `what`" is announced only after the browser has said so; the glyph turns into a tick for
/// two seconds. It appears once the page is hydrated, because it needs scripts.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Callback<(), String>,
    /// The name of what is copied: `PGHOST`, "the command".
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let ready = hydrated();
    let copied = RwSignal::new(false);
    let label = format!("Copy {what}");
    let icon = Signal::derive(move || if copied.get() { "check" } else { "copy" });
    let copy = move |_| {
        let what = what.clone();
        spawn_local(async move {
            if copy_and_say(&text.run(()), &what, toasts).await {
                copied.set(true);
                set_timeout(
                    // The row may have gone in the meantime.
                    move || _ = copied.try_set(false),
                    Duration::from_secs(2),
                );
            }
        });
    };
    view! {
        <span class="copy-button" hidden=move || !ready.get()>
            <IconButton icon label on:click=copy />
        </span>
    }
    .into_any()
}
