//! The password again, for what asks for it.

use super::api::ConfirmPassword;
use crate::{
    form_action::{ActionForm, FormAction},
    lazy::{Later, Loaded},
    ui::{Button, ButtonKind, Dialog, DialogFoot, PasswordField, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_split_helpers::wasm_split;

/// Asks for the password in a dialog, and goes on with what needed it.
#[derive(Clone, Copy)]
pub struct SudoPrompt {
    open: RwSignal<bool>,
    then: StoredValue<Option<Callback<()>>>,
}

impl SudoPrompt {
    /// Asks; runs `then` once the password was right.
    pub fn ask(self, then: impl Into<Callback<()>>) {
        self.then.set_value(Some(then.into()));
        self.open.set(true);
    }
}

/// Makes [`use_sudo`] work below; the frame calls it once, and shows [`Sudo`] once.
pub fn provide_sudo() {
    provide_context(SudoPrompt { open: RwSignal::new(false), then: StoredValue::new(None) });
}

/// What asks for the password.
pub fn use_sudo() -> SudoPrompt {
    expect_context()
}

/// The dialog that [`SudoPrompt::ask`] opens.
#[component]
pub fn Sudo() -> impl IntoView {
    let SudoPrompt { open, .. } = use_sudo();
    view! { <Later wanted=open.into() load=dialog about=() give_up=move || open.set(false) /> }
        .into_any()
}

#[wasm_split(later, fallible)]
fn dialog() -> Loaded<()> {
    Ok(|()| view! { <SudoDialog /> }.into_any())
}

#[component]
fn SudoDialog() -> impl IntoView {
    let SudoPrompt { open, then } = use_sudo();
    let viewer = use_viewer();
    let confirm = FormAction::of::<ConfirmPassword>();
    let typed = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let path = use_location().pathname;
    Effect::new(move |_| {
        if let Some(Ok(())) = confirm.answer().get() {
            open.set(false);
            confirm.clear();
            if let Some(then) = then.try_update_value(Option::take).flatten() {
                then.run(());
            }
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            typed.set(String::new());
            code.set(String::new());
        }
    });
    let error = Signal::derive(move || match confirm.answer().get() {
        Some(Err(error)) if open.get() => Some(error.to_string()),
        _ => None,
    });
    view! {
        <Dialog id="sudo" open title="Confirm with your password">
            <ActionForm action=confirm>
                <div class="dialog-body">
                    <p class="muted">"This needs your password again. It then counts for five minutes."</p>
                    <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                    <input class="visually-hidden" type="text" name="username" value=viewer.email.to_string()
                        autocomplete="username" tabindex="-1" aria-hidden="true" readonly=true />
                    <PasswordField name="password" label="Password" bind=typed error required=true autofocus=true />
                    {viewer.has_factor.then(|| view! {
                        <TextField name="code" label="Code" bind=code autocomplete="one-time-code" />
                        <a href=move || format!("/sudo?next={}", path.get()) rel="external">"Use a passkey"</a>
                    })}
                </div>
                <DialogFoot dialog="sudo" open>
                    <Button kind=ButtonKind::Primary submit=true busy=confirm.pending()>"Confirm"</Button>
                </DialogFoot>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
