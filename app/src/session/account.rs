//! `/settings/account`. The server alone draws it.

mod browser;
mod list;
mod password;
mod profile;
mod sessions;
mod values;

use self::{list::list, password::password, profile::profile, sessions::sessions, values::values};
use crate::{
    drawn::{FormAnswer, PostForm},
    ui::{Button, Card, PageHeader},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Field;

const PAGE: &str = "/settings/account";

/// One's own name, address, password and sessions.
#[component]
pub fn AccountPage() -> impl IntoView {
    view! {
        <Title text="Account" />
        <PageHeader title="Account" text="Who you are here, and where you are signed in." />
        <div class="stack loose">
            <FormAnswer
                done=DONE
                fields=&[Field::PersonName, Field::Email, Field::CurrentPassword, Field::Password]
            />
            {profile()}
            {password()}
            {values()}
            {list()}
            <section class="stack">
                <h2>"Second factor"</h2>
                <p class="muted">
                    "An app or a passkey beside your password: "
                    <a href="/settings/security">"Set up and change"</a>
                </p>
            </section>
            <section class="stack">
                <h2>"Keyboard"</h2>
                <p class="muted">
                    "Other keys than the usual ones, or no letters at all: "
                    <a href="/settings/shortcuts">"Change keys"</a>
                </p>
            </section>
            {sessions()}
            <section class="stack">
                <h2>"Command lines"</h2>
                <p class="muted">
                    "Where you signed in with keyloft login. They stand with the programs under "
                    <a href="/tokens">"Tokens"</a>", where you end them."
                </p>
            </section>
        </div>
    }
    .into_any()
}

/// A form whose choice a cookie keeps.
fn of_this_browser(title: &'static str, asks: &'static str, choice: AnyView) -> AnyView {
    view! {
        <Card title text="Counts in this browser.">
            <PostForm action=PAGE asks>
                {choice}
                <div class="actions">
                    <Button submit=true>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

const DONE: &[(&str, &str)] = &[
    ("profile", "Saved your profile."),
    ("confirmed", "Confirmed. Choose your new password within five minutes."),
    ("values", "Saved for how long values are shown."),
    ("list", "Saved how lists come."),
    ("password", "Saved your new password. Your other sessions ended."),
    ("session", "Ended the session."),
    ("sessions", "Ended all other sessions."),
];
