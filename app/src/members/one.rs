//! `/members/:id`.

use super::{capitalized, given_by, page::blocked};
use crate::{
    drawn::{FormAnswer, PostForm, drawn_whole},
    ui::{Button, ButtonKind, Card, Checkbox, PageHeader, SelectField, Table, Time},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Action, Grant, MemberInfo, ToRotate, UserId};
use store::StoreError;

/// One member: what they are and may, what they may know, and removing them.
#[component]
pub fn MemberPage() -> impl IntoView {
    let viewer = use_viewer();
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    drawn_whole(
        |store, caller| async move {
            let user: UserId = id.parse().map_err(|_| StoreError::NotFound)?;
            let member = store.member(&caller, user).await?;
            let known = match store.to_rotate(&caller, user).await {
                Err(StoreError::Denied(_)) => Vec::new(),
                known => known?,
            };
            Ok((member, known))
        },
        move |(member, known)| view! { <Member viewer member known /> }.into_any(),
    )
}

#[component]
fn Member(viewer: Viewer, member: MemberInfo, known: Vec<ToRotate>) -> impl IntoView {
    let name = member.name.to_string();
    let manages = viewer.may(Action::ManageMembers, false) && viewer.role.may_give(member.role);
    let limits = manages && Grant::See.fits(member.role);
    let is_own = member.user == viewer.user;
    view! {
        <Title text=name.clone() />
        <PageHeader title=name back=("/members", "Members") text=format!("{}, {}", member.email, capitalized(member.role.as_str())) />
        <div class="stack loose">
            <FormAnswer done=&[("role", "Changed the role. It counts from now on."), ("grants", "Saved what they may.")] />
            {manages.then(|| view! { <RoleForm viewer=viewer.clone() member=member.clone() /> })}
            {limits.then(|| view! { <GrantsForm viewer=viewer.clone() member=member.clone() /> })}
            {(manages || is_own).then(|| view! { <Removal member is_own known /> })}
        </div>
    }
    .into_any()
}

#[component]
fn RoleForm(viewer: Viewer, member: MemberInfo) -> impl IntoView {
    let page = format!("/members/{}", member.user);
    view! {
        <Card title="Role" text="A member who gets another role keeps a limit, and loses grants that do not fit it.">
            <PostForm action=page asks="role">
                <SelectField name="role" label="Role" options=given_by(viewer.role) value=member.role.to_string() />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked(&viewer)>"Change role"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn GrantsForm(viewer: Viewer, member: MemberInfo) -> impl IntoView {
    let page = format!("/members/{}", member.user);
    let rows = viewer
        .environments
        .iter()
        .map(|environment| {
            let boxes = Grant::ALL
                .into_iter()
                .filter(|grant| grant.fits(member.role))
                .filter(|grant| *grant == Grant::See || environment.protected)
                .map(|grant| {
                    let checked = member.grants.given.contains(&(environment.id, grant));
                    let label = capitalized(grant.as_str());
                    let value = format!("{}:{grant}", environment.id);
                    view! { <Checkbox name="grant" label value checked /> }
                })
                .collect_view();
            view! {
                <fieldset>
                    <legend>{environment.name.to_string()}{environment.protected.then_some(", protected")}</legend>
                    {boxes}
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <Card
            title="Environments"
            text="In a protected environment a developer reveals and writes only where it is granted here."
        >
            <PostForm action=page asks="grants">
                <Checkbox
                    name="limited"
                    label="Sees only the environments where something is granted"
                    value="yes"
                    checked=member.grants.limited
                />
                {rows}
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn Removal(member: MemberInfo, is_own: bool, known: Vec<ToRotate>) -> impl IntoView {
    let rows = known.into_iter().map(known_row).collect_view();
    let (title, text, words, action) = if is_own {
        (
            "Leave",
            "You lose this workspace at once. Only an invitation brings you back.",
            "Leave the workspace",
            "/workspaces",
        )
    } else {
        (
            "Remove",
            "Their sessions and command lines end at once. Tokens that they made stop until an owner adopts them.",
            "Remove from the workspace",
            "/members",
        )
    };
    let asks = if is_own { "leave" } else { "remove" };
    view! {
        <Card title text>
            <details>
                <summary>"What they may know, to be rotated"</summary>
                <Table label="What they may know" columns=["Secret", "Environment", "Last read or written"]>
                    {rows}
                </Table>
            </details>
            <PostForm action asks>
                <input type="hidden" name="user" value=member.user.to_string() />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>{words}</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn known_row(known: ToRotate) -> impl IntoView {
    let read = match known.read_at {
        Some(at) => view! { <Time ms=at /> }.into_any(),
        None => "May read it".into_any(),
    };
    view! {
        <tr>
            <th class="cell-name plain" scope="row">
                <a href=format!("/secrets/{}", known.secret)>{known.name.to_string()}</a>
            </th>
            <td data-unit="environment">{known.environment.to_string()}</td>
            <td data-unit="last read">{read}</td>
        </tr>
    }
}
