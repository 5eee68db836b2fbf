//! `/tokens/:id`.

use super::{
    PAGE, TokenDraft,
    made::shown_once,
    shown::ShownToken,
    words::{environments, in_days, kind, or_all, secrets, state_badge},
};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, Card, Facts, Notice, NoticeKind, PageHeader, SelectField,
        Time,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Action, Role, TokenId, TokenInfo, TokenKind, TokenState};
use store::StoreError;

/// A token: what it may do, and what can be done with it; in its place a new text of it, once there is one.
#[component]
pub fn TokenPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    drawn_whole(
        |store, caller| async move {
            let id = TokenId::parse(&id).map_err(|_| StoreError::NotFound)?;
            let info = store.token(&caller, &id).await?;
            Ok(ShownToken::at(info, store.now()))
        },
        |token| view! { <Token token /> }.into_any(),
    )
}

#[component]
fn Token(token: ShownToken) -> impl IntoView {
    let viewer = use_viewer();
    let badge = state_badge(&token);
    let info = token.info.clone();
    let body = match PostedForm::take().once.as_slice() {
        [id, text] => shown_once(id, text, |info| format!("The new text of {}", info.name)),
        _ => view! { <Whole token /> }.into_any(),
    };
    let another = (info.kind == TokenKind::Service)
        .then(|| TokenDraft::like(&info, environments(&viewer, &info)).href());
    view! {
        <Title text=info.name.clone() />
        <PageHeader
            title=info.name.clone()
            back=(PAGE, "Tokens")
            beside=ViewFnOnce::from(move || badge)
        >
            <ButtonLink href=format!("/audit?actor={}", info.id)>"What it has read"</ButtonLink>
            {another.map(|href| view! { <ButtonLink href icon="copy">"Make one like it"</ButtonLink> })}
        </PageHeader>
        {body}
    }
    .into_any()
}

#[component]
fn Whole(token: ShownToken) -> impl IntoView {
    let info = token.info.clone();
    let works = matches!(info.state, TokenState::Active | TokenState::Orphaned);
    let rotates = info.kind == TokenKind::Service && info.state == TokenState::Active;
    view! {
        <div class="stack">
            <FormAnswer done=&[] />
            <Outlook token />
            <div class="split">
                <div class="stack">
                    <Rights info=info.clone() />
                    {(info.state == TokenState::Orphaned).then(|| adopt(&info))}
                    {rotates.then(|| rotate(&info))}
                    {works.then(|| revoke(&info))}
                </div>
                {facts(&info)}
            </div>
        </div>
    }
    .into_any()
}

/// What is about to change, or did, and what to do about it.
#[component]
fn Outlook(token: ShownToken) -> impl IntoView {
    let info = &token.info;
    let (kind, title, text) = match info.state {
        TokenState::Active => {
            let days = token.ends_soon()?;
            let text = match info.kind {
                TokenKind::Service => {
                    "Rotating does not prolong it: make one like it, and give the program that."
                }
                TokenKind::Cli | TokenKind::Invitation | TokenKind::Login => {
                    "Sign in again on that machine: keyloft login."
                }
            };
            (NoticeKind::Warn, format!("This token ends {}", in_days(days)), text)
        }
        TokenState::Expired => (
            NoticeKind::Bad,
            "This token has expired".to_owned(),
            "Every request with it is refused. Nothing prolongs it.",
        ),
        TokenState::Orphaned => (
            NoticeKind::Warn,
            format!("{} left the workspace", info.created_by),
            "The token does not work until an owner adopts it, for it may do no more than whoever answers for it.",
        ),
        TokenState::Revoked => (
            NoticeKind::Info,
            "This token is revoked".to_owned(),
            "Every request with it is refused.",
        ),
        TokenState::UsedUp => (
            NoticeKind::Bad,
            "This token is used up".to_owned(),
            "It was used as often as it may be, and every request with it is refused.",
        ),
    };
    Some(view! { <Notice kind title>{text}</Notice> }.into_any())
}

