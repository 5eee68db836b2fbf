//! `/audit/:seq`.

use super::words::{self, href};
use crate::{
    drawn::drawn_whole,
    ui::{Breadcrumb, Facts, Notice, NoticeKind, PageHeader, Time},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::api::{AuditEntry, AuditEventView};
use store::StoreError;

/// One event with what proves it.
#[component]
pub fn AuditEventPage() -> impl IntoView {
    let seq = use_params_map().with_untracked(|params| params.get("seq")?.parse::<i64>().ok());
    view! {
        <Title text="Event" />
        {drawn_whole(
            move |store, caller| async move {
                store.audit_entry(&caller, seq.ok_or(StoreError::NotFound)?).await
            },
            page,
        )}
    }
    .into_any()
}

fn page(entry: AuditEntry) -> AnyView {
    let title = format!("Event {}", entry.seq);
    let current = title.clone();
    let said = match &entry.event {
        Some(event) => facts(event),
        None => view! {
            <Notice kind=NoticeKind::Info title="What happened is not kept any more. What proves the chain is." />
        }
        .into_any(),
    };
    let code = |text: String| view! { <code class="wrap">{text}</code> }.into_any();
    let proof = vec![
        ("Chain", code(entry.chain)),
        ("Hash", code(entry.hash)),
        ("Previous hash", code(entry.previous)),
        ("Digest of the body", code(entry.digest)),
    ];
    let body = entry.body.map(|body| {
        view! {
            <section class="stack">
                <div class="section-head"><h2>"Body"</h2></div>
                <p class="muted">"The exact text that the digest covers."</p>
                <div class="snippet"><pre tabindex="0"><code>{body}</code></pre></div>
            </section>
        }
    });
    view! {
        <Breadcrumb items=vec![("/audit".to_owned(), "Audit".to_owned())] current=current />
        <PageHeader title />
        <div class="stack loose">
            {said}
            <section class="stack">
                <div class="section-head"><h2>"Proof"</h2></div>
                <Facts items=proof />
            </section>
            {body}
        </div>
    }
    .into_any()
}

fn facts(event: &AuditEventView) -> AnyView {
    let who = words::who(&event.who);
    let all = event.who.id.as_ref().map(|id| {
        view! { " · "<a href=href("/audit", &[("actor", id)])>"All they did"</a> }
    });
    let page = event.who.id.as_ref().and_then(|id| match event.who.kind {
        model::api::AuditWhoKind::User => Some(format!("/members/{id}")),
        model::api::AuditWhoKind::Token => Some(format!("/tokens/{id}")),
        _ => None,
    });
    let who = match page {
        Some(page) => view! { <a href=page>{who}</a>{all} }.into_any(),
        None => view! { {who}{all} }.into_any(),
    };
    let history = event.target.as_ref().map(|target| {
        view! { " · "<a href=href("/audit", &[("target", &target.id)])>"All that happened to it"</a> }
    });
    let with = event.who.token.clone().map(|id| {
        view! { <a href=format!("/tokens/{id}")>"A command line, token "{id.clone()}</a> }
            .into_any()
    });
    let with = with.or_else(|| {
        let session = event.who.session.is_some();
        session.then(|| "A browser".into_any())
    });
    let maker = event.who.maker.as_ref().map(|id| {
        let id = id.clone();
        view! { <a href=format!("/members/{id}")>{id.clone()}</a> }.into_any()
    });
    let environment = event.environment.as_ref().map(|environment| {
        environment.name.clone().unwrap_or_else(|| environment.id.clone()).into_any()
    });
    let detail = (!event.detail.is_null())
        .then(|| view! { <code class="wrap">{event.detail.to_string()}</code> }.into_any());
    let facts = [
        ("When", Some(view! { <Time ms=event.at.as_millisecond() exact=true /> }.into_any())),
        ("What", Some(format!("{} ({})", words::action(&event.action), event.action).into_any())),
        ("Outcome", Some(words::outcome(event.outcome))),
        ("Who", Some(who)),
        ("With", with),
        ("Made by", maker),
        (
            "Of",
            event.target.is_some().then(|| view! { {words::target(event)}{history} }.into_any()),
        ),
        ("Environment then", environment),
        ("From", Some(event.ip.clone().into_any())),
        ("Client", Some(event.user_agent.clone().into_any())),
        ("Request", Some(event.request.clone().into_any())),
        ("More", detail),
    ];
    let items = facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    view! { <Facts items=items /> }.into_any()
}
