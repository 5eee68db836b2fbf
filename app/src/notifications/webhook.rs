//! `/settings/webhooks/:id`.

use super::{event_boxes, secret_shown, webhooks::state};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    ui::{
        Badge, Button, ButtonKind, Card, Facts, Notice, NoticeKind, PageHeader, Table, TextField,
        Time, Tone,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{DeliveryState, WebhookId};
use store::{DeliveryInfo, StoreError, WebhookInfo};

/// One webhook, the log of its messages, and what can be done with it.
#[component]
pub fn WebhookPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let posted = PostedForm::take();
    let once = (!posted.once.is_empty()).then(|| secret_shown(posted.once));
    let content = drawn(
        |store, caller| async move {
            let id: WebhookId = id.parse().map_err(|_| StoreError::NotFound)?;
            Ok((store.webhook(&caller, id).await?, store.list_deliveries(&caller, id).await?))
        },
        |(webhook, log)| {
            view! {
                <About webhook=webhook.clone() />
                <Log webhook=webhook.id log />
                <ChangeForm webhook=webhook.clone() />
                <Ends webhook />
            }
            .into_any()
        },
    );
    view! {
        <Title text="Webhook" />
        <PageHeader title="Webhook" back=("/settings/webhooks", "Webhooks") text="A program that is told what happens in this workspace." />
        <div class="stack loose">
            <FormAnswer done=&[
                ("changed", "Saved the webhook."),
                ("on", "Switched it on: it is told what happens from now on."),
                ("off", "Switched it off."),
                ("test", "A test is on its way. The log below says what came of it; load the page again in a moment."),
                ("redeliver", "It is sent once more, under the same id."),
            ] />
            {once}
            {content}
        </div>
    }
    .into_any()
}

fn page(id: WebhookId) -> String {
    format!("/settings/webhooks/{id}")
}

#[component]
fn About(webhook: WebhookInfo) -> impl IntoView {
    let why = webhook.disabled_why.clone().map(|why| {
        view! { <Notice kind=NoticeKind::Bad title="Keyloft switched this webhook off.">{why}"."</Notice> }
    });
    let events: Vec<_> = webhook.events.iter().map(|event| event.as_str()).collect();
    let mut facts = vec![
        ("State", state(&webhook).into_any()),
        ("URL", view! { <span class="wrap">{webhook.url.clone()}</span> }.into_any()),
        ("Events", events.join(", ").into_any()),
        ("Made by", webhook.created_by.to_string().into_any()),
    ];
    if let Some(since) = webhook.failing_since {
        facts.push(("Takes nothing since", view! { <Time ms=since /> }.into_any()));
    }
    let (asks, does) = if webhook.enabled { ("off", "Switch off") } else { ("on", "Switch on") };
    view! {
        {why}
        <Card title="About it">
            <Facts items=facts />
            <div class="row">
                {webhook.enabled.then(|| view! {
                    <PostForm action=page(webhook.id) asks="test" class="row">
                        <Button kind=ButtonKind::Primary submit=true>"Send a test"</Button>
                    </PostForm>
                })}
                <PostForm action=page(webhook.id) asks=asks class="row">
                    <Button submit=true>{does}</Button>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Log(webhook: WebhookId, log: Vec<DeliveryInfo>) -> impl IntoView {
    if log.is_empty() {
        return view! {
            <section class="stack">
                <div class="section-head"><h2>"Messages"</h2></div>
                <p class="muted">"Nothing was sent yet."</p>
            </section>
        }
        .into_any();
    }
    let rows = log.into_iter().map(|one| log_row(webhook, one)).collect_view();
    view! {
        <section class="stack">
            <div class="section-head"><h2>"Messages"</h2></div>
            <p class="muted">"Those of the last 30 days, the newest first."</p>
            <Table label="Messages" columns=["Type", "Made", "State", "Answer", "What was sent"] actions=true>{rows}</Table>
        </section>
    }
    .into_any()
}

fn log_row(webhook: WebhookId, one: DeliveryInfo) -> impl IntoView {
    let state = match one.state {
        DeliveryState::Sent => view! { <Badge tone=Tone::Ok>"Sent"</Badge> },
        DeliveryState::Pending => view! { <Badge tone=Tone::Warn>"Waits"</Badge> },
        DeliveryState::Failed => view! { <Badge tone=Tone::Bad>"Given up"</Badge> },
    };
    let tries = match one.attempts {
        0 => "not tried yet".to_owned(),
        1 => "1 try".to_owned(),
        many => format!("{many} tries"),
    };
    let mut answer = Vec::new();
    answer.extend(one.status.map(|status| format!("status {status}")));
    answer.extend(one.duration_ms.map(|ms| format!("{ms} ms")));
    answer.extend(one.error);
    let next =
        one.next_at.filter(|_| one.attempts > 0).map(|at| view! { ", next " <Time ms=at /> });
    view! {
        <tr>
            <th class="cell-name plain" scope="row">{one.kind}</th>
            <td data-unit="made"><Time ms=one.created_at /></td>
            <td data-unit="state">{state} " " <span class="muted">{tries}{next}</span></td>
            <td class="cell-wrap" data-unit="answer">{answer.join(", ")}</td>
            <td class="cell-wrap" data-unit="sent">
                <details><summary>{one.id.to_string()}</summary><code>{one.payload}</code></details>
            </td>
            <td>
                <PostForm action=page(webhook) asks="redeliver" class="row">
                    <input type="hidden" name="delivery" value=one.id.to_string() />
                    <Button submit=true>"Send again"</Button>
                </PostForm>
            </td>
        </tr>
    }
}

#[component]
fn ChangeForm(webhook: WebhookInfo) -> impl IntoView {
    let posted = PostedForm::take();
    let url = posted.value("url").unwrap_or(&webhook.url).to_owned();
    view! {
        <Card title="Change it" text="Another URL asks for your password: what happens here would be told there.">
            <PostForm action=page(webhook.id) asks="change">
                <TextField name="url" label="URL" input="url" value=url autocomplete="off" required=true />
                <fieldset class="stack">
                    <legend>"Events"</legend>
                    {event_boxes(&webhook.events)}
                </fieldset>
                <div class="actions"><Button submit=true>"Save webhook"</Button></div>
            </PostForm>
        </Card>
        <Card title="Signing secret" text="Makes another one. For 24 hours messages are signed with both.">
            <PostForm action=page(webhook.id) asks="rotate">
                <div class="actions"><Button submit=true>"Make another secret"</Button></div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn Ends(webhook: WebhookInfo) -> impl IntoView {
    view! {
        <Card title="Delete it" text="The log of its messages goes too. Type its id to make sure.">
            <PostForm action=page(webhook.id) asks="delete">
                <TextField name="id" label="Id of this webhook" autocomplete="off" required=true
                    hint=webhook.id.to_string() />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Delete webhook"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
