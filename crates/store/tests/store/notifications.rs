//! What is told to webhooks and people: each thing once, whatever the clock does and however many servers there are.

use crate::support::{Opened, both, secret, value};
use model::{
    Action, Cadence, DeliveryState, KeyName, Role, Schedule, Scope, SecretId, Version,
    WebhookEvent, WebhookId,
};
use std::num::NonZeroU32;
use store::{
    Caller, DeliveryOutcome, DeliveryWork, NewSchedule, NewToken, NewValues, Outgoing,
    RotatedValue, Rotation, Store, StoreError, WebhookChange, WebhookRefusal,
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const CANARY: &str = "canary-bird-value";

async fn made(opened: &Opened, owner: &Caller, events: &[WebhookEvent]) -> WebhookId {
    let url = "https://hooks.example.org/keyloft";
    opened.store.create_webhook(owner, url, events).await.unwrap().info.id
}

async fn app(opened: &Opened, owner: &Caller, name: &str) -> SecretId {
    let dev = opened.environment(owner, "dev").await;
    opened.store.create_secret(owner, dev, secret(name, &[("A", CANARY)])).await.unwrap()
}

async fn kinds(opened: &Opened, owner: &Caller, webhook: WebhookId) -> Vec<String> {
    let all = opened.store.list_deliveries(owner, webhook).await.unwrap();
    assert!(all.iter().all(|one| !one.payload.contains(CANARY)), "{all:?}");
    let mut kinds: Vec<_> = all.into_iter().map(|one| one.kind).collect();
    kinds.sort();
    kinds
}

async fn end(store: &Store, work: DeliveryWork, error: Option<&str>) {
    let outcome =
        DeliveryOutcome { status: Some(500), duration_ms: 7, error: error.map(str::to_owned) };
    store.end_delivery(work, outcome, 0.0).await.unwrap();
}

#[tokio::test]
async fn what_happened_is_told_once_and_without_values() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        app(&opened, &owner, "before").await;
        let all = made(&opened, &owner, &WebhookEvent::ALL).await;
        let some = made(&opened, &owner, &[WebhookEvent::SecretDeleted]).await;

        let id = app(&opened, &owner, "app").await;
        let values = vec![(KeyName::parse("A").unwrap(), value("other-canary"))];
        let new = NewValues { values, note: String::new() };
        store.set_values(&owner, id, Version::FIRST, new).await.unwrap();
        let values = vec![(KeyName::parse("A").unwrap(), RotatedValue::Set(value("third-canary")))];
        let rotation = Rotation { values, note: String::new() };
        store.rotate_values(&owner, id, Version(2), rotation).await.unwrap();
        store.trash_secret(&owner, id, Version(3)).await.unwrap();
        opened.bring(&owner, "ada", Role::Developer).await;

        let second = opened.again().await;
        let (one, other) = tokio::join!(store.tell_webhooks(), second.tell_webhooks());
        assert_eq!(one.unwrap() + other.unwrap(), 7, "{}", opened.name);
        assert_eq!(store.tell_webhooks().await.unwrap(), 0);
        assert_eq!(
            kinds(&opened, &owner, all).await,
            [
                "member.changed",
                "member.changed",
                "secret.changed",
                "secret.changed",
                "secret.deleted",
                "secret.rotated",
            ]
        );
        assert_eq!(kinds(&opened, &owner, some).await, ["secret.deleted"]);
        let told = store.list_deliveries(&owner, some).await.unwrap().remove(0).payload;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["data"]["secret"]["name"], "app");
        assert_eq!(told["data"]["secret"]["environment"], "dev");
        assert_eq!(told["data"]["secret"]["id"], id.to_string());
        assert_eq!(told["data"]["actor"]["name"], "Mara Kovac");
        assert_eq!(told["timestamp"], "2026-06-01T12:00:00Z");

        // What happens while it is switched off is not told later.
        let off = WebhookChange { enabled: Some(false), ..WebhookChange::default() };
        store.change_webhook(&owner, some, off).await.unwrap();
        let id = app(&opened, &owner, "meanwhile").await;
        store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
        let on = WebhookChange { enabled: Some(true), ..WebhookChange::default() };
        store.change_webhook(&owner, some, on).await.unwrap();
        store.tell_webhooks().await.unwrap();
        assert_eq!(kinds(&opened, &owner, some).await.len(), 1);
    }
}

