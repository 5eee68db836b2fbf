//! `/workspaces`: those that the person is in.

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{Badge, Button, ButtonKind, Card, PageHeader, Table, TextField, Tone},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, Field, WorkspaceInfo};

const PAGE: &str = "/workspaces";

/// Going to another workspace, making one, leaving this one.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    let viewer = use_viewer();
    let leave = format!("/members/{}", viewer.user);
    let listed = viewer.clone();
    let content = drawn(
        |store, caller| async move { store.list_workspaces(&caller).await },
        move |workspaces| view! { <List viewer=listed workspaces /> }.into_any(),
    );
    view! {
        <Title text="Workspaces" />
        <PageHeader title="Workspaces" text="Each has members, environments and secrets of its own." />
        <div class="stack loose">
            <FormAnswer done=&[("switched", "You are in this workspace now.")] fields=&[Field::WorkspaceName] />
            {content}
            <NewForm viewer />
            <p><a href=leave>"Leave this workspace"</a></p>
        </div>
    }
    .into_any()
}

#[component]
fn List(viewer: Viewer, workspaces: Vec<WorkspaceInfo>) -> impl IntoView {
    let rows = workspaces
        .into_iter()
        .map(|workspace| {
            let go = if workspace.id == viewer.workspace {
                view! { <Badge tone=Tone::Info>"You are here"</Badge> }.into_any()
            } else {
                view! {
                    <PostForm action=PAGE asks="switch" class="row">
                        <input type="hidden" name="to" value=workspace.id.to_string() />
                        <Button submit=true>"Go there"</Button>
                    </PostForm>
                }
                .into_any()
            };
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{workspace.name.to_string()}</th>
                    <td data-unit="your role">{workspace.role.to_string()}</td>
                    <td data-unit="members">{workspace.members}</td>
                    <td>{go}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label="Your workspaces" columns=["Name", "Your role", "Members"] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

#[component]
fn NewForm(viewer: Viewer) -> impl IntoView {
    let posted = PostedForm::take();
    let name = posted.value("name").unwrap_or_default().to_owned();
    let blocked = (!viewer.may(Action::CreateWorkspaces, false))
        .then(|| AppError::Denied(Action::CreateWorkspaces).to_string());
    view! {
        <Card title="New workspace" text="You own it, and it begins with the environments dev, staging and a protected prod.">
            <PostForm action=PAGE asks="create">
                <TextField name="name" label="Name" value=name error=posted.error_of(Field::WorkspaceName)
                    autocomplete="off" required=true />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Create workspace"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
