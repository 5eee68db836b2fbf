//! `/sign-in/second`: what comes after the password of whoever has a second factor.

use super::{
    InsecureOrigin,
    passkey::{Passkey, passkeys_work},
};
use crate::{
    context::{store, told},
    drawn::PostedForm,
    frame::Failure,
    ui::{Button, ButtonKind, CentredPage, Notice, NoticeKind, TextField},
};
use http::{HeaderMap, header::COOKIE, request::Parts};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::Field;
use store::SecondStep;

/// The name of the cookie that binds the second step, and what a passkey was asked, to the browser.
pub const fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-second" } else { "second-insecure" }
}

/// What that cookie holds, if the browser has it.
pub fn cookie(headers: &HeaderMap, is_https: bool) -> Option<String> {
    let mut pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, text) = pairs.find(|(name, _)| *name == cookie_name(is_https))?;
    Some(text.to_owned())
}

/// The page.
#[component]
pub fn SecondPage() -> impl IntoView {
    let is_https = use_context::<InsecureOrigin>().is_none();
    let held = use_context::<Parts>().and_then(|parts| cookie(&parts.headers, is_https));
    let store = store();
    let content = Suspend::new(async move {
        let step = match held {
            Some(held) => store.second_step(&held).await,
            None => Ok(None),
        };
        match step {
            Ok(Some(step)) => view! { <Step step /> }.into_any(),
            Ok(None) => view! { <Over /> }.into_any(),
            Err(error) => view! { <Failure error=told(error) /> }.into_any(),
        }
    });
    view! {
        <Title text="Sign in" />
        <CentredPage title="Second step">{content}</CentredPage>
    }
    .into_any()
}

#[component]
fn Step(step: SecondStep) -> impl IntoView {
    let posted = PostedForm::take();
    let next = posted.value("next").map(str::to_owned);
    let next = next.unwrap_or_else(|| {
        use_query_map().with_untracked(|query| query.get("next").unwrap_or_default())
    });
    let refused = posted.refused.clone();
    let other = posted.error.as_ref().filter(|error| error.problems().is_none());
    let told = refused.or_else(|| other.map(ToString::to_string));
    let code = step.takes_code.then(|| {
        view! {
            <TextField
                name="code"
                label="Code"
                hint="Six digits from your app, or one of your recovery codes."
                autocomplete="one-time-code"
                error=posted.error_of(Field::SecondFactor)
                mono=true
                required=true
                autofocus=true
            />
            <Button kind=ButtonKind::Primary submit=true>"Sign in"</Button>
        }
    });
    let passkey = (step.takes_passkey && passkeys_work())
        .then(|| view! { <Passkey asks="sign-in" label="Use a passkey" /> });
    view! {
        {told.map(|title| view! { <Notice kind=NoticeKind::Bad title alert=true /> })}
        <form class="form" method="post" action="/sign-in/second">
            <input type="hidden" name="next" value=next />
            {code}
            {passkey}
        </form>
        <p class="muted">
            "Lost your device and your recovery codes? Whoever runs this server can remove your second factors: "
            <code>"keyloft-server user remove-factors"</code>
        </p>
    }
    .into_any()
}

/// Nobody gave a password here in the last minutes.
#[component]
fn Over() -> impl IntoView {
    view! {
        <p>"That took longer than five minutes, or began in another browser."</p>
        <p><a class="button primary" href="/sign-in">"Sign in again"</a></p>
    }
    .into_any()
}