#[tokio::test]
async fn a_message_goes_to_one_replica_is_tried_again_and_given_up() {
    for opened in both().await {
        let owner = opened.owner().await;
        let (first, second) = (&opened.store, opened.again().await);
        let webhook = made(&opened, &owner, &WebhookEvent::ALL).await;
        let delivery = first.test_webhook(&owner, webhook).await.unwrap();
        let racers = (0..10).map(|number| {
            let store = if number % 2 == 0 { first.clone() } else { second.clone() };
            tokio::spawn(async move { store.claim_delivery(true).await.unwrap() })
        });
        let mut won = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            won.extend(racer.await.unwrap());
        }
        assert_eq!(won.len(), 1, "{}", opened.name);
        let work = won.remove(0);
        assert_eq!(work.id, delivery);
        assert!(matches!(&work.outgoing, Outgoing::Webhook { secrets, .. } if secrets.len() == 1));
        let again = first.redeliver(&owner, webhook, delivery).await;
        assert!(matches!(again, Err(StoreError::WebhookRefused(WebhookRefusal::UnderWay))));

        // The clock goes back while it is being sent: nobody else sends it.
        opened.clock.advance(-HOUR);
        assert!(second.claim_delivery(true).await.unwrap().is_none());
        end(first, work, Some("status 500")).await;
        // It is set for a minute from now, by the clock that there is.
        opened.clock.advance(59_000);
        assert!(second.claim_delivery(true).await.unwrap().is_none());
        opened.clock.advance(1_000);
        let work = second.claim_delivery(true).await.unwrap().unwrap();
        end(&second, work, Some("status 500")).await;
        // Now it waits 5 minutes; the clock goes back an hour, and it does not wait for that too.
        opened.clock.advance(-HOUR);
        let mut tries = 2;
        while let Some(work) = first.claim_delivery(false).await.unwrap() {
            end(first, work, Some("status 500")).await;
            tries += 1;
            opened.clock.advance(DAY);
        }
        assert_eq!(tries, 7, "it is switched off after three days");
        let log = first.list_deliveries(&owner, webhook).await.unwrap().remove(0);
        assert_eq!((log.state, log.attempts, log.status), (DeliveryState::Failed, 7, Some(500)));

        // By then it took nothing for days.
        let told = first.webhook(&owner, webhook).await.unwrap();
        assert!(!told.enabled && told.disabled_why.unwrap().contains("3 days"));
        let notices = opened
            .count("select count(*) from deliveries where kind = 'webhook-disabled' and state = 'pending'")
            .await;
        assert_eq!(notices, 1);
        let off = first.test_webhook(&owner, webhook).await;
        assert!(matches!(off, Err(StoreError::WebhookRefused(WebhookRefusal::Off))));

        let on = WebhookChange { enabled: Some(true), ..WebhookChange::default() };
        first.change_webhook(&owner, webhook, on).await.unwrap();
        first.redeliver(&owner, webhook, delivery).await.unwrap();
        let work = first.claim_delivery(false).await.unwrap().unwrap();
        assert_eq!(work.id, delivery, "under the same id");
        end(first, work, None).await;
        let log = first.list_deliveries(&owner, webhook).await.unwrap().remove(0);
        assert_eq!((log.state, log.error), (DeliveryState::Sent, None));
        assert!(first.claim_delivery(false).await.unwrap().is_none(), "mail cannot be sent");
        assert!(first.claim_delivery(true).await.unwrap().is_some());

        opened.clock.advance(31 * DAY);
        assert!(first.forget_old_deliveries().await.unwrap() >= 1);
        assert!(
            first
                .list_deliveries(&opened.sign_in("later").await, webhook)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn for_a_day_messages_are_signed_with_both_secrets() {
    for opened in both().await {
        let owner = opened.owner().await;
        let webhook = made(&opened, &owner, &WebhookEvent::ALL).await;
        let new = opened.store.rotate_webhook_secret(&owner, webhook).await.unwrap();
        for (count, wait) in [(2, DAY), (1, 0)] {
            opened.store.test_webhook(&owner, webhook).await.unwrap();
            let work = opened.store.claim_delivery(true).await.unwrap().unwrap();
            let Outgoing::Webhook { secrets, .. } = &work.outgoing else { panic!("a mail") };
            assert_eq!(secrets.len(), count);
            assert_eq!(secrets[0].dangerously_expose(), new.dangerously_expose());
            assert!(new.dangerously_expose().starts_with("whsec_"));
            end(&opened.store, work, None).await;
            opened.clock.advance(wait);
        }
    }
}

/// A secret due in a week, one whose credential ends, a token that ends.
async fn wanting(opened: &Opened, owner: &Caller) -> SecretId {
    let id = app(opened, owner, "app").await;
    let schedule = NewSchedule {
        schedule: Some(Schedule::Every(NonZeroU32::new(7).unwrap())),
        expires_at: Some(opened.store.now() + 3 * DAY),
    };
    opened.store.set_schedule(owner, id, schedule).await.unwrap();
    let new = NewToken {
        name: "nightly".into(),
        scopes: [Scope::Read].into(),
        days: 5,
        ..NewToken::default()
    };
    opened.store.make_token(owner, new, None).await.unwrap();
    id
}

#[tokio::test]
async fn reminders_come_once_a_day_with_everything_in_them() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let webhook = made(&opened, &owner, &[WebhookEvent::RotationDue]).await;
        let every = made(&opened, &owner, &WebhookEvent::ALL).await;
        assert_eq!(store.remind_webhooks().await.unwrap(), 0, "there is nothing to tell");
        opened.clock.advance(HOUR);
        let owner = opened.sign_in("later").await;
        wanting(&opened, &owner).await;
        let second = opened.again().await;
        let (one, other) = tokio::join!(store.remind_webhooks(), second.remind_webhooks());
        assert_eq!(one.unwrap() + other.unwrap(), 2, "{}", opened.name);
        let items = async |webhook| -> Vec<String> {
            let told = store.list_deliveries(&owner, webhook).await.unwrap();
            let told = told.iter().find(|one| one.kind == "reminder").unwrap();
            let told: serde_json::Value = serde_json::from_str(&told.payload).unwrap();
            let items = told["data"]["items"].as_array().unwrap();
            items.iter().map(|item| item["event"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(items(webhook).await, ["rotation.due"]);
        assert_eq!(items(every).await, ["rotation.due", "secret.expiring", "token.expiring"]);

        // Neither an hour back nor an hour on tells it again, nor a day on, as nothing is new.
        for step in [-HOUR, 2 * HOUR, HOUR, DAY] {
            opened.clock.advance(step);
            assert_eq!(store.remind_webhooks().await.unwrap(), 0, "{step}");
        }
        // Two more days, and the credential has ended; a week after the first, it is told once more.
        opened.clock.advance(2 * DAY);
        assert_eq!(store.remind_webhooks().await.unwrap(), 1);
        opened.clock.advance(4 * DAY);
        assert_eq!(store.remind_webhooks().await.unwrap(), 2);
    }
}

async fn next_mail(store: &Store) -> Option<(String, String, String)> {
    let work = store.claim_delivery(true).await.unwrap()?;
    let Outgoing::Mail { to, subject, text } = &work.outgoing else { panic!("a webhook") };
    let mail = (to.clone(), subject.clone(), text.to_string());
    end(store, work, None).await;
    Some(mail)
}

#[tokio::test]
async fn those_who_may_rotate_a_secret_are_reminded_of_it_as_often_as_they_wish() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let maker = opened.bring(&owner, "ada", Role::Developer).await;
        opened.bring(&owner, "grace", Role::Developer).await;
        let admin = opened.bring(&owner, "linus", Role::Admin).await;
        store.set_reminder_cadence(&admin, Cadence::Off).await.unwrap();
        wanting(&opened, &maker).await;
        let second = opened.again().await;
        let site = "https://keyloft.example";
        let (one, other) = tokio::join!(store.remind_people(site), second.remind_people(site));
        assert!(one.unwrap() + other.unwrap() >= 3);
        let mut to = Vec::new();
        while let Some((address, subject, text)) = next_mail(store).await {
            assert_eq!(subject, "Keyloft: 3 things want your attention");
            assert!(text.contains("- dev/app: rotate by 2026-06-08"), "{text}");
            assert!(text.contains("- dev/app: the credential ends on 2026-06-04"), "{text}");
            assert!(text.contains("- the token nightly ends on 2026-06-06"), "{text}");
            assert!(text.contains("https://keyloft.example/settings/notifications"), "{text}");
            assert!(!text.contains(CANARY), "{text}");
            to.push(address);
        }
        to.sort();
        assert_eq!(to, ["ada@example.org", "mara@example.org"], "{}", opened.name);
        for step in [-HOUR, 2 * HOUR] {
            opened.clock.advance(step);
            store.remind_people(site).await.unwrap();
            assert!(next_mail(store).await.is_none());
        }
        // After three days something is new: daily hears of it, weekly waits.
        store.set_reminder_cadence(&maker, Cadence::Weekly).await.unwrap();
        assert_eq!(store.reminder_cadence(&maker).await.unwrap(), Cadence::Weekly);
        opened.clock.advance(3 * DAY);
        store.remind_people(site).await.unwrap();
        assert_eq!(next_mail(store).await.unwrap().0, "mara@example.org");
        assert!(next_mail(store).await.is_none());
    }
}

#[tokio::test]
async fn a_mail_is_sealed_until_it_is_sent_and_its_failure_is_shown_to_admins() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let made = store.invite(&owner, "ada@example.org", Role::Viewer).await.unwrap();
        store.mail_invitation(&owner, &made, "https://k.example/invitation/1").await.unwrap();
        store.mail_invitation(&owner, &made, "https://k.example/invitation/2").await.unwrap();
        for n in 3..=5 {
            let link = format!("https://k.example/invitation/{n}");
            assert!(store.mail_invitation(&owner, &made, &link).await.unwrap());
        }
        let sixth = store.mail_invitation(&owner, &made, "https://k.example/invitation/6").await;
        assert!(!sixth.unwrap(), "{}: nobody gets more a day", opened.name);
        let work = store.claim_delivery(true).await.unwrap().unwrap();
        let Outgoing::Mail { to, text, .. } = &work.outgoing else { panic!("a webhook") };
        assert_eq!(to, "ada@example.org");
        assert!(text.contains("/invitation/5") && text.contains("72 hours"), "{text:?}");
        end(store, work, Some("no answer within 5 seconds")).await;
        assert!(
            store.claim_delivery(true).await.unwrap().is_none(),
            "the ones before are not sent"
        );
        let log = store.mail_log(&owner).await.unwrap().unwrap();
        assert_eq!((log.waiting, log.failures.len()), (1, 1));
        assert_eq!(log.failures[0].error, "no answer within 5 seconds");
        assert!(log.failures[0].waits);
        opened.clock.advance(60_000);
        assert!(next_mail(store).await.is_some());
        assert_eq!(
            opened.count("select count(*) from deliveries where sealed is not null").await,
            0
        );
        assert_eq!(store.mail_log(&owner).await.unwrap().unwrap().failures.len(), 0);
        let viewer = opened.bring(&owner, "grace", Role::Viewer).await;
        assert!(store.mail_log(&viewer).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn owners_and_admins_manage_webhooks_of_their_workspace_alone() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let webhook = made(&opened, &owner, &WebhookEvent::ALL).await;
        let developer = opened.bring(&owner, "ada", Role::Developer).await;
        let denied = |outcome: Result<(), StoreError>| {
            assert!(matches!(outcome, Err(StoreError::Denied(Action::ManageWebhooks))));
        };
        denied(store.list_webhooks(&developer).await.map(drop));
        denied(store.webhook(&developer, webhook).await.map(drop));
        denied(store.test_webhook(&developer, webhook).await.map(drop));
        denied(store.delete_webhook(&developer, webhook).await);
        denied(store.rotate_webhook_secret(&developer, webhook).await.map(drop));
        denied(store.list_deliveries(&developer, webhook).await.map(drop));

        // Without the password of just now one may look and switch, and not send things elsewhere.
        opened.clock.advance(HOUR / 6);
        let owner = opened.found("owner").await;
        let asked = |outcome: Result<(), StoreError>| {
            assert!(matches!(outcome, Err(StoreError::SudoNeeded)));
        };
        let url = |url: &str| WebhookChange { url: Some(url.into()), ..WebhookChange::default() };
        asked(store.change_webhook(&owner, webhook, url("https://other.example")).await.map(drop));
        asked(store.rotate_webhook_secret(&owner, webhook).await.map(drop));
        asked(
            store.create_webhook(&owner, "https://a.example", &WebhookEvent::ALL).await.map(drop),
        );
        let events = WebhookChange {
            events: Some(vec![WebhookEvent::SecretRotated]),
            ..WebhookChange::default()
        };
        let changed = store.change_webhook(&owner, webhook, events).await.unwrap();
        assert_eq!(changed.events, [WebhookEvent::SecretRotated]);

        let owner = opened.sign_in("again").await;
        let events = WebhookEvent::ALL;
        for bad in ["", "ftp://a.example", "hooks.example.org", "https://a\u{0}"] {
            let refused = store.create_webhook(&owner, bad, &events).await.map(drop);
            assert!(
                matches!(refused, Err(StoreError::WebhookRefused(WebhookRefusal::Url))),
                "{bad}"
            );
        }
        let refused = store.create_webhook(&owner, "https://a.example", &[]).await.map(drop);
        assert!(matches!(refused, Err(StoreError::WebhookRefused(WebhookRefusal::NoEvents))));
        let there = store.create_workspace(&owner, "Elsewhere").await.unwrap();
        store.switch_workspace(&owner, there).await.unwrap();
        let stranger = opened.found("again").await;
        for outcome in [
            store.webhook(&stranger, webhook).await.map(drop),
            store.delete_webhook(&stranger, webhook).await,
            store.list_deliveries(&stranger, webhook).await.map(drop),
        ] {
            assert!(matches!(outcome, Err(StoreError::NotFound)));
        }
    }
}

