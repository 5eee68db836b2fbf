//! `/secrets/:id/access`.

use super::words::{readers_table, secret_of_page};
use crate::{
    drawn::{FormAnswer, drawn_whole},
    members::capitalized,
    secrets::head::{SecretHead, SecretPage},
    ui::{Badge, ButtonLink, Table, Time, Tone},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use model::{
    Action, At, MemberInfo, Permission, SecretDetail, SecretReader, SecretSummary, TokenInfo,
    permission,
};
use store::StoreError;

/// Who read a secret, and who may.
#[component]
pub fn AccessPage() -> impl IntoView {
    let id = secret_of_page();
    drawn_whole(
        move |store, caller| async move {
            let id = id.ok_or(StoreError::NotFound)?;
            let detail = store.secret(&caller, id).await?;
            let readers = store.list_readers(&caller, id, 30).await?;
            let members = store.list_members(&caller).await?;
            let tokens = store.list_tokens_reading(&caller, &detail).await?;
            Ok((detail, readers, members, tokens))
        },
        |(detail, readers, members, tokens)| page(detail, readers, members, tokens),
    )
}

fn page(
    detail: SecretDetail,
    readers: Vec<SecretReader>,
    members: Vec<MemberInfo>,
    tokens: Vec<TokenInfo>,
) -> AnyView {
    let viewer = use_viewer();
    let secret = detail.summary;
    let sees_all = viewer.may(Action::ReadAudit, false);
    let seen = (sees_all || viewer.may(Action::ReadOwnAudit, false)).then(|| {
        let href = format!("/audit?target={}&class=reads", secret.id);
        let words = if sees_all { "Who has seen it" } else { "When you saw it" };
        view! { <ButtonLink href icon="scroll-text">{words}</ButtonLink> }
    });
    let people = people(&viewer, &secret, members);
    view! {
        <SecretHead secret page=SecretPage::Access />
        <div class="stack loose">
            <FormAnswer done=&[("rotated", "Rotated. Readers have the old values until they read again.")] />
            <section class="stack">
                <div class="section-head"><h2>"Readers"</h2>{seen}</div>
                <p class="muted">"Who read it in the last 30 days, and which values they have."</p>
                {readers_table(readers)}
            </section>
            {people}
            {programs(tokens)}
        </div>
    }
    .into_any()
}

/// The members that see the secret at all, and what of it.
fn people(viewer: &Viewer, secret: &SecretSummary, members: Vec<MemberInfo>) -> AnyView {
    let environment = secret.environment;
    let protected = viewer.environment(environment).is_some_and(|found| found.protected);
    let at = Some(At { environment, protected });
    let rows = members
        .into_iter()
        .filter_map(|MemberInfo { user, name, role, grants, .. }| {
            let may = |action| permission(role, &grants, action, at);
            let sees = match (may(Action::RevealValues), may(Action::ReadPlainValues)) {
                (Permission::Granted, _) => view! { <Badge tone=Tone::Warn icon="eye">"Every value"</Badge> },
                (Permission::GrantedWithSudo, _) => {
                    view! { <Badge tone=Tone::Warn icon="eye">"Every value, with the password"</Badge> }
                }
                (_, Permission::Refused) => view! { <Badge icon="eye-off">"Names only"</Badge> },
                _ => view! { <Badge icon="eye">"Plain values"</Badge> },
            };
            let changes = match may(Action::WriteSecrets) {
                Permission::Refused => "May not change it",
                _ => "May change it",
            };
            (may(Action::ListSecrets) != Permission::Refused).then(|| view! {
                <tr>
                    <th class="cell-name plain" scope="row"><a href=format!("/members/{user}")>{name.to_string()}</a></th>
                    <td>{capitalized(role.as_str())}</td>
                    <td class="cell-status">{sees}</td>
                    <td>{changes}</td>
                </tr>
            })
        })
        .collect_view();
    view! {
        <section class="stack">
            <div class="section-head"><h2>"People"</h2></div>
            <p class="muted">"Write-only values are shown to nobody; programs get them."</p>
            <Table label="People" columns=["Name", "Role", "Sees", "Changes"]>{rows}</Table>
        </section>
    }
    .into_any()
}

/// The tokens that get its values.
fn programs(tokens: Vec<TokenInfo>) -> AnyView {
    let viewer = use_viewer();
    let (whose, none) = if viewer.may(Action::ManageMembers, false) {
        ("Tokens that get its values.", "None.")
    } else {
        (
            "Your tokens that get its values. Owners and admins see those of others too.",
            "None of yours.",
        )
    };
    let rows = tokens
        .into_iter()
        .map(|token| {
            let ends = token.expires_at.map(|ms| view! { "Ends " <Time ms /> }.into_any());
            let used = token.last_used_at.map(|ms| view! { "Used " <Time ms /> }.into_any());
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">
                        <a href=format!("/tokens/{}", token.id)>{token.name}</a>
                    </th>
                    <td class="cell-meta">{token.created_by.to_string()}</td>
                    <td class="cell-meta">{used.unwrap_or_else(|| "Never used".into_any())}</td>
                    <td class="cell-meta">{ends.unwrap_or_else(|| "Never ends".into_any())}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let table = if rows.is_empty() {
        view! { <p class="muted">{none}</p> }.into_any()
    } else {
        view! { <Table label="Programs" columns=["Token", "Made by", "Last used", "Ends"]>{rows}</Table> }
            .into_any()
    };
    view! {
        <section class="stack">
            <div class="section-head"><h2>"Programs"</h2></div>
            <p class="muted">{whose}</p>
            {table}
        </section>
    }
    .into_any()
}
