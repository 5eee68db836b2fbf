//! The first run: one page, open only to whoever has the code that the server printed.

use crate::{
    form::FailedForm,
    ui::{Button, ButtonKind, CentredPage, Notice, NoticeKind, PasswordField, TextField},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Field, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};

/// `/setup`.
#[component]
pub fn SetupPage() -> impl IntoView {
    let failed = FailedForm::take();
    let begun = !failed.email.is_empty();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    view! {
        <Title text="Set up Keyloft" />
        <CentredPage
            title="Set up this server"
            text="You become the owner of its first workspace, with the environments dev, staging and a protected prod."
        >
            {failed.error().map(|error| view! { <Notice kind=NoticeKind::Bad title=error alert=true /> })}
            <form class="form" method="post" action="/setup">
                <TextField
                    name="code"
                    label="Setup code"
                    hint="The server printed it when it started: four groups of four."
                    placeholder="ABCD-EFGH-IJKL-MNOP"
                    error=failed.error_of(Field::SetupCode)
                    required=true
                    mono=true
                    autofocus=!begun
                />
                <TextField
                    name="name"
                    label="Your name"
                    value=failed.name.clone()
                    autocomplete="name"
                    error=failed.error_of(Field::PersonName)
                    required=true
                />
                <TextField
                    name="email"
                    label="E-mail"
                    input="email"
                    value=failed.email.clone()
                    autocomplete="username"
                    hint="You sign in with it. No mail is sent."
                    error=failed.error_of(Field::Email)
                    required=true
                />
                <PasswordField
                    name="password"
                    label="Password"
                    autocomplete="new-password"
                    hint="At least 15 characters. Four or five unrelated words are easy to remember and hard to guess."
                    error=failed.error_of(Field::Password)
                    minlength=count(PASSWORD_MIN_CHARS)
                    maxlength=count(PASSWORD_MAX_CHARS)
                    required=true
                />
                <TextField
                    name="workspace"
                    label="Workspace"
                    value=failed.workspace.clone()
                    placeholder="Acme platform team"
                    hint="Your team's name. It can be changed later."
                    error=failed.error_of(Field::WorkspaceName)
                    required=true
                />
                <Button kind=ButtonKind::Primary submit=true>"Set up"</Button>
            </form>
        </CentredPage>
    }
    .into_any()
}