#[tokio::test]
async fn tests_of_a_webhook_have_a_limit_and_its_makers_leaving_ends_it() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let admin = opened.bring(&owner, "ann", Role::Admin).await;
        let webhook = made(&opened, &admin, &WebhookEvent::ALL).await;
        for _ in 0..10 {
            store.test_webhook(&owner, webhook).await.unwrap();
        }
        let refused = store.test_webhook(&owner, webhook).await;
        assert!(matches!(refused, Err(StoreError::WebhookRefused(WebhookRefusal::TestedOften))));
        opened.clock.advance(60_001);
        store.test_webhook(&owner, webhook).await.unwrap();

        store.remove_member(&opened.found("owner").await, admin.user).await.unwrap();
        let left = store.webhook(&owner, webhook).await.unwrap();
        assert!(!left.enabled, "{}", opened.name);
        assert_eq!(left.disabled_why.as_deref(), Some("whoever made it left"));
        assert!(store.claim_delivery(true).await.unwrap().is_none(), "nothing waits for it");
    }
}

#[tokio::test]
async fn what_is_damaged_keeps_nothing_else_waiting() {
    for opened in both().await {
        let owner = opened.owner().await;
        let store = &opened.store;
        let damaged = made(&opened, &owner, &WebhookEvent::ALL).await;
        let whole = made(&opened, &owner, &WebhookEvent::ALL).await;
        app(&opened, &owner, "first").await;
        app(&opened, &owner, "second").await;
        opened
            .run_sql(&format!(
                "update audit_rows set body = digest where seq =
                   (select min(seq) from audit_rows where action = 'secret.create');
                 update webhooks set sealed =
                   (select w.sealed from webhooks w where w.id = '{whole}') where id = '{damaged}'"
            ))
            .await;
        store.tell_webhooks().await.unwrap();
        let work = store.claim_delivery(true).await.unwrap().unwrap();
        let told = work.id;
        end(store, work, None).await;
        assert!(store.claim_delivery(true).await.unwrap().is_none(), "{}", opened.name);
        let log = store.list_deliveries(&owner, whole).await.unwrap();
        let ids: Vec<_> = log.iter().map(|one| one.id).collect();
        assert_eq!(ids, [told], "{}: the damaged row is told to nobody", opened.name);
        let log = store.list_deliveries(&owner, damaged).await.unwrap();
        let why = log[0].error.as_deref().unwrap();
        assert!(why.contains("does not open") && log.len() == 1, "{}: {why}", opened.name);
    }
}
