//! Rotation, by hand and by schedule.

use crate::{
    readers::{key, read, token},
    support::{Opened, both, draft, row, secret, value},
};
use model::{
    Generator, ListQuery, ReaderKind, RotationCounts, RotationState, Schedule, Scope, SecretId,
    Urgency, ValueKind, Version,
};
use std::num::NonZeroU32;
use store::{Caller, NewSchedule, Origin, ReadValues, RotatedValue, Rotation, StoreError};

const DAY: i64 = 86_400_000;

fn set(pairs: &[(&str, &str)]) -> Rotation {
    let set = |(name, text): &(&str, &str)| (key(name), RotatedValue::Set(value(text)));
    Rotation { values: pairs.iter().map(set).collect(), note: "quarterly".into() }
}

#[expect(clippy::unnecessary_wraps, reason = "a schedule is set, or nothing")]
fn every(days: u32) -> Option<Schedule> {
    Some(Schedule::Every(NonZeroU32::new(days).unwrap()))
}

#[expect(clippy::unnecessary_wraps, reason = "a schedule is set, or nothing")]
fn on(day: i64) -> Option<Schedule> {
    Some(Schedule::On(day))
}

async fn made(opened: &Opened, owner: &Caller, name: &str) -> SecretId {
    let dev = opened.environment(owner, "dev").await;
    let new = secret(name, &[("K", "old"), ("L", "old")]);
    opened.store.create_secret(owner, dev, new).await.unwrap()
}

async fn state(opened: &Opened, owner: &Caller, id: SecretId) -> RotationState {
    opened.store.secret(owner, id).await.unwrap().rotation.state
}

async fn scheduled(opened: &Opened, owner: &Caller, id: SecretId, schedule: Option<Schedule>) {
    let new = NewSchedule { schedule, expires_at: None };
    opened.store.set_schedule(owner, id, new).await.unwrap();
}

#[tokio::test]
async fn a_rotation_is_one_version_that_says_so_and_names_who_will_notice() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        let web = token(&opened, &owner, "web", &[Scope::Read]).await;
        read(&opened, &web, "db").await;
        let robot = token(&opened, &owner, "robot", &[Scope::Rotate]).await;
        let robot = store.authenticate(&robot, &Origin::default()).await.unwrap();
        let both_ways = Rotation {
            values: vec![
                (key("K"), RotatedValue::Set(value("new"))),
                (key("L"), RotatedValue::Generate(Generator::default())),
            ],
            note: "leaked".into(),
        };
        let rotated = store.rotate_values(&robot, id, Version(1), both_ways).await.unwrap();
        assert_eq!((rotated.version, rotated.generated), (Version(2), vec![key("L")]));
        let readers: Vec<_> =
            rotated.readers.iter().map(|r| (r.reader.kind(), r.name.as_str())).collect();
        assert_eq!(readers, [(ReaderKind::Program, "web")], "{}", opened.name);

        let all = ReadValues { version: None, keys: Vec::new() };
        let values = store.read_values(&owner, id, &all).await.unwrap().values;
        assert_eq!(values[0].1.dangerously_expose(), "new");
        assert_eq!(values[1].1.dangerously_expose().len(), 32);
        let history = store.list_versions(&owner, id).await.unwrap();
        assert_eq!((history[0].cause.as_str(), history[0].note.as_str()), ("rotation", "leaked"));
        let info = store.secret(&owner, id).await.unwrap().rotation;
        assert_eq!(info.rotated_at, Some(store.now()));
        assert_eq!(info.rotated_version, Some(Version(2)));

        let waiting = store.list_due(&owner).await.unwrap();
        let waiting: Vec<_> = waiting.iter().map(|due| due.behind).collect();
        assert_eq!(waiting, [1], "web has the old values still");
        read(&opened, &web, "db").await;
        assert!(store.list_due(&owner).await.unwrap().is_empty(), "every reader has moved");
    }
}

#[tokio::test]
async fn the_same_values_are_refused_by_key_and_the_question_is_kept() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        let refused =
            store.rotate_values(&owner, id, Version(1), set(&[("K", "old"), ("L", "new")])).await;
        let Err(StoreError::SameValues(keys)) = refused else { panic!("{refused:?}") };
        assert_eq!(keys, [key("K")]);
        assert_eq!(store.list_versions(&owner, id).await.unwrap().len(), 1, "{}", opened.name);
        let asked = "select count(*) from audit_rows where action = 'secret.rotate'";
        assert_eq!(opened.count(asked).await, 1);
        let missing = store.rotate_values(&owner, id, Version(1), set(&[("X", "new")])).await;
        assert!(matches!(missing, Err(StoreError::Invalid(_))), "{missing:?}");
        let nothing = store.rotate_values(&owner, id, Version(1), set(&[])).await;
        assert!(matches!(nothing, Err(StoreError::Invalid(_))), "{nothing:?}");
    }
}

