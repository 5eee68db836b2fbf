//! `/members/roles`: what each role may do, and who can change what one person may.

use super::capitalized;
use crate::{
    drawn::drawn,
    ui::{Badge, Column, PageHeader, Table, Tone},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, MemberInfo, Permission, Role};

/// The whole matrix, and the people who can change what the viewer may.
#[component]
pub fn RolesPage() -> impl IntoView {
    let viewer = use_viewer();
    let own = viewer.role;
    let content = drawn(
        |store, caller| async move { store.list_members(&caller).await },
        move |members| view! { <Explained viewer members /> }.into_any(),
    );
    view! {
        <Title text="Roles" />
        <PageHeader
            title="Roles"
            back=("/members", "Members")
            text=format!("You are {} here. What you may do, and who can change that.", own.as_str())
        />
        <div class="stack loose">{content}</div>
    }
    .into_any()
}

#[component]
fn Explained(viewer: Viewer, members: Vec<MemberInfo>) -> impl IntoView {
    let names = members
        .iter()
        .filter(|member| member.role.may_give(viewer.role))
        .map(|member| member.name.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    let limited = viewer
        .grants
        .limits(viewer.role)
        .then_some(" You see only the environments where something was granted to you.");
    let mut columns = vec![Column::Words("May")];
    columns.extend(Role::ALL.map(|role| {
        let own = (role == viewer.role).then_some(" (you)");
        let heading = view! { <th scope="col">{capitalized(role.as_str())}{own}</th> };
        Column::Heading(heading.into_any())
    }));
    let rows = Action::ALL
        .map(|action| {
            let cells =
                Role::ALL.map(|role| view! { <td>{cell(role, action)}</td> }).collect_view();
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{capitalized(action.verb())}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <p>{format!("These people can change your role, and what you may in single environments: {names}.")}{limited}</p>
        <Table label="What each role may do" columns=columns>
            {rows}
        </Table>
        <p class="muted">
            "In a protected environment a developer reveals values, with the password again, and changes secrets where an \
             owner or admin granted it. Developers and viewers can be limited to some environments, and see no others."
        </p>
    }
    .into_any()
}

fn cell(role: Role, action: Action) -> AnyView {
    let told = |permission| match permission {
        Permission::Granted => ("Yes", Tone::Ok),
        Permission::GrantedWithSudo => ("With the password", Tone::Warn),
        Permission::Refused => ("No", Tone::default()),
    };
    let (open, tone) = told(role.permission(action, false));
    let (protected, _) = told(role.permission(action, true));
    let protected = (protected != open).then(|| {
        let protected = match (role, action) {
            (
                Role::Developer,
                Action::RevealValues | Action::RotateValues | Action::WriteSecrets,
            ) => "where granted",
            _ => protected,
        };
        view! { <span class="muted">" Protected: " {protected.to_lowercase()}</span> }
    });
    view! { <Badge tone>{open}</Badge> {protected} }.into_any()
}
