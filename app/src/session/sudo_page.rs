//! The password again, as a page: for forms without scripts, and for passkeys.

use super::passkey::SecondFields;
use crate::{
    context::signed_in,
    form::FailedForm,
    ui::{Button, ButtonKind, CentredPage, Notice, NoticeKind, PasswordField},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::Field;

/// `/sudo`.
#[component]
pub fn SudoPage() -> impl IntoView {
    let failed = FailedForm::take();
    let query = use_query_map();
    let next = if failed.next.is_empty() {
        query.with_untracked(|query| query.get("next").unwrap_or_default())
    } else {
        failed.next.clone()
    };
    view! {
        <Title text="Confirm with your password" />
        <CentredPage
            title="Confirm with your password"
            text="What you were about to do needs your password again. It then counts for five minutes."
        >
            {failed.error().map(|error| view! { <Notice kind=NoticeKind::Bad title=error alert=true /> })}
            <form class="form" method="post" action="/sudo">
                <input type="hidden" name="next" value=next />
                <PasswordField
                    name="password"
                    label="Password"
                    error=failed.error_of(Field::CurrentPassword)
                    required=true
                    autofocus=true
                />
                {second_fields(failed.error_of(Field::SecondFactor))}
                <Button kind=ButtonKind::Primary submit=true>"Confirm"</Button>
            </form>
            <p class="muted"><a href="/secrets" rel="external">"Back to the secrets"</a></p>
        </CentredPage>
    }
    .into_any()
}

/// What whoever has a second factor confirms with.
fn second_fields(error: Signal<Option<String>>) -> impl IntoView {
    let has_factor = signed_in().is_some_and(|caller| caller.has_factor);
    has_factor.then(|| view! { <SecondFields code="code" passkey="passkey" error /> })
}
