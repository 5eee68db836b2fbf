//! `/invitation/:token`: in front of sign-in, or for whoever is signed in already.

use crate::{
    context::{signed_in, store},
    drawn::{FormAnswer, PostedForm},
    ui::{Button, ButtonKind, CentredPage, Notice, NoticeKind, PasswordField, TextField},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{BearerToken, Field, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use store::{InvitationRefusal, Invited, StoreError};

/// What the link says, and the form that accepts it.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let address = signed_in().map(|caller| caller.email.to_string());
    let store = store();
    let found = Suspend::new(async move {
        let invited = match BearerToken::parse(&token) {
            Ok(token) => store.invitation(&token).await,
            Err(_) => Err(InvitationRefusal::Unknown.into()),
        };
        match invited {
            Ok(invited) => view! { <Accept token invited address /> }.into_any(),
            Err(error) => view! { <Refused error /> }.into_any(),
        }
    });
    view! {
        <Title text="Invitation" />
        {found}
    }
    .into_any()
}

#[component]
fn Refused(error: StoreError) -> impl IntoView {
    let text = match error {
        StoreError::InvitationRefused(refusal) => {
            if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
                response.set_status(http::StatusCode::NOT_FOUND);
            }
            super::capitalized(&refusal.to_string())
        }
        error => crate::context::told(error).to_string(),
    };
    view! {
        <CentredPage title="Invitation" text="It cannot be accepted.">
            <Notice kind=NoticeKind::Bad title=format!("{text}.") alert=true />
            <a href="/secrets">"Go to the dashboard"</a>
        </CentredPage>
    }
    .into_any()
}

#[component]
fn Accept(token: String, invited: Invited, address: Option<String>) -> impl IntoView {
    let text = format!(
        "{} invites {} to the workspace {}, as {}.",
        invited.invited_by, invited.email, invited.workspace_name, invited.role
    );
    let action = format!("/invitation/{token}");
    let form = match address {
        Some(address) => view! {
            <form class="form" method="post" action=action>
                <input type="hidden" name="asks" value="join" />
                <p>"You are signed in with " {address} "."</p>
                <Button kind=ButtonKind::Primary submit=true>"Join"</Button>
            </form>
        }
        .into_any(),
        None if invited.has_account => view! { <WithPassword action invited /> }.into_any(),
        None => view! { <AsNew action invited /> }.into_any(),
    };
    view! {
        <CentredPage title="You are invited" text>
            <FormAnswer done=&[] fields=&[Field::PersonName, Field::Password] />
            {form}
        </CentredPage>
    }
    .into_any()
}

#[component]
fn WithPassword(action: String, invited: Invited) -> impl IntoView {
    view! {
        <form class="form" method="post" action=action>
            <input type="hidden" name="asks" value="account" />
            <input class="visually-hidden" type="text" autocomplete="username" value=invited.email.to_string()
                tabindex="-1" aria-hidden="true" readonly=true />
            <PasswordField name="password" label="Password" hint="This address has an account here: give its password." required=true />
            <Button kind=ButtonKind::Primary submit=true>"Join"</Button>
        </form>
    }
    .into_any()
}

#[component]
fn AsNew(action: String, invited: Invited) -> impl IntoView {
    let posted = PostedForm::take();
    let name = posted.value("name").unwrap_or_default().to_owned();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    view! {
        <form class="form" method="post" action=action>
            <input type="hidden" name="asks" value="new" />
            <input class="visually-hidden" type="text" autocomplete="username" value=invited.email.to_string()
                tabindex="-1" aria-hidden="true" readonly=true />
            <TextField name="name" label="Your name" value=name autocomplete="name"
                error=posted.error_of(Field::PersonName) required=true />
            <PasswordField
                name="password"
                label="Password"
                autocomplete="new-password"
                hint="At least 15 characters. Four or five unrelated words are easy to remember and hard to guess."
                error=posted.error_of(Field::Password)
                minlength=count(PASSWORD_MIN_CHARS)
                maxlength=count(PASSWORD_MAX_CHARS)
                required=true
            />
            <Button kind=ButtonKind::Primary submit=true>"Join"</Button>
        </form>
    }
    .into_any()
}
