//! `/tokens`.

use super::{
    shown::ShownToken,
    words::{environments, in_days, kind, or_all, secrets, state_badge},
};
use crate::{
    drawn::{FormAnswer, drawn},
    ui::{ButtonKind, ButtonLink, EmptyState, Notice, NoticeKind, PageHeader, Table, Time},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, TokenKind, TokenState};

/// The tokens that this person may manage.
#[component]
pub fn TokensPage() -> impl IntoView {
    let viewer = use_viewer();
    let new = viewer.may(Action::ManageTokens, false).then(|| {
        view! { <ButtonLink href="/tokens/new" kind=ButtonKind::Primary icon="plus">"New token"</ButtonLink> }
    });
    let tokens = drawn(
        |store, caller| async move {
            let tokens = store.list_tokens(&caller).await?;
            let now = store.now();
            Ok(tokens.into_iter().map(|info| ShownToken::at(info, now)).collect::<Vec<_>>())
        },
        move |tokens| match tokens.len() {
            0 => nothing().into_any(),
            _ => view! {
                {ending(&tokens)}
                {table(&viewer, tokens)}
            }
            .into_any(),
        },
    );
    view! {
        <Title text="Tokens" />
        <PageHeader title="Tokens" text="What programs show to read secrets, and the command lines that people signed in.">
            {new}
        </PageHeader>
        <div class="stack">
            <FormAnswer done=&[
                ("revoked", "Revoked. The next request with it is refused."),
                ("adopted", "Adopted. It works again, and does no more than you may."),
            ] />
            {tokens}
        </div>
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    view! {
        <EmptyState
            icon="bot"
            title="No tokens yet"
            text="A token lets a program read secrets: a deployment, a job, a service. It may do what you choose and no more, and ends when you say."
        >
            <ButtonLink href="/tokens/new" kind=ButtonKind::Primary icon="plus">"New token"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}

/// What stops working soon unless somebody acts.
fn ending(tokens: &[ShownToken]) -> impl IntoView + use<> {
    let lines: Vec<_> = tokens
        .iter()
        .filter_map(|token| {
            let href = format!("/tokens/{}", token.info.id);
            let name = token.info.name.clone();
            let when = format!(" ends {}.", in_days(token.ends_soon()?));
            Some(view! { <li><a href=href>{name}</a>{when}</li> })
        })
        .collect();
    let title = match lines.len() {
        0 => return None,
        1 => "1 token ends within 7 days".to_owned(),
        n => format!("{n} tokens end within 7 days"),
    };
    Some(view! {
        <Notice kind=NoticeKind::Warn title>
            <ul class="notice-list">{lines}</ul>
        </Notice>
    })
}

fn table(viewer: &Viewer, tokens: Vec<ShownToken>) -> impl IntoView + use<> {
    let rows = tokens.into_iter().map(|token| row(viewer, &token)).collect_view();
    view! {
        <Table label="Tokens" columns=["Name", "State", "May", "Where", "Made by", "Last used", "Ends"]>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(viewer: &Viewer, token: &ShownToken) -> impl IntoView + use<> {
    let info = &token.info;
    let (may, reach) = match info.kind {
        TokenKind::Service => {
            let scopes: Vec<_> = info.scopes.iter().map(ToString::to_string).collect();
            let mut reach = or_all(&environments(viewer, info), "All environments");
            if !info.secrets.is_empty() {
                reach = format!("{reach}: {}", secrets(info).join(", "));
            }
            (scopes.join(", "), reach)
        }
        TokenKind::Cli | TokenKind::Invitation | TokenKind::Login => {
            (kind(info).to_owned(), "All environments".to_owned())
        }
    };
    let used = match (info.last_used_at, &info.last_used_from) {
        (None, _) => view! { "Never used" }.into_any(),
        (Some(at), from) => {
            let from = from.as_ref().map(|from| format!(" from {from}"));
            view! { <Time ms=at />{from} }.into_any()
        }
    };
    let mut ends = match (token.days_left, info.state) {
        (_, TokenState::Expired | TokenState::Revoked | TokenState::UsedUp) => String::new(),
        (Some(days), _) => in_days(days),
        (None, _) => "never".to_owned(),
    };
    if let (Some(left), TokenState::Active) = (info.uses_left, info.state) {
        ends = format!("{ends}, {left} uses left");
    }
    view! {
        <tr>
            <th class="cell-name plain" scope="row">
                <a class="row-link" href=format!("/tokens/{}", info.id)>{info.name.clone()}</a>
            </th>
            <td class="cell-status">{state_badge(token)}</td>
            <td class="cell-meta cell-wrap">{may}</td>
            <td class="cell-meta cell-wrap">{reach}</td>
            <td class="cell-meta">{info.created_by.to_string()}</td>
            <td class="cell-meta">{used}</td>
            <td class="cell-wide">{ends}</td>
        </tr>
    }
    .into_any()
}
