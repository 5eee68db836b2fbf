//! `/tokens/:id`.

use super::{
    TokenDraft,
    api::ShownToken,
    asked::{Asked, Asking},
    made::ShownOnce,
    shown_tokens,
    words::{environments, in_days, kind, or_all, secrets, state_badge},
};
use crate::{
    answer::Refusal,
    error::AppError,
    frame::Failure,
    ui::{
        Button, ButtonKind, ButtonLink, Card, Confirm, Facts, Notice, NoticeKind, PageHeader,
        SelectField, Skeleton, Time,
    },
    viewer::use_viewer,
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Action, Role, TokenId, TokenInfo, TokenKind, TokenState};

/// A token: what it may do, and what can be done with it; in its place a new text of it, once there is one.
#[component]
pub fn TokenPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let asking = Asking::new();
    let tokens = shown_tokens(id.into());
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                match tokens.await {
                    Err(error) => view! {
                        <Refusal error=asking.error page="/tokens" />
                        <Failure error />
                    }
                    .into_any(),
                    Ok(tokens) => tokens
                        .into_iter()
                        .map(|token| view! { <Token token asking /> })
                        .collect_view()
                        .into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Token(token: ShownToken, asking: Asking) -> impl IntoView {
    let viewer = use_viewer();
    let badge = state_badge(&token);
    let info = token.info.clone();
    let body = {
        let token = token.clone();
        move || match asking.made_now() {
            Some(made) => {
                let title = format!("The new text of {}", made.info.name);
                view! { <ShownOnce made title /> }.into_any()
            }
            None => view! { <Whole token=token.clone() asking /> }.into_any(),
        }
    };
    let another = (info.kind == TokenKind::Service)
        .then(|| TokenDraft::like(&info, environments(&viewer, &info)).href());
    view! {
        <Title text=info.name.clone() />
        <PageHeader
            title=info.name.clone()
            back=("/tokens", "Tokens")
            beside=ViewFnOnce::from(move || badge)
        >
            <a class="button" href=format!("/audit?actor={}", info.id) rel="external">"What it has read"</a>
            {another.map(|href| view! { <ButtonLink href icon="copy">"Make one like it"</ButtonLink> })}
        </PageHeader>
        {body}
    }
    .into_any()
}

#[component]
fn Whole(token: ShownToken, asking: Asking) -> impl IntoView {
    let info = token.info.clone();
    let works = matches!(info.state, TokenState::Active | TokenState::Orphaned);
    let rotates = info.kind == TokenKind::Service && info.state == TokenState::Active;
    view! {
        <div class="stack">
            <Refusal error=asking.error page=format!("/tokens/{}", info.id) />
            <Outlook token=token.clone() />
            <div class="split">
                <div class="stack">
                    <Rights info=info.clone() />
                    {(info.state == TokenState::Orphaned).then(|| view! { <Adopt info=info.clone() asking /> })}
                    {rotates.then(|| view! { <Rotate info=info.clone() asking /> })}
                    {works.then(|| view! { <Revoke info=info.clone() asking /> })}
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

#[component]
fn Rotate(info: TokenInfo, asking: Asking) -> impl IntoView {
    let overlap = RwSignal::new("1".to_owned());
    let id = info.id.clone();
    let on_submit = move || {
        if let Ok(hours) = overlap.with_untracked(|hours| hours.parse()) {
            asking.ask(Asked::Rotate(id.clone(), hours));
        }
    };
    let overlaps =
        [("0", "Ends at once"), ("1", "Works on for 1 hour"), ("24", "Works on for 24 hours")];
    let options = overlaps.map(|(hours, text)| (hours.to_owned(), text.to_owned()));
    view! {
        <Card title="Rotate" text="Gives the token a new text, which is shown once. What it may do and when it ends stay as they are.">
            <Change id=info.id asks="rotate" on_submit>
                <SelectField name="overlap" label="The text of now" options=options.into() bind=overlap />
                <div class="actions">
                    <Button submit=true icon="rotate-cw" busy=asking.pending() nostrip:blocked=refusal()>
                        "Rotate token"
                    </Button>
                </div>
            </Change>
        </Card>
    }
    .into_any()
}

#[component]
fn Revoke(info: TokenInfo, asking: Asking) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = info.id.clone();
    // Whoever may not manage tokens sees their own only, and may sign out a command line of theirs.
    let blocked = refusal().filter(|_| info.kind != TokenKind::Cli);
    view! {
        <Card title="Revoke" text="Ends the token for good, on the next request that shows it.">
            <Change id=info.id asks="revoke" on_submit=move || open.set(true)>
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true busy=asking.pending() nostrip:blocked=blocked>
                        "Revoke token"
                    </Button>
                </div>
            </Change>
        </Card>
        <Confirm
            id="revoke"
            open
            title=format!("Revoke {}?", info.name)
            verb="Revoke token"
            on_confirm=move || asking.ask(Asked::Revoke(id.clone()))
        >
            <p>"It takes effect on the next request: what still shows this token is refused. Nothing brings it back."</p>
        </Confirm>
    }
    .into_any()
}

#[component]
fn Adopt(info: TokenInfo, asking: Asking) -> impl IntoView {
    let blocked =
        (use_viewer().role != Role::Owner).then(|| "Only an owner adopts a token.".to_owned());
    let id = info.id.clone();
    view! {
        <Card title="Adopt" text="Makes it yours: it works again at once, within what you may do.">
            <Change id=info.id asks="adopt" on_submit=move || asking.ask(Asked::Adopt(id.clone()))>
                <div class="actions">
                    <Button submit=true busy=asking.pending() nostrip:blocked=blocked>"Adopt token"</Button>
                </div>
            </Change>
        </Card>
    }
    .into_any()
}

/// A form that without scripts is posted to the token's page.
#[component]
fn Change(
    id: TokenId,
    asks: &'static str,
    #[prop(into)] on_submit: Callback<()>,
    children: Children,
) -> impl IntoView {
    let workspace = use_viewer().workspace;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form class="form" method="post" action=format!("/tokens/{id}") on:submit=submit>
            <input type="hidden" name="workspace" value=workspace.to_string() />
            <input type="hidden" name="asks" value=asks />
            {children()}
        </form>
    }
    .into_any()
}

/// Why this person may not, if they may not.
fn refusal() -> Option<String> {
    (!use_viewer().may(Action::ManageTokens, false))
        .then(|| AppError::Denied(Action::ManageTokens).to_string())
}