/// What it may do, where, and from where.
#[component]
fn Rights(info: TokenInfo) -> impl IntoView {
    let viewer = use_viewer();
    if info.kind != TokenKind::Service {
        let text = format!("All that {} may, from anywhere.", info.created_by);
        return view! { <Card title="What it may do"><p>{text}</p></Card> }.into_any();
    }
    let scopes =
        info.scopes.iter().map(|scope| (scope.as_str(), scope.meaning().into_any())).collect();
    let reach = vec![
        (
            "Environments",
            or_all(&environments(&viewer, &info), "All, and those that are made later").into_any(),
        ),
        ("Secrets", or_all(&secrets(&info), "All of them").into_any()),
        ("Addresses", or_all(&info.addresses, "From anywhere").into_any()),
    ];
    view! {
        <Card title="What it may do">
            <Facts items=scopes />
            <hr />
            <Facts items=reach />
        </Card>
    }
    .into_any()
}

fn facts(info: &TokenInfo) -> impl IntoView + use<> {
    let time = |at: Option<i64>| match at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => "Never".into_any(),
    };
    let mut items = vec![
        ("Kind", kind(info).into_any()),
        ("Made by", info.created_by.to_string().into_any()),
        ("Made", time(Some(info.created_at))),
        ("Ends", time(info.expires_at)),
        ("Last used", time(info.last_used_at)),
    ];
    if let Some(from) = &info.last_used_from {
        items.push(("From", from.clone().into_any()));
    }
    if let Some(left) = info.uses_left {
        items.push(("Uses left", left.to_string().into_any()));
    }
    if info.previous_until.is_some() {
        items.push(("Its text of before works until", time(info.previous_until)));
    }
    items.push(("Id", info.id.to_string().into_any()));
    view! { <Facts items /> }
}

fn rotate(info: &TokenInfo) -> AnyView {
    let overlaps =
        [("0", "Ends at once"), ("1", "Works on for 1 hour"), ("24", "Works on for 24 hours")];
    let options = overlaps.map(|(hours, text)| (hours.to_owned(), text.to_owned()));
    let page = page(info);
    view! {
        <Card title="Rotate" text="Gives the token a new text, which is shown once. What it may do and when it ends stay as they are.">
            <PostForm action=page asks="rotate">
                <SelectField name="overlap" label="The text of now" options=options.into() value="1" />
                <div class="actions">
                    <Button submit=true icon="rotate-cw" nostrip:blocked=refusal()>"Rotate token"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// Asks first: nothing brings back what is revoked.
fn revoke(info: &TokenInfo) -> AnyView {
    // Whoever may not manage tokens sees their own only, and may sign out a command line of theirs.
    let blocked = refusal().filter(|_| info.kind != TokenKind::Cli);
    let asked = use_query_map().with_untracked(|query| query.get("ask").is_some());
    let page = page(info);
    if blocked.is_some() || !asked {
        let button = if let Some(reason) = blocked {
            view! { <Button kind=ButtonKind::Danger blocked=reason>"Revoke token"</Button> }
                .into_any()
        } else {
            let href = format!("{page}?ask=revoke#revoke");
            view! { <ButtonLink kind=ButtonKind::Danger href>"Revoke token"</ButtonLink> }
                .into_any()
        };
        return view! {
            <Card title="Revoke" text="Ends the token for good, on the next request that shows it.">
                <div class="actions">{button}</div>
            </Card>
        }
        .into_any();
    }
    let cancel = page.clone();
    view! {
        <div id="revoke">
            <Card
                title=format!("Revoke {}?", info.name)
                text="It takes effect on the next request: what still shows this token is refused. Nothing brings it back."
            >
                <PostForm action=page asks="revoke" class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Revoke token"</Button>
                    <ButtonLink kind=ButtonKind::Ghost href=cancel>"Cancel"</ButtonLink>
                </PostForm>
            </Card>
        </div>
    }
    .into_any()
}

fn adopt(info: &TokenInfo) -> AnyView {
    let blocked =
        (use_viewer().role != Role::Owner).then(|| "Only an owner adopts a token.".to_owned());
    let page = page(info);
    view! {
        <Card title="Adopt" text="Makes it yours: it works again at once, within what you may do.">
            <PostForm action=page asks="adopt">
                <div class="actions">
                    <Button submit=true nostrip:blocked=blocked>"Adopt token"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn page(info: &TokenInfo) -> String {
    format!("{PAGE}/{}", info.id)
}

/// Why this person may not, if they may not.
fn refusal() -> Option<String> {
    (!use_viewer().may(Action::ManageTokens, false))
        .then(|| AppError::Denied(Action::ManageTokens).to_string())
}
