//! What people and programs are told by themselves.

mod reminders;
mod webhook;
mod webhooks;

pub use reminders::NotificationsPage;
pub use webhook::WebhookPage;
pub use webhooks::WebhooksPage;

use crate::ui::{Checkbox, Notice, NoticeKind};
use leptos::prelude::*;
use model::WebhookEvent;

/// Whether the operator set up mail.
#[derive(Clone, Copy, Debug)]
pub struct MailSetUp(pub bool);

fn mail_is_set_up() -> bool {
    use_context::<MailSetUp>().is_some_and(|mail| mail.0)
}

/// Checkboxes for all events; those of `chosen` are checked.
fn event_boxes(chosen: &[WebhookEvent]) -> impl IntoView + use<> {
    WebhookEvent::ALL
        .map(|event| {
            let checked = chosen.contains(&event);
            let (label, hint) = words(event);
            view! { <Checkbox name="event" value=event.as_str() label=label hint=hint checked=checked /> }
        })
        .collect_view()
}

const fn words(event: WebhookEvent) -> (&'static str, &'static str) {
    match event {
        WebhookEvent::MemberChanged => {
            ("Members change", "member.changed: invited, joined, left, or may do other things")
        }
        WebhookEvent::RotationDue => {
            ("Rotations are due", "rotation.due: due soon, due or overdue; at most once a day")
        }
        WebhookEvent::RotationFailed => ("A rotation fails", "rotation.failed: a rotator gave up"),
        WebhookEvent::SecretChanged => {
            ("A secret changes", "secret.changed: made, edited, restored, copied or moved")
        }
        WebhookEvent::SecretDeleted => {
            ("A secret is deleted", "secret.deleted: in the trash, or destroyed")
        }
        WebhookEvent::SecretExpiring => {
            ("Credentials end", "secret.expiring: within two weeks; at most once a day")
        }
        WebhookEvent::SecretRotated => {
            ("A secret is rotated", "secret.rotated: by hand or by a rotator")
        }
        WebhookEvent::TokenExpiring => {
            ("Tokens end", "token.expiring: within two weeks; at most once a day")
        }
    }
}

/// A signing secret, this once.
fn secret_shown(once: Vec<String>) -> AnyView {
    let lines = once.into_iter().map(|line| view! { <p><code>{line}</code></p> }).collect_view();
    view! {
        <Notice kind=NoticeKind::Ok title="The signing secret is shown this once. Keep it where the program finds it.">
            {lines}
        </Notice>
    }
    .into_any()
}
