//! Another password.

use super::{super::api::ChangePassword, PAGE};
use crate::{
    answer::{Refusal, error_of, on_success, problem_of},
    form_action::{ActionForm, FormAction},
    ui::{Button, Card, PasswordField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Field, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};

/// Changes the password, and ends all other sessions.
#[component]
pub(super) fn PasswordForm() -> impl IntoView {
    let viewer = use_viewer();
    let change = FormAction::of::<ChangePassword>();
    let error = error_of(change);
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    on_success(change, move || {
        current.set(String::new());
        new.set(String::new());
    });
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    view! {
        <Card title="Password" text="A new one ends your sessions in other browsers.">
            <Refusal error fields=&[Field::CurrentPassword, Field::Password] page=PAGE />
            <ActionForm action=change class="form">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                // Tells password managers whose password this is.
                <input
                    class="visually-hidden"
                    type="text"
                    name="username"
                    value=viewer.email.to_string()
                    autocomplete="username"
                    tabindex="-1"
                    aria-hidden="true"
                    readonly=true
                />
                <PasswordField
                    name="current"
                    label="Current password"
                    bind=current
                    error=problem_of(error, Field::CurrentPassword)
                    required=true
                />
                <PasswordField
                    name="new_password"
                    label="New password"
                    autocomplete="new-password"
                    bind=new
                    hint=format!(
                        "At least {PASSWORD_MIN_CHARS} characters. Four or five unrelated words are easy to remember and hard to guess.",
                    )
                    error=problem_of(error, Field::Password)
                    minlength=count(PASSWORD_MIN_CHARS)
                    maxlength=count(PASSWORD_MAX_CHARS)
                    required=true
                />
                <div class="actions">
                    <Button submit=true busy=change.pending()>"Change password"</Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
