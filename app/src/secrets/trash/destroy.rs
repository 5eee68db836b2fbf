//! Gone for good.

use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    ui::{Button, ButtonKind, Confirm, Field, counted, field_id},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Action, SecretSummary, TrashedSecret, Version};

/// Opens the dialog that destroys a secret; without scripts, a form in its place.
#[component]
pub(super) fn DestroyButton(
    secret: TrashedSecret,
    protected: bool,
    destroy: FormAction,
    doomed: RwSignal<Option<TrashedSecret>>,
) -> impl IntoView {
    let viewer = use_viewer();
    let SecretSummary { id, name, .. } = secret.summary.clone();
    if !viewer.may(Action::DestroySecret, protected) {
        let reason = AppError::Denied(Action::DestroySecret).to_string();
        return view! { <Button kind=ButtonKind::Ghost blocked=reason>{label(&secret)}</Button> }
            .into_any();
    }
    let field = field_id(&format!("destroy-{id}"));
    let busy = move || {
        destroy.pending().get() && destroy.sent("id").is_some_and(|sent| sent == id.to_string())
    };
    let words = label(&secret);
    view! {
        <span class="needs-scripts">
            <Button
                kind=ButtonKind::Ghost
                busy=Signal::derive(busy)
                on:click=move |_| doomed.set(Some(secret.clone()))
            >
                {words}
            </Button>
        </span>
        <details class="without-scripts">
            <summary class="button ghost">"Destroy"</summary>
            <ActionForm action=destroy class="form">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="id" value=id.to_string() />
                <Field id=field.clone() label=format!("Type {name} to confirm")>
                    <input
                        class="input mono"
                        aria-describedby=format!("{field}-error")
                        id=field
                        name="name"
                        autocomplete="off"
                        required=true
                    />
                </Field>
                <Button kind=ButtonKind::Danger submit=true>"Destroy secret"</Button>
            </ActionForm>
        </details>
    }
    .into_any()
}

fn label(secret: &TrashedSecret) -> impl IntoView + use<> {
    let name = secret.summary.name.to_string();
    view! { "Destroy" <span class="visually-hidden">{name}</span> }
}

/// Asks once more, and for the name.
#[component]
pub(super) fn DestroyDialog(
    doomed: RwSignal<Option<TrashedSecret>>,
    destroy: FormAction,
) -> impl IntoView {
    move || {
        let SecretSummary { id, name, version, keys, .. } = doomed.get()?.summary;
        // Made anew for each secret, and open from the start.
        let open = RwSignal::new(true);
        let workspace = use_viewer().workspace;
        let typed = name.to_string();
        let confirmed = typed.clone();
        let on_confirm = move || {
            let (workspace, id) = (workspace.to_string(), id.to_string());
            destroy.send(&[("workspace", &workspace), ("id", &id), ("name", &confirmed)]);
        };
        Some(view! {
            <Confirm
                id="destroy"
                open
                title=format!("Destroy {name}?")
                verb="Destroy secret"
                typed
                on_confirm
            >
                <p>{effect(version, keys)}</p>
            </Confirm>
        })
    }
}

fn effect(version: Version, keys: u32) -> String {
    let keys = counted(keys, "key");
    let versions = if version == Version::FIRST {
        "Its only version".to_owned()
    } else {
        format!("All {version} versions")
    };
    let verb = if version == Version::FIRST { "goes" } else { "go" };
    format!("{versions}, with the values of {keys}, {verb} for good. Nothing brings them back.")
}
