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
            <SessionsCard />
        </div>
    }
    .into_any()
}