#[tokio::test]
async fn of_two_admins_at_once_one_wins_and_the_other_sees_it() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        let (one, other) = tokio::join!(
            store.rotate_values(&owner, id, Version(1), set(&[("K", "one")])),
            store.rotate_values(&owner, id, Version(1), set(&[("K", "other")])),
        );
        let lost = match (one, other) {
            (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost,
            outcome => panic!("{}: {outcome:?}", opened.name),
        };
        let StoreError::Conflict { current: Version(2), changed_by: Some(by) } = lost else {
            panic!("{lost:?}")
        };
        assert_eq!(by.as_str(), "Mara Kovac");
    }
}

#[tokio::test]
async fn a_schedule_counts_days_from_the_last_rotation() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        assert_eq!(state(&opened, &owner, id).await, RotationState::Unscheduled);
        scheduled(&opened, &owner, id, every(90)).await;
        for (day, expected) in [
            (0, RotationState::Fresh),
            (76, RotationState::Soon),
            (90, RotationState::Due),
            (91, RotationState::Overdue),
        ] {
            opened.clock.advance(day * DAY + 1 - (store.now() - crate::support::NOON));
            assert_eq!(state(&opened, &owner, id).await, expected, "day {day}");
        }
        let owner = opened.sign_in("later").await;
        let list = async |urgency| {
            let wanted = ListQuery { rotation: Some(urgency), ..ListQuery::default() };
            store.list_secrets(&owner, &wanted).await.unwrap().total
        };
        assert_eq!((list(Urgency::Due).await, list(Urgency::Overdue).await), (0, 1));
        let counts = RotationCounts { overdue: 1, ..RotationCounts::default() };
        assert_eq!(store.rotation_counts().await.unwrap(), counts, "{}", opened.name);
        assert_eq!(store.list_due(&owner).await.unwrap().len(), 1);
        let listed = store.list_secrets(&owner, &ListQuery::default()).await.unwrap();
        assert_eq!(listed.rows[0].rotation, RotationState::Overdue);
        assert_eq!(store.count_overdue(&owner).await.unwrap(), 1);
        let mut limited = Caller { role: model::Role::Developer, ..owner.clone() };
        limited.grants.limited = true;
        assert_eq!(store.count_overdue(&limited).await.unwrap(), 0, "what they do not see");

        store.rotate_values(&owner, id, Version(1), set(&[("K", "new")])).await.unwrap();
        let info = store.secret(&owner, id).await.unwrap().rotation;
        assert_eq!((info.state, info.due_at), (RotationState::Fresh, Some(store.now() + 90 * DAY)));
        assert_eq!(store.count_overdue(&owner).await.unwrap(), 0);
        scheduled(&opened, &owner, id, None).await;
        assert_eq!(state(&opened, &owner, id).await, RotationState::Unscheduled);
        scheduled(&opened, &owner, id, every(u32::MAX)).await;
        assert_eq!(state(&opened, &owner, id).await, RotationState::Fresh, "there is no cap");
    }
}

#[tokio::test]
async fn a_day_is_done_by_a_rotation_near_it() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        let day = store.now() + 20 * DAY;
        scheduled(&opened, &owner, id, on(day)).await;
        store.rotate_values(&owner, id, Version(1), set(&[("K", "1")])).await.unwrap();
        assert_eq!(state(&opened, &owner, id).await, RotationState::Fresh, "it is too far away");
        opened.clock.advance(10 * DAY);
        let owner = opened.sign_in("later").await;
        assert_eq!(state(&opened, &owner, id).await, RotationState::Soon);
        store.rotate_values(&owner, id, Version(2), set(&[("K", "2")])).await.unwrap();
        assert_eq!(state(&opened, &owner, id).await, RotationState::Unscheduled);
        scheduled(&opened, &owner, id, on(day)).await;
        assert_eq!(state(&opened, &owner, id).await, RotationState::Soon, "asked for again");
    }
}

