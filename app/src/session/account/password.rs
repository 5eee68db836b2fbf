//! Another password.

use super::PAGE;
use crate::{
    context::{signed_in, store},
    drawn::{PostForm, PostedForm},
    ui::{Button, Card, PasswordField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Field, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};

/// Changes the password, and ends all other sessions.
pub(super) fn password() -> AnyView {
    // Whoever has a second factor shows it first: the question for it keeps no password that was typed before.
    let shows_first =
        signed_in().is_some_and(|caller| caller.has_factor && !caller.has_sudo(store().now()));
    let fields = (!shows_first).then(fields);
    view! {
        <Card title="Password" text="A new one ends your sessions in other browsers.">
            <PostForm action=PAGE asks="password">
                {fields}
                <div class="actions">
                    <Button submit=true>"Change password"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn fields() -> AnyView {
    let posted = PostedForm::take_of("password");
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    view! {
        // Tells password managers whose password this is.
        <input
            class="visually-hidden"
            type="text"
            name="username"
            value=use_viewer().email.to_string()
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly=true
        />
        <PasswordField
            name="current_password"
            label="Current password"
            error=posted.error_of(Field::CurrentPassword)
            required=true
        />
        <PasswordField
            name="new_password"
            label="New password"
            autocomplete="new-password"
            hint=format!(
                "At least {PASSWORD_MIN_CHARS} characters. Four or five unrelated words are easy to remember and hard to guess.",
            )
            error=posted.error_of(Field::Password)
            minlength=count(PASSWORD_MIN_CHARS)
            maxlength=count(PASSWORD_MAX_CHARS)
            required=true
        />
    }
    .into_any()
}
