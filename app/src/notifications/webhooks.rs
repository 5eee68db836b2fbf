//! `/settings/webhooks`.

use super::{event_boxes, secret_shown};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    ui::{Badge, Button, ButtonKind, Card, PageHeader, Table, TextField, Tone},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::WebhookEvent;
use store::WebhookInfo;

const PAGE: &str = "/settings/webhooks";

/// The webhooks of the workspace, and a form for another.
#[component]
pub fn WebhooksPage() -> impl IntoView {
    let posted = PostedForm::take();
    let once = (!posted.once.is_empty()).then(|| secret_shown(posted.once.clone()));
    let made = once.is_some();
    let content = drawn(
        |store, caller| async move { store.list_webhooks(&caller).await },
        move |webhooks| view! { <List webhooks /> <MakeForm made /> }.into_any(),
    );
    view! {
        <Title text="Webhooks" />
        <PageHeader title="Webhooks" text="Programs of yours that are told what happens here. Never a value." />
        <div class="stack loose">
            <FormAnswer done=&[("deleted", "Deleted the webhook and its log.")] />
            {once}
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn List(webhooks: Vec<WebhookInfo>) -> impl IntoView {
    if webhooks.is_empty() {
        return view! { <p class="muted">"There are none yet."</p> }.into_any();
    }
    let rows = webhooks
        .into_iter()
        .map(|webhook| {
            let events: Vec<_> = webhook.events.iter().map(|event| event.as_str()).collect();
            view! {
                <tr>
                    <th class="cell-name plain cell-wrap" scope="row">
                        <a href=format!("{PAGE}/{}", webhook.id)>{webhook.url.clone()}</a>
                    </th>
                    <td class="cell-wrap" data-unit="events">{events.join(", ")}</td>
                    <td data-unit="state">{state(&webhook)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label="Webhooks" columns=["URL", "Events", "State"]>{rows}</Table>
    }
    .into_any()
}

/// How a webhook fares, in a word.
pub(super) fn state(webhook: &WebhookInfo) -> impl IntoView + use<> {
    match (webhook.enabled, webhook.failing_since) {
        (true, None) => view! { <Badge tone=Tone::Ok>"On"</Badge> },
        (true, Some(_)) => view! { <Badge tone=Tone::Warn>"Failing"</Badge> },
        (false, _) => view! { <Badge>"Off"</Badge> },
    }
}

#[component]
fn MakeForm(
    /// One was made just now: the form begins anew.
    made: bool,
) -> impl IntoView {
    let posted = PostedForm::take();
    let typed = !made && posted.value("asks") == Some("create");
    let url = posted.value("url").filter(|_| typed).unwrap_or_default().to_owned();
    let chosen: Vec<WebhookEvent> = if typed {
        let events = posted.fields.iter().filter(|(name, _)| name == "event");
        events.filter_map(|(_, event)| event.parse().ok()).collect()
    } else {
        WebhookEvent::ALL.to_vec()
    };
    view! {
        <Card title="New webhook" text="It is told what happens from now on, in signed requests.">
            <PostForm action=PAGE asks="create">
                <TextField name="url" label="URL" input="url" value=url autocomplete="off" required=true
                    hint="Where your program listens: https://…" />
                <fieldset class="stack">
                    <legend>"Events"</legend>
                    {event_boxes(&chosen)}
                </fieldset>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Make webhook"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
