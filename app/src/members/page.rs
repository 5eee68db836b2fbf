//! `/members`.

use super::{capitalized, given_by, shown_once};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{Badge, Button, ButtonKind, Card, PageHeader, SelectField, Table, TextField, Time, Tone},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, Field, InvitationInfo, MemberInfo};
use store::StoreError;

const PAGE: &str = "/members";

/// The members of the workspace, who was invited, and a form to invite.
#[component]
pub fn MembersPage() -> impl IntoView {
    let viewer = use_viewer();
    let posted = PostedForm::take();
    let once = match posted.value("asks") {
        Some("remove") => shown_once("Removed. They may know these: rotate them.", posted.once),
        _ => shown_once(
            "This link works once, for 72 hours. Send it to them: it is not shown again.",
            posted.once,
        ),
    };
    let content = drawn(
        |store, caller| async move {
            let members = store.list_members(&caller).await?;
            let waiting = match store.list_invitations(&caller).await {
                Err(StoreError::Denied(_)) => Vec::new(),
                waiting => waiting?,
            };
            Ok((members, waiting))
        },
        move |(members, waiting)| view! { <Everybody viewer members waiting /> }.into_any(),
    );
    view! {
        <Title text="Members" />
        <PageHeader title="Members" text="Who is in this workspace, and what they may." />
        <div class="stack loose">
            <FormAnswer
                done=&[
                    ("role", "Changed the role. It counts from now on."),
                    ("removed", "Removed. There is nothing that they may know."),
                    ("revoked", "Took the invitation back: its link works no more."),
                    ("joined", "You are a member now."),
                ]
                fields=&[Field::Email]
            />
            {once}
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn Everybody(
    viewer: Viewer,
    members: Vec<MemberInfo>,
    waiting: Vec<InvitationInfo>,
) -> impl IntoView {
    let manages = viewer.may(Action::ManageMembers, false);
    let rows = members.into_iter().map(|member| member_row(&viewer, member)).collect_view();
    view! {
        <Table label="Members" columns=["Name", "E-mail", "Role", "Environments", "Joined"]>
            {rows}
        </Table>
        <p><a href="/members/roles">"What each role may do, and who can change that"</a></p>
        {manages.then(|| view! { <InviteForm viewer=viewer.clone() /> })}
        {(manages && !waiting.is_empty()).then(|| view! { <Waiting waiting /> })}
    }
    .into_any()
}

fn member_row(viewer: &Viewer, member: MemberInfo) -> impl IntoView + use<> {
    let environments = member
        .grants
        .given
        .iter()
        .filter_map(|(id, grant)| Some(format!("{}: {grant}", viewer.environment(*id)?.name)))
        .collect::<Vec<_>>()
        .join(", ");
    let limited = member.grants.limits(member.role);
    let environments = match (limited, environments.is_empty()) {
        (true, true) => "None".to_owned(),
        (true, false) => format!("Only {environments}"),
        (false, true) => "All".to_owned(),
        (false, false) => format!("All; {environments}"),
    };
    let own = (member.user == viewer.user).then(|| view! { <Badge tone=Tone::Info>"You"</Badge> });
    view! {
        <tr>
            <th class="cell-name plain" scope="row">
                <a href=format!("/members/{}", member.user)>{member.name.to_string()}</a>
                " "
                {own}
            </th>
            <td data-unit="e-mail">{member.email.to_string()}</td>
            <td data-unit="role">{capitalized(member.role.as_str())}</td>
            <td data-unit="environments">{environments}</td>
            <td data-unit="joined"><Time ms=member.since /></td>
        </tr>
    }
}

#[component]
fn InviteForm(viewer: Viewer) -> impl IntoView {
    let posted = PostedForm::take();
    let email = posted.value("email").unwrap_or_default().to_owned();
    let role = posted.value("role").unwrap_or("developer").to_owned();
    view! {
        <Card title="Invite somebody" text="Makes a link that works once, for 72 hours, for this address only.">
            <PostForm action=PAGE asks="invite">
                <TextField name="email" label="E-mail" input="email" value=email
                    error=posted.error_of(Field::Email) autocomplete="off" required=true />
                <SelectField name="role" label="Role" options=given_by(viewer.role) value=role />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Make the link"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn Waiting(waiting: Vec<InvitationInfo>) -> impl IntoView {
    let rows = waiting
        .into_iter()
        .map(|invitation| {
            let resent = invitation.id.to_string();
            let revoked = resent.clone();
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{invitation.email.to_string()}</th>
                    <td data-unit="role">{capitalized(invitation.role.as_str())}</td>
                    <td data-unit="invited by">{invitation.invited_by.to_string()}</td>
                    <td data-unit="ends"><Time ms=invitation.expires_at /></td>
                    <td>
                        <div class="row">
                            <PostForm action=PAGE asks="resend" class="row">
                                <input type="hidden" name="id" value=resent />
                                <Button submit=true>"New link"</Button>
                            </PostForm>
                            <PostForm action=PAGE asks="revoke" class="row">
                                <input type="hidden" name="id" value=revoked />
                                <Button submit=true>"Take back"</Button>
                            </PostForm>
                        </div>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack">
            <div class="section-head"><h2>"Invited"</h2></div>
            <Table label="Invitations that wait for an answer" columns=["E-mail", "Role", "Invited by", "Link ends"] actions=true>
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

/// Why this person cannot manage members, if so.
pub(super) fn blocked(viewer: &Viewer) -> Option<String> {
    (!viewer.may(Action::ManageMembers, false))
        .then(|| AppError::Denied(Action::ManageMembers).to_string())
}
