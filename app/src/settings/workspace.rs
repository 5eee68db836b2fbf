//! `/settings/workspace`.

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{Badge, Button, ButtonKind, Card, PageHeader, SelectField, Table, TextField, Tone},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, Field, Permission, Retention, Role};
use store::FactorRule;

const PAGE: &str = "/settings/workspace";

/// The workspace's name and id, and what this person may do in it.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let viewer = use_viewer();
    let blocked = (!viewer.may(Action::RequireSecondFactors, false))
        .then(|| AppError::Denied(Action::RequireSecondFactors).to_string());
    let rule = drawn(
        |store, caller| async move {
            Ok((store.factor_rule(&caller).await?, store.retention(&caller).await?))
        },
        move |(rule, kept)| {
            view! {
                <RetentionForm kept />
                <FactorForm rule nostrip:blocked=blocked />
            }
            .into_any()
        },
    );
    view! {
        <Title text="Settings" />
        <PageHeader title="Settings" text="The workspace that everyone of your team shares." />
        <div class="stack loose">
            <NameForm />
            <p>
                <a href="/settings/notifications">"Notifications"</a>
                ": how often you are reminded by e-mail. "
                <a href="/settings/webhooks">"Webhooks"</a>
                ": programs that are told what happens."
            </p>
            {rule}
            <IdCard id=viewer.workspace.to_string() />
            <RoleCard role=viewer.role />
        </div>
    }
    .into_any()
}

#[component]
fn RetentionForm(kept: Option<Retention>) -> impl IntoView {
    let viewer = use_viewer();
    let posted = PostedForm::take();
    let blocked = (!viewer.may(Action::DestroySecret, false))
        .then(|| AppError::Denied(Action::DestroySecret).to_string());
    let saved = |of: fn(Retention) -> u32| kept.map(|kept| of(kept).to_string());
    let typed = |name, saved: Option<String>| {
        posted.value(name).map(str::to_owned).or(saved).unwrap_or_default()
    };
    let versions = typed("versions", saved(|kept| kept.versions.get()));
    let days = typed("days", saved(|kept| kept.days));
    view! {
        <Card title="Values of old versions" text="Beyond both numbers they are destroyed, within the hour; the history still says who changed what. Leave both empty to keep them for ever.">
            <PostForm action=PAGE asks="retention">
                <TextField name="versions" label="Newest versions that stay" input="number" value=versions optional=true />
                <TextField name="days" label="Days that the others stay" input="number" value=days optional=true />
                <div class="actions">
                    <Button submit=true nostrip:blocked=blocked>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn NameForm() -> impl IntoView {
    let viewer = use_viewer();
    let posted = PostedForm::take();
    let name = posted.value("name").unwrap_or(viewer.workspace_name.as_str()).to_owned();
    let blocked = (!viewer.may(Action::RenameWorkspace, false))
        .then(|| AppError::Denied(Action::RenameWorkspace).to_string());
    view! {
        <FormAnswer done=&[("renamed", "Saved the workspace's name."), ("kept", "Saved how long old values are kept."), ("required", "Saved who needs a second factor.")] fields=&[Field::WorkspaceName] />
        <Card title="Workspace">
            <PostForm action=PAGE asks="rename">
                <TextField
                    name="name"
                    label="Name"
                    value=name
                    hint="Your team's name, as every page shows it."
                    error=posted.error_of(Field::WorkspaceName)
                    autocomplete="off"
                    required=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>
                        "Rename workspace"
                    </Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// From which role on a second factor is needed.
#[component]
fn FactorForm(rule: FactorRule, #[prop(optional)] blocked: Option<String>) -> impl IntoView {
    let none = ("none".to_owned(), "Nobody".to_owned());
    let roles = [
        (Role::Owner, "Owners"),
        (Role::Admin, "Owners and admins"),
        (Role::Developer, "Owners, admins and developers"),
        (Role::Viewer, "Everybody but auditors"),
        (Role::Auditor, "Everybody"),
    ];
    let roles = roles.map(|(role, who)| (role.as_str().to_owned(), who.to_owned()));
    let options: Vec<_> = [none].into_iter().chain(roles).collect();
    let lacking = (rule.lacking > 0).then(|| {
        let text = format!(
            "{} of these members {} no second factor yet, and can only set one up.",
            rule.lacking,
            if rule.lacking == 1 { "has" } else { "have" }
        );
        view! { <p class="muted">{text}</p> }
    });
    view! {
        <Card
            title="Second factor"
            text="Who needs an app or a passkey beside the password. Whoever lacks one can only set it up; programs go on."
        >
            <PostForm action=PAGE asks="require-factor">
                <SelectField name="from" label="Needed by" options
                    value=rule.from.map_or("none", Role::as_str).to_owned() />
                {lacking}
                <div class="actions">
                    <Button submit=true nostrip:blocked=blocked>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn IdCard(id: String) -> impl IntoView {
    view! {
        <Card title="Workspace id" text="Names the workspace to programs and in logs. It is no secret, and never changes.">
            <code>{id}</code>
        </Card>
    }
    .into_any()
}

#[component]
fn RoleCard(role: Role) -> impl IntoView {
    let rows = Action::ALL
        .map(|action| {
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{capitalized(action.verb())}</th>
                    <td data-unit="unprotected">
                        {answer(role.permission(action, false))}
                    </td>
                    <td data-unit="protected">
                        {answer(role.permission(action, true))}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack">
            <div class="section-head">
                <h2>"Your role: " {capitalized(role.as_str())}</h2>
            </div>
            <p class="muted">{summary(role)}</p>
            <Table label="What your role may do" columns=["You may", "Unprotected environments", "Protected environments"]>
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

fn answer(permission: Permission) -> impl IntoView {
    match permission {
        Permission::Granted => view! { <Badge tone=Tone::Ok icon="check">"Yes"</Badge> },
        Permission::GrantedWithSudo => {
            view! { <Badge tone=Tone::Warn icon="lock">"With your password again"</Badge> }
        }
        Permission::Refused => view! { <Badge icon="x">"No"</Badge> },
    }
}

const fn summary(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owners run the workspace. There is always at least one.",
        Role::Admin => "Admins manage secrets, environments and people.",
        Role::Developer => {
            "Developers work with the secrets of environments that are not protected."
        }
        Role::Viewer => "Viewers see which secrets there are, and their plain values.",
        Role::Auditor => "Auditors see names and the audit log, never a value.",
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
