//! Signing in: a plain form.

use super::passkey::{Passkey, passkeys_work};
use crate::{
    form::FailedForm,
    ui::{Button, ButtonKind, CentredPage, Notice, NoticeKind, PasswordField, TextField},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/sign-in`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let failed = FailedForm::take();
    let query = use_query_map();
    let param = move |name| query.with_untracked(|query| query.get(name).unwrap_or_default());
    let next = if failed.next.is_empty() { param("next") } else { failed.next.clone() };
    let insecure = use_context::<InsecureOrigin>().is_some();
    view! {
        <Title text="Sign in" />
        <CentredPage title="Sign in">
            {insecure.then(|| view! {
                <Notice kind=NoticeKind::Warn title="Not encrypted">
                    "This server is reached over plain http. Use it on this machine only."
                </Notice>
            })}
            {match (failed.error(), param("reason").as_str()) {
                (Some(error), _) => view! { <Notice kind=NoticeKind::Bad title=error alert=true /> }.into_any(),
                (None, "signed-out") => view! { <Notice kind=NoticeKind::Ok title="You are signed out." /> }.into_any(),
                (None, "passkey") => view! { <Notice kind=NoticeKind::Bad title="The passkey was not taken. Try again, or use your password." alert=true /> }.into_any(),
                (None, "expired") => view! { <Notice kind=NoticeKind::Info title="Your session ended. Sign in to go on." /> }.into_any(),
                _ => ().into_any(),
            }}
            <form class="form" method="post" action="/sign-in">
                <input type="hidden" name="next" value=next.clone() />
                <TextField
                    name="email"
                    label="E-mail"
                    input="email"
                    value=failed.email.clone()
                    autocomplete="username"
                    required=true
                    autofocus=failed.email.is_empty()
                />
                <PasswordField
                    name="password"
                    label="Password"
                    required=true
                    autofocus=!failed.email.is_empty()
                />
                <Button kind=ButtonKind::Primary submit=true>"Sign in"</Button>
            </form>
            {passkey_form(next)}
            <p class="muted">
                "Lost your password? Whoever runs this server can reset it: "
                <code>"keyloft-server user reset"</code>
            </p>
        </CentredPage>
    }
    .into_any()
}

/// Signing in by a passkey alone.
fn passkey_form(next: String) -> impl IntoView {
    passkeys_work().then(|| {
        view! {
            <form class="form" method="post" action="/sign-in/passkey">
                <input type="hidden" name="next" value=next />
                <Passkey asks="sign-in" label="Use a passkey" />
            </form>
        }
    })
}

/// In the context of pages that came over plain http.
#[derive(Clone, Copy, Debug)]
pub struct InsecureOrigin;
