//! Filling the editor's rows from a connection URL.

use super::row_state::RowState;
use crate::ui::{Button, Icon};
use leptos::{html, prelude::*};
use model::ConnectionFill;

/// Takes a pasted connection URL apart. The URL itself is not sent and does not stay.
#[component]
pub(super) fn ConnectionUrl(
    connection: ConnectionFill,
    rows: RwSignal<Vec<RowState>>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let told = RwSignal::new(None::<String>);
    let example = connection.schemes.first().map(|scheme| format!("{}://…", scheme.name));
    let fill = move || {
        let Some(input) = field.get_untracked() else { return };
        #[cfg(feature = "hydrate")]
        let text = input.value();
        #[cfg(not(feature = "hydrate"))]
        let text = {
            drop(input);
            String::new()
        };
        if text.trim().is_empty() {
            return;
        }
        match connection.fill(&text) {
            Err(wrong) => {
                told.set(None);
                error.set(Some(wrong.to_string()));
            }
            Ok(filled) => {
                let mut keys = Vec::new();
                for (key, value) in &filled.values {
                    let row = rows
                        .with_untracked(|rows| rows.iter().find(|row| row.is_for(key)).copied());
                    // The whole URL has a key too, which most forms do not show.
                    if let Some(row) = row {
                        row.set_value(value.dangerously_expose().to_owned());
                        keys.push(key.to_string());
                    }
                }
                let mut text = format!("Filled {}.", keys.join(", "));
                if !filled.lacking.is_empty() {
                    let parts: Vec<_> = filled.lacking.iter().map(ToString::to_string).collect();
                    text = format!("{text} The URL has no {}.", parts.join(", no "));
                }
                error.set(None);
                told.set(Some(text));
                #[cfg(feature = "hydrate")]
                if let Some(input) = field.get_untracked() {
                    input.set_value("");
                }
            }
        }
    };
    let (fill_on_paste, fill_on_enter) = (fill.clone(), fill.clone());
    view! {
        <div class="field needs-scripts">
            <label class="field-label" for="connection-url">"Connection URL, pasted to fill the keys below"</label>
            <div class="row">
                <input
                    node_ref=field
                    id="connection-url"
                    class="input mono"
                    type="password"
                    autocomplete="off"
                    data-1p-ignore=""
                    data-lpignore="true"
                    data-bwignore=""
                    placeholder=example
                    aria-describedby="connection-url-said"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:input=move |event| {
                        // A paste arrives whole; typing is taken when the field is left or with Enter.
                        if is_paste(&event) {
                            fill_on_paste();
                        }
                    }
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                            fill_on_enter();
                        }
                    }
                />
                <Button on:click=move |_| fill()>"Fill keys"</Button>
            </div>
            <p id="connection-url-said" role="status">
                {move || error.get().map(|text| view! { <span class="field-error"><Icon name="circle-alert" />{text}</span> })}
                {move || told.get().map(|text| view! { <span class="field-hint">{text}</span> })}
            </p>
        </div>
    }
    .into_any()
}

fn is_paste(event: &leptos::ev::Event) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast as _;
        event
            .dyn_ref::<web_sys::InputEvent>()
            .is_some_and(|event| event.input_type() == "insertFromPaste")
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}
