//! `/settings/workspace`.

use crate::{
    answer::{Refusal, error_of, on_success, problem_of},
    environments::api::RenameWorkspace,
    error::AppError,
    ui::{
        Badge, Button, ButtonKind, Card, CopyButton, Notice, NoticeKind, PageHeader, TextField,
        Tone,
    },
    viewer::{CurrentViewer, use_viewer},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, Permission, Role};

const PAGE: &str = "/settings/workspace";

/// The workspace's name and id, and what this person may do in it.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <Title text="Settings" />
        <PageHeader title="Settings" text="The workspace that everyone of your team shares." />
        <div class="stack loose">
            <NameForm />
            <IdCard id=viewer.workspace.to_string() />
            <RoleCard role=viewer.role />
        </div>
    }
    .into_any()
}

#[component]
fn NameForm() -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let params = use_query_map();
    let rename = ServerAction::<RenameWorkspace>::new();
    let error = error_of(rename);
    on_success(rename, move || resource.refetch());
    let saved = move || {
        let told =
            params.with(|params| params.get("saved").is_some()) && error.with(Option::is_none);
        told.then(|| view! { <Notice kind=NoticeKind::Ok title="Saved the workspace's name." /> })
    };
    let blocked = (!viewer.may(Action::RenameWorkspace, false))
        .then(|| AppError::Denied(Action::RenameWorkspace).to_string());
    view! {
        {saved}
        <Card title="Workspace">
            <Refusal error fields=&[Field::WorkspaceName] page=PAGE />
            <ActionForm action=rename attr:class="form">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <TextField
                    name="name"
                    label="Name"
                    value=viewer.workspace_name.to_string()
                    hint="Your team's name, as every page shows it."
                    error=problem_of(error, Field::WorkspaceName)
                    autocomplete="off"
                    required=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=rename.pending() nostrip:blocked=blocked>
                        "Rename workspace"
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

#[component]
fn IdCard(id: String) -> impl IntoView {
    let text = id.clone();
    view! {
        <Card title="Workspace id" text="Names the workspace to programs and in logs. It is no secret, and never changes.">
            <div class="row">
                <code>{id}</code>
                <CopyButton text=move || text.clone() what="the workspace id" />
            </div>
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
            <div class="table-wrap">
                <table class="table">
                    <caption class="visually-hidden">"What your role may do"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"You may"</th>
                            <th scope="col">"Unprotected environments"</th>
                            <th scope="col">"Protected environments"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
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
