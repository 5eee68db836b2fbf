//! `/audit/retention`.

use super::words::tabs;
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{Button, ButtonKind, Card, PageHeader, Tabs, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, AuditClass, Field, api::AuditRetention};

const PAGE: &str = "/audit/retention";

/// For how many days events are kept, by their class.
#[component]
pub fn AuditRetentionPage() -> impl IntoView {
    let viewer = use_viewer();
    let blocked = (!viewer.may(Action::SetRetention, false))
        .then(|| AppError::Denied(Action::SetRetention).to_string());
    let posted = PostedForm::take();
    let form = drawn(
        |store, caller| async move { store.audit_retention(&caller).await },
        move |kept| form(&kept, &posted, blocked),
    );
    view! {
        <Title text="Retention of the audit log" />
        <PageHeader title="Retention" text="For how many days the audit log keeps what happened." />
        <div class="stack loose">
            <Tabs label="Audit" items=tabs() current=PAGE.to_owned() />
            <FormAnswer done=&[("kept", "Saved. What is old enough goes within the hour.")] fields=&[Field::Days] />
            {form}
        </div>
    }
    .into_any()
}

fn form(kept: &AuditRetention, posted: &PostedForm, blocked: Option<String>) -> AnyView {
    let fields = AuditClass::ALL
        .map(|class| {
            let days = kept.days(class).map(|days| days.to_string()).unwrap_or_default();
            let value = posted.value(class.as_str()).map_or(days, str::to_owned);
            view! { <TextField name=class.as_str() label=label(class) input="number" value=value placeholder="For ever" autocomplete="off" optional=true /> }
        })
        .collect_view();
    let error = posted.error_of(Field::Days).get_untracked();
    view! {
        <Card title="Days" text="Empty keeps events for ever; 3650 days is the most. What was kept long enough loses everything but what proves the chain, and does not come back.">
            <PostForm action=PAGE asks="retention">
                {error.map(|error| view! { <p class="field-error" role="alert">{error}</p> })}
                {fields}
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

const fn label(class: AuditClass) -> &'static str {
    match class {
        AuditClass::Access => "Access: people, roles, tokens",
        AuditClass::Changes => "Changes: secrets, environments, the workspace",
        AuditClass::Reads => "Reads of values",
        AuditClass::Refusals => "Refusals",
        AuditClass::SignIns => "Sign-ins",
    }
}
