use leptos::prelude::*;

use super::{
    super::{
        Button, ButtonKind, ButtonLink, Card, Checkbox, CopyButton, FieldGroup, IconButton, Kbd,
        PasswordField, SelectField, TextArea, TextField, Theme, ThemeSwitch,
    },
    Group,
};

/// Buttons and form fields.
pub(super) fn controls() -> impl IntoView {
    view! {
        {buttons()}
        {fields()}
    }
}

fn buttons() -> impl IntoView {
    let kinds = [
        ("Save secret", ButtonKind::Primary),
        ("Import .env", ButtonKind::Default),
        ("Discard", ButtonKind::Ghost),
        ("Delete secret", ButtonKind::Danger),
    ];
    let row = move |busy: bool, disabled: bool| {
        let buttons = kinds
            .map(|(label, kind)| view! { <Button kind busy disabled>{label}</Button> })
            .into_iter()
            .collect_view();
        view! { <div class="row">{buttons}</div> }
    };
    view! {
        <Group title="Buttons">
            {row(false, false)} {row(true, false)} {row(false, true)} <div class="row">
                <Button kind=ButtonKind::Primary icon="plus">
                    "New secret"
                    <Kbd key="N" />
                </Button>
                <ButtonLink href="#" icon="upload">
                    "Import .env"
                </ButtonLink>
                <Button icon="rotate-cw" blocked="Your role does not rotate secrets.">
                    "Rotate now"
                </Button>
                <IconButton icon="pencil" label="Edit PGHOST" />
                <IconButton icon="trash-2" label="Delete PGHOST" disabled=true />
                <IconButton icon="eye" label="Show PGPASSWORD" busy=true />
                <CopyButton text=|| String::from("db-2.internal") what="PGHOST" />
                <ThemeSwitch current=Theme::System />
            </div>
        </Group>
    }
    .into_any()
}

fn fields() -> impl IntoView {
    let wrong = |text: &str| Signal::stored(Some(String::from(text)));
    let roles = ["owner", "admin", "developer", "viewer", "auditor"]
        .map(|role| (String::from(role), String::from(role)));
    view! {
        <Group title="Fields">
            <Card>
                <form class="form wide">
                    <div class="form-row">
                        <TextField
                            name="name"
                            label="Name"
                            value="prod-postgres"
                            hint="Letters, digits, dot, dash and underscore."
                            mono=true
                        />
                        <TextField
                            name="taken"
                            label="Name"
                            value="huggingface"
                            error=wrong("There is a secret of this name in production.")
                            mono=true
                        />
                        <TextField name="note" label="Note" placeholder="Shown in the history" optional=true />
                        <TextField name="owner" label="Owner" value="Mara K." disabled=true />
                        <PasswordField name="password" label="Password" placeholder="••••••••••••" />
                        <PasswordField
                            name="weak"
                            label="New password"
                            autocomplete="new-password"
                            error=wrong("Too easy to guess: a word and a year.")
                        />
                        <SelectField
                            name="role"
                            label="Role"
                            options=roles.to_vec()
                            value="developer"
                        />
                        <SelectField
                            name="fixed"
                            label="Role"
                            options=roles.to_vec()
                            disabled=true
                            hint="The last owner stays one."
                        />
                    </div>
                    <TextArea
                        name="dotenv"
                        label="Paste a .env file"
                        value="PGHOST=db-2.internal\nPGPORT=5432\n2FAST=yes"
                        error=wrong("Line 3: keys do not start with a digit. Use _2FAST?")
                        mono=true
                    />
                    <FieldGroup id="showcase-environments" legend="Environments" error=wrong("It takes at least one environment.")>
                        <Checkbox name="env" value="production" label="production" checked=true />
                        <Checkbox
                            name="env"
                            value="staging"
                            label="staging"
                            hint="Protected: readers confirm their password."
                        />
                        <Checkbox name="env" value="dev" label="dev" disabled=true />
                    </FieldGroup>
                </form>
            </Card>
        </Group>
    }
    .into_any()
}
