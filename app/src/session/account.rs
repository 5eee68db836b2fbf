//! `/settings/account`.

mod browser;
mod password;
mod profile;
mod sessions;

use self::{password::PasswordForm, profile::ProfileForm, sessions::SessionsCard};
use crate::ui::{Notice, NoticeKind, PageHeader};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

const PAGE: &str = "/settings/account";

/// One's own name, address, password and sessions.
#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_query_map();
    let saved = move || {
        let saved = params.with(|params| params.get("saved"))?;
        let title = match saved.as_str() {
            "profile" => "Saved your profile.",
            "password" => "Saved your new password. Your other sessions ended.",
            "session" => "Ended the session.",
            "sessions" => "Ended all other sessions.",
            _ => return None,
        };
        Some(view! { <Notice kind=NoticeKind::Ok title /> })
    };
    view! {
        <Title text="Account" />
        <PageHeader title="Account" text="Who you are here, and where you are signed in." />
        <div class="stack loose">
            {saved}
            <ProfileForm />
            <PasswordForm />
            <section class="stack">
                <h2>"Second factor"</h2>
                <p class="muted">
                    "An app or a passkey beside your password: "
                    <a href="/settings/security" rel="external">"Set up and change"</a>
                </p>
            </section>
            <SessionsCard />
            <section class="stack">
                <h2>"Command lines"</h2>
                <p class="muted">
                    "Where you signed in with keyloft login. They stand with the programs under "
                    <a href="/tokens" rel="external">"Tokens"</a>", where you end them."
                </p>
            </section>
        </div>
    }
    .into_any()
}
