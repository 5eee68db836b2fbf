//! The password again, for what asks for it.

use super::api::ConfirmPassword;
use crate::{
    form::FailedForm,
    ui::{
        Button, ButtonKind, CentredPage, Dialog, DialogFoot, Notice, NoticeKind, PasswordField,
        TextField,
    },
    viewer::use_viewer,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_query_map};
use model::Field;

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

/// Makes [`use_sudo`] work below; the frame calls it once, and shows [`SudoDialog`] once.
pub fn provide_sudo() {
    provide_context(SudoPrompt { open: RwSignal::new(false), then: StoredValue::new(None) });
}

/// What asks for the password.
pub fn use_sudo() -> SudoPrompt {
    expect_context()
}

/// The dialog that [`SudoPrompt::ask`] opens.
#[component]
pub fn SudoDialog() -> impl IntoView {
    let SudoPrompt { open, then } = use_sudo();
    let viewer = use_viewer();
    let confirm = ServerAction::<ConfirmPassword>::new();
    let typed = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let path = use_location().pathname;
    Effect::new(move |_| {
        if let Some(Ok(())) = confirm.value().get() {
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
    let error = Signal::derive(move || match confirm.value().get() {
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
                    <PasswordField name="password" label="Password" bind=typed error required=true />
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

/// `/sudo`: the same as a page, for forms without scripts.
#[component]
pub fn SudoPage() -> impl IntoView {
    let failed = FailedForm::take();
    let query = use_query_map();
    let next = if failed.next.is_empty() {
        query.with_untracked(|query| query.get("next").unwrap_or_default())
    } else {
        failed.next.clone()
    };
    view! {
        <Title text="Confirm with your password" />
        <CentredPage
            title="Confirm with your password"
            text="What you were about to do needs your password again. It then counts for five minutes."
        >
            {failed.error().map(|error| view! { <Notice kind=NoticeKind::Bad title=error alert=true /> })}
            <form class="form" method="post" action="/sudo">
                <input type="hidden" name="next" value=next />
                <PasswordField
                    name="password"
                    label="Password"
                    error=failed.error_of(Field::CurrentPassword)
                    required=true
                    autofocus=true
                />
                {second_fields(failed.error_of(Field::SecondFactor))}
                <Button kind=ButtonKind::Primary submit=true>"Confirm"</Button>
            </form>
            <p class="muted"><a href="/secrets" rel="external">"Back to the secrets"</a></p>
        </CentredPage>
    }
    .into_any()
}

/// What whoever has a second factor confirms with. No script takes this page over, so that only the server draws it.
#[cfg(feature = "ssr")]
fn second_fields(error: Signal<Option<String>>) -> impl IntoView {
    let has_factor = crate::context::signed_in().is_some_and(|caller| caller.has_factor);
    has_factor
        .then(|| view! { <super::passkey::SecondFields code="code" passkey="passkey" error /> })
}

#[cfg(not(feature = "ssr"))]
fn second_fields(_error: Signal<Option<String>>) {}