#[tokio::test]
async fn a_template_has_a_schedule_for_secrets_that_have_none() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let from_template = async |name: &str| {
            let mut new = draft(name, vec![row("PGPASSWORD", "x", ValueKind::Hidden)]);
            new.template = "postgres".into();
            store.create_secret(&owner, dev, new.parse().unwrap()).await.unwrap()
        };
        let one = from_template("one").await;
        let own = from_template("own").await;
        let other = made(&opened, &owner, "other").await;
        scheduled(&opened, &owner, own, every(400)).await;
        store.set_template_schedule(&owner, "postgres", every(10)).await.unwrap();
        let two = from_template("two").await;
        let info = async |id| store.secret(&owner, id).await.unwrap().rotation;
        for id in [one, two] {
            let info = info(id).await;
            assert!(info.of_template && info.schedule == every(10), "{info:?}");
            assert_eq!(info.state, RotationState::Soon);
        }
        assert_eq!(info(own).await.state, RotationState::Fresh);
        assert_eq!(info(other).await.state, RotationState::Unscheduled);
        assert_eq!(
            store.template_schedules(&owner).await.unwrap(),
            [("postgres".to_owned(), every(10).unwrap())]
        );

        store.set_template_schedule(&owner, "postgres", on(store.now() + 30 * DAY)).await.unwrap();
        assert_eq!(info(one).await.due_at, Some(store.now() + 30 * DAY), "{}", opened.name);
        opened.clock.advance(20 * DAY);
        let later = opened.sign_in("later").await;
        store.rotate_values(&later, one, Version(1), set(&[("PGPASSWORD", "y")])).await.unwrap();
        assert_eq!(info(one).await.state, RotationState::Unscheduled, "this one is done");
        assert_eq!(info(two).await.state, RotationState::Soon);
        store.set_template_schedule(&later, "postgres", None).await.unwrap();
        assert_eq!(info(two).await.due_at, None);
        assert_eq!(info(own).await.schedule, every(400));
    }
}

#[tokio::test]
async fn every_step_is_told_once_whatever_the_clock_does() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        scheduled(&opened, &owner, id, every(30)).await;
        let told =
            async || {
                let mut told = 0;
                for action in ["soon", "due", "overdue"] {
                    told = told * 10 + opened.count(match action {
                    "soon" => "select count(*) from audit_rows where action = 'rotation.soon'",
                    "due" => "select count(*) from audit_rows where action = 'rotation.due'",
                    _ => "select count(*) from audit_rows where action = 'rotation.overdue'",
                }).await;
                }
                told
            };
        assert_eq!(store.tell_due().await.unwrap(), 0);
        opened.clock.advance(30 * DAY + 1);
        assert_eq!(store.tell_due().await.unwrap(), 1);
        assert_eq!(told().await, 10, "what was slept through is not told late: {}", opened.name);
        opened.clock.advance(-3_600_000);
        assert_eq!(state(&opened, &owner, id).await, RotationState::Soon);
        assert_eq!(store.tell_due().await.unwrap(), 0);
        opened.clock.advance(2 * 3_600_000);
        assert_eq!((store.tell_due().await.unwrap(), told().await), (0, 10));
        opened.clock.advance(DAY);
        let (one, other) = tokio::join!(store.tell_due(), store.tell_due());
        assert_eq!(one.unwrap() + other.unwrap(), 1, "one of two servers tells it");
        assert_eq!(told().await, 11);

        let owner = opened.sign_in("later").await;
        store.rotate_values(&owner, id, Version(1), set(&[("K", "new")])).await.unwrap();
        opened.clock.advance(-3_600_000);
        assert_eq!(store.tell_due().await.unwrap(), 0);
        opened.clock.advance(31 * DAY);
        assert_eq!(store.tell_due().await.unwrap(), 1, "and the next time anew");
    }
}

#[tokio::test]
async fn the_end_of_the_credential_is_a_day_of_its_own() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let id = made(&opened, &owner, "db").await;
        let ends = store.now() + 20 * DAY;
        let new = NewSchedule { schedule: every(365), expires_at: Some(ends) };
        let detail = store.set_schedule(&owner, id, new).await.unwrap();
        assert_eq!(detail.rotation.expires_at, Some(ends));
        assert_eq!(detail.rotation.state, RotationState::Fresh);
        assert!(store.list_due(&owner).await.unwrap().is_empty());
        opened.clock.advance(6 * DAY);
        assert_eq!(store.list_due(&owner).await.unwrap().len(), 1, "{}", opened.name);
        opened.clock.advance(14 * DAY);
        let counts = RotationCounts { expired: 1, ..RotationCounts::default() };
        assert_eq!(store.rotation_counts().await.unwrap(), counts);
    }
}
