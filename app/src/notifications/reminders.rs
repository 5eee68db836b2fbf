//! `/settings/notifications`.

use super::mail_is_set_up;
use crate::{
    drawn::{FormAnswer, PostForm, drawn},
    ui::{
        Badge, Button, ButtonKind, Card, Notice, NoticeKind, PageHeader, SelectField, Table, Time,
        Tone,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Cadence;
use store::{MailFault, MailLog};

const PAGE: &str = "/settings/notifications";

/// How often this person is reminded by mail; and for admins how mail fares.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let content = drawn(
        |store, caller| async move {
            let cadence = store.reminder_cadence(&caller).await?;
            Ok((cadence, store.mail_log(&caller).await?))
        },
        |(cadence, log)| {
            view! {
                <CadenceForm cadence />
                {log.map(|log| view! { <Mail log /> })}
            }
            .into_any()
        },
    );
    let missing = (!mail_is_set_up()).then(|| {
        view! {
            <Notice kind=NoticeKind::Info title="Mail is not set up on this server.">
                <p>
                    "Nobody is reminded by e-mail until whoever runs it does that (--smtp-url). Everything else works: see what is due under "
                    <a href="/rotation">"Rotation"</a> "."
                </p>
            </Notice>
        }
    });
    view! {
        <Title text="Notifications" />
        <PageHeader title="Notifications" text="What Keyloft tells you by e-mail." />
        <div class="stack loose">
            <FormAnswer done=&[("reminders", "Saved. It counts from now on, for all your workspaces.")] />
            {missing}
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn CadenceForm(cadence: Cadence) -> impl IntoView {
    let options = [
        (Cadence::Daily, "At most once a day"),
        (Cadence::Weekly, "At most once a week"),
        (Cadence::Off, "Never"),
    ];
    let options = options.map(|(cadence, words)| (cadence.as_str().to_owned(), words.to_owned()));
    view! {
        <Card
            title="Reminders"
            text="One e-mail about all that wants your attention: secrets whose rotation is due, credentials and tokens that end within two weeks. It comes when something is new, or after a week."
        >
            <PostForm action=PAGE asks="reminders">
                <SelectField name="every" label="Remind me" options=options.to_vec()
                    value=cadence.as_str().to_owned() />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[component]
fn Mail(log: MailLog) -> impl IntoView {
    let waiting = match log.waiting {
        0 => "No e-mail of this workspace waits.".to_owned(),
        1 => "One e-mail of this workspace waits.".to_owned(),
        many => format!("{many} e-mails of this workspace wait."),
    };
    let failures = (!log.failures.is_empty()).then(|| {
        let rows = log.failures.into_iter().map(failure_row).collect_view();
        view! {
            <Table label="E-mails that failed" columns=["To", "About", "Last try", "Why it failed", "Now"]>{rows}</Table>
        }
    });
    view! {
        <section class="stack">
            <div class="section-head"><h2>"E-mails of this workspace"</h2></div>
            <p class="muted">{waiting}</p>
            {failures}
        </section>
    }
    .into_any()
}

fn failure_row(fault: MailFault) -> impl IntoView {
    let MailFault { to, kind, error, tried_at, waits, .. } = fault;
    view! {
        <tr>
            <th class="cell-name plain" scope="row">{to}</th>
            <td data-unit="about">{kind}</td>
            <td data-unit="last try"><Time ms=tried_at /></td>
            <td class="cell-wrap" data-unit="why">{error}</td>
            <td data-unit="now">
                {if waits {
                    view! { <Badge tone=Tone::Warn>"Tried again"</Badge> }
                } else {
                    view! { <Badge tone=Tone::Bad>"Given up"</Badge> }
                }}
            </td>
        </tr>
    }
}
