//! Second factors: codes, recovery codes, and whom a workspace asks for one. Passkeys are told in a real browser, by end2end.

use crate::support::{Opened, PASSWORD, both, value};
use data_encoding::BASE32_NOPAD;
use model::{Action, Field, Problems, Reason, Role, Scope, SecretValue};
use store::{
    Caller, ChangedFactors, Credential, FactorRefusal, NewSession, Origin, PasswordChange,
    RequestAnswer, SecondStep, SignIn, StoreError,
};
use totp_rs::Builder;

/// What the app shows that has this key.
fn code_at(key: &str, ms: i64) -> String {
    let key = BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let totp = Builder::new().with_secret(key).build().unwrap();
    totp.generate(u64::try_from(ms / 1000).unwrap()).to_string()
}

/// Sets an app up for the owner; answers its key, the recovery codes, and the owner, whose cookie holds `app`.
async fn with_app(opened: &Opened, owner: &Caller) -> (String, Vec<SecretValue>, Caller) {
    let store = &opened.store;
    store.start_totp(owner).await.unwrap();
    let key = store.factors(owner).await.unwrap().pending.unwrap().key;
    let code = value(&code_at(&key, store.now()));
    let ChangedFactors { session, recovery_codes } =
        store.confirm_totp(owner, &code).await.unwrap();
    opened.clock.advance(30_000);
    let owner = opened_as(opened, session, "app").await;
    (key, recovery_codes, owner)
}

async fn opened_as(opened: &Opened, session: NewSession, id: &str) -> Caller {
    opened.store.open_session(id.as_bytes(), session, &Origin::default()).await.unwrap();
    opened.found(id).await
}

/// The right password, which leads to the second step.
async fn second_step(opened: &Opened) -> SecondStep {
    let origin = Origin::default();
    match opened.store.sign_in("mara@example.org", value(PASSWORD), &origin).await.unwrap() {
        SignIn::Second(step) => step,
        SignIn::Open(_) => panic!("the password alone opened a session"),
    }
}

async fn answer(opened: &Opened, step: &SecondStep, code: &str) -> store::Result<NewSession> {
    opened.store.sign_in_with_code(&step.cookie, &value(code), &Origin::default()).await
}

fn is_wrong_code<T>(outcome: &store::Result<T>) -> bool {
    let wrong = Problems::one(Field::SecondFactor, Reason::Wrong);
    matches!(outcome, Err(StoreError::Invalid(problems)) if *problems == wrong)
}

#[tokio::test]
async fn an_app_counts_once_its_first_code_was_given() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let other = opened.sign_in("other").await;
        let waiting = store.start_login("desk", &Origin::default()).await.unwrap();
        store.answer_login(&other, &waiting.code, true).await.unwrap();
        let line = opened.signed_in_at(&owner, "laptop").await;
        assert!(!store.factors(&owner).await.unwrap().any());
        let nothing = store.confirm_totp(&owner, &value("123456")).await;
        assert!(matches!(nothing, Err(StoreError::FactorRefused(FactorRefusal::NotBegun))));

        store.start_totp(&owner).await.unwrap();
        assert!(opened.sign_in("still").await.has_sudo(store.now()), "it does not count yet");
        let pending = store.factors(&owner).await.unwrap().pending.unwrap();
        assert!(pending.uri.starts_with("otpauth://totp/Keyloft:mara%40example.org?secret="));
        assert!(!format!("{pending:?}").contains(&pending.key));
        let too_old = code_at(&pending.key, store.now() - 90_000);
        assert!(is_wrong_code(&store.confirm_totp(&owner, &value(&too_old)).await));
        let code = code_at(&pending.key, store.now());
        let changed = store.confirm_totp(&owner, &value(&code)).await.unwrap();
        assert_eq!(changed.recovery_codes.len(), 10);

        // S-42: everything else that they were signed in with ended.
        for id in ["owner", "other", "still"] {
            assert!(store.session(id.as_bytes()).await.unwrap().is_none(), "{id}");
        }
        assert!(store.authenticate(&line, &Origin::default()).await.is_err());
        let polled = store.poll_login(&waiting.poll).await;
        assert!(matches!(polled, Ok(RequestAnswer::Expired)), "approved, and not fetched yet");
        let owner = opened_as(&opened, changed.session, "on").await;
        assert!(owner.has_factor && owner.has_sudo(store.now()));
        let factors = store.factors(&owner).await.unwrap();
        assert!(factors.totp.is_some() && factors.pending.is_none());
        assert_eq!(factors.recovery_left, 10);

        // The database holds neither key nor codes.
        assert_eq!(opened.count("select count(*) from totp where pending is null").await, 1);
        assert_eq!(opened.count("select factors from users").await, 1);
        drop(other);
    }
}

#[tokio::test]
async fn changing_factors_takes_sudo_and_ends_when_the_last_is_gone() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (_, codes, owner) = with_app(&opened, &owner).await;
        opened.clock.advance(6 * 60_000);
        assert!(matches!(store.start_totp(&owner).await, Err(StoreError::SudoNeeded)));
        assert!(matches!(store.remove_totp(&owner).await, Err(StoreError::SudoNeeded)));
        assert!(matches!(store.renew_recovery_codes(&owner).await, Err(StoreError::SudoNeeded)));
        let change =
            PasswordChange { current: value(PASSWORD), new: value("blue lamps under bridges") };
        let changed = store.change_password(&owner, change).await;
        assert!(matches!(changed, Err(StoreError::SudoNeeded)), "the password proves too little");

        let next = store
            .confirm(&owner, value(PASSWORD), &value(codes[0].dangerously_expose()))
            .await
            .unwrap();
        let owner = opened_as(&opened, next, "sudo").await;
        let changed = store.renew_recovery_codes(&owner).await.unwrap();
        assert!(changed.recovery_codes.iter().all(|new| {
            codes.iter().all(|old| old.dangerously_expose() != new.dangerously_expose())
        }));
        let owner = opened_as(&opened, changed.session, "codes").await;
        let step = second_step(&opened).await;
        assert!(is_wrong_code(&answer(&opened, &step, codes[1].dangerously_expose()).await));

        let changed = store.remove_totp(&owner).await.unwrap();
        assert!(changed.recovery_codes.is_empty());
        assert_eq!(opened.count("select count(*) from recovery_codes").await, 0);
        let owner = opened_as(&opened, changed.session, "without").await;
        assert!(!owner.has_factor);
        assert!(matches!(
            store.renew_recovery_codes(&owner).await,
            Err(StoreError::FactorRefused(FactorRefusal::Without))
        ));
        assert!(matches!(store.remove_totp(&owner).await, Err(StoreError::NotFound)));
        opened.sign_in("password").await;
    }
}

#[tokio::test]
async fn signing_in_takes_the_code_within_five_minutes_and_from_the_same_browser() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (key, ..) = with_app(&opened, &owner).await;
        let step = second_step(&opened).await;
        assert!(step.takes_code && !step.takes_passkey);
        // The step is no session, and its cookie stands nowhere in the database.
        assert!(store.session(step.cookie.as_bytes()).await.unwrap().is_none());
        assert!(!format!("{step:?}").contains(&step.cookie));
        assert!(store.second_step("another browser").await.unwrap().is_none());
        let code = code_at(&key, store.now());
        let elsewhere = SecondStep { cookie: "another browser".into(), ..step.clone() };
        assert!(matches!(answer(&opened, &elsewhere, &code).await, Err(StoreError::SignInFailed)));
        let session = answer(&opened, &step, &code).await.unwrap();
        assert!(opened_as(&opened, session, "in").await.has_sudo(store.now()));
        assert!(store.second_step(&step.cookie).await.unwrap().is_none(), "it works once");

        let step = second_step(&opened).await;
        opened.clock.advance(5 * 60_000 + 1);
        let code = code_at(&key, store.now());
        assert!(matches!(answer(&opened, &step, &code).await, Err(StoreError::SignInFailed)));
        // A new password ends steps that began with the old one.
        let step = second_step(&opened).await;
        store.reset_password("mara@example.org", value(PASSWORD)).await.unwrap();
        assert!(matches!(answer(&opened, &step, &code).await, Err(StoreError::SignInFailed)));
        // And does not take the factor away.
        let step = second_step(&opened).await;
        answer(&opened, &step, &code).await.unwrap();
    }
}

#[tokio::test]
async fn a_code_is_taken_once_in_one_spelling_and_around_its_time() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (key, ..) = with_app(&opened, &owner).await;
        let now = store.now();
        let tried = async |code: &str| {
            opened.clock.advance(0);
            let step = second_step(&opened).await;
            answer(&opened, &step, code).await
        };
        // S-03: a code that was taken is not taken again, however it is spelled.
        let code = code_at(&key, now);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        let wide: String =
            code.bytes().map(|b| char::from_u32(u32::from(b) + 0xfee0).unwrap()).collect();
        assert!(is_wrong_code(&tried(&format!(" {code}")).await), "{}", opened.name);
        tried(&code).await.unwrap();
        for again in [code.as_str(), &format!(" {code}"), &spaced, &wide] {
            assert!(is_wrong_code(&tried(again).await), "{again:?}");
        }
        opened.clock.advance(6 * 60_000);
        let now = store.now();
        // A clock may be wrong by a step either way, not by two.
        assert!(is_wrong_code(&tried(&code_at(&key, now - 60_000)).await));
        assert!(is_wrong_code(&tried(&code_at(&key, now + 60_000)).await));
        tried(&code_at(&key, now - 30_000)).await.unwrap();
        tried(&code_at(&key, now + 30_000)).await.unwrap();
        // One of an earlier step would be a replay.
        assert!(is_wrong_code(&tried(&code_at(&key, now)).await));
    }
}

#[tokio::test]
async fn of_many_codes_at_once_five_are_looked_at() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (key, codes, _) = with_app(&opened, &owner).await;
        // S-04: many steps in parallel share the person's five tries.
        let mut steps = Vec::new();
        for _ in 0..8 {
            steps.push(second_step(&opened).await);
        }
        let tries = steps.iter().map(|step| {
            let (store, cookie) = (store.clone(), step.cookie.clone());
            tokio::spawn(async move {
                store
                    .sign_in_with_code(&cookie, &value("000000"), &Origin::default())
                    .await
                    .is_err()
            })
        });
        for tried in tries.collect::<Vec<_>>() {
            assert!(tried.await.unwrap());
        }
        // The right codes are refused now, in the same words, and are not used up.
        let code = code_at(&key, store.now());
        assert!(is_wrong_code(&answer(&opened, &steps[0], &code).await), "{}", opened.name);
        let recovery = codes[0].dangerously_expose();
        assert!(is_wrong_code(&answer(&opened, &steps[1], recovery).await));
        opened.clock.advance(5 * 60_000 + 1);
        let step = second_step(&opened).await;
        answer(&opened, &step, recovery).await.unwrap();
    }
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_typed() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (_, codes, _) = with_app(&opened, &owner).await;
        let first = codes[0].dangerously_expose();
        let typed = format!(" {} ", first.to_lowercase().replace('-', " "));
        let step = second_step(&opened).await;
        let session = answer(&opened, &step, &typed).await.unwrap();
        let owner = opened_as(&opened, session, "recovered").await;
        assert_eq!(store.factors(&owner).await.unwrap().recovery_left, 9);
        let step = second_step(&opened).await;
        assert!(is_wrong_code(&answer(&opened, &step, first).await), "{}", opened.name);
    }
}

#[tokio::test]
async fn confirming_takes_password_and_code() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (key, _, owner) = with_app(&opened, &owner).await;
        opened.clock.advance(6 * 60_000);
        let code = code_at(&key, store.now());
        assert!(is_wrong_code(&store.confirm(&owner, value(PASSWORD), &value("")).await));
        assert!(matches!(
            store.confirm(&owner, value("wrong"), &value(&code)).await,
            Err(StoreError::Invalid(problems)) if problems.of(Field::CurrentPassword).is_some()
        ));
        let next = store.confirm(&owner, value(PASSWORD), &value(&code)).await.unwrap();
        assert!(opened_as(&opened, next, "sudo").await.has_sudo(store.now()));
    }
}

#[tokio::test]
async fn a_session_that_changes_factors_lasts_no_longer_for_it() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let began = store.list_sessions(&owner).await.unwrap()[0].created_at;
        opened.clock.advance(4 * 60_000);
        let (_, _, owner) = with_app(&opened, &owner).await;
        assert_eq!(store.list_sessions(&owner).await.unwrap()[0].created_at, began);
        assert!(owner.has_sudo(store.now()), "{}", opened.name);
        opened.clock.advance(30_000);
        assert!(!owner.has_sudo(store.now()), "five minutes after the password");

        for _ in 0..25 {
            opened.clock.advance(29 * 60_000);
            store.session(b"app").await.unwrap();
        }
        assert!(store.session(b"app").await.unwrap().is_none(), "twelve hours after the sign-in");
    }
}

#[tokio::test]
async fn whoever_lacks_what_the_workspace_asks_for_can_only_set_it_up() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let admin = opened.bring(&owner, "ann", Role::Admin).await;
        let developer = opened.bring(&owner, "dev", Role::Developer).await;
        let line = opened.signed_in_at(&admin, "laptop").await;
        let own_first = store.require_factor(&owner, Some(Role::Admin)).await;
        assert!(matches!(own_first, Err(StoreError::FactorRefused(FactorRefusal::OwnFirst))));
        assert!(matches!(
            store.require_factor(&admin, Some(Role::Admin)).await,
            Err(StoreError::Denied(Action::RequireSecondFactors))
        ));
        let (_, _, owner) = with_app(&opened, &owner).await;
        store.require_factor(&owner, Some(Role::Admin)).await.unwrap();
        let rule = store.factor_rule(&owner).await.unwrap();
        assert_eq!((rule.from, rule.lacking), (Some(Role::Admin), 1));

        // The admin's session goes on, and their command line; both can do nothing.
        let admin = opened.found("ann").await;
        assert!(admin.lacks_factor() && !opened.found("dev").await.lacks_factor());
        let dev = store.environment_named(&owner, "dev").await.unwrap().id;
        let refused =
            store.create_secret(&admin, dev, crate::support::secret("app", &[("A", "x")])).await;
        assert!(matches!(refused, Err(StoreError::FactorNeeded)), "{refused:?}");
        assert!(matches!(
            store.authenticate(&line, &Origin::default()).await,
            Err(StoreError::FactorNeeded)
        ));
        let started = store.start_login("desk", &Origin::default()).await.unwrap();
        assert!(matches!(
            store.answer_login(&admin, &started.code, true).await,
            Err(StoreError::FactorNeeded)
        ));
        let log = store.list_audit(&admin, &model::AuditFilter::default(), None).await;
        assert!(matches!(log, Err(StoreError::FactorNeeded)));
        assert!(matches!(store.mail_log(&admin).await, Err(StoreError::FactorNeeded)));
        assert!(matches!(store.own_templates(&admin).await, Err(StoreError::FactorNeeded)));
        store.list_secrets(&developer, &model::ListQuery::default()).await.unwrap();

        // Setting one up is all it takes, and the last one cannot be removed again.
        store.start_totp(&admin).await.unwrap();
        let key = store.factors(&admin).await.unwrap().pending.unwrap().key;
        let code = value(&code_at(&key, store.now()));
        let changed = store.confirm_totp(&admin, &code).await.unwrap();
        let admin = opened_as(&opened, changed.session, "ann").await;
        store
            .create_secret(&admin, dev, crate::support::secret("app", &[("A", "x")]))
            .await
            .unwrap();
        assert!(matches!(
            store.remove_totp(&admin).await,
            Err(StoreError::FactorRefused(FactorRefusal::LastOne))
        ));
        assert_eq!(store.factor_rule(&owner).await.unwrap().lacking, 0);

        // A rule that somebody wrote behind our back is an error, and not no rule.
        opened.run_sql("update workspaces set factor_role = 'everyone'").await;
        assert!(matches!(store.session(b"ann").await, Err(StoreError::Integrity { .. })));
        opened.run_sql("update workspaces set factor_role = ''").await;
        store.require_factor(&opened.found("app").await, None).await.unwrap();
        assert!(store.remove_totp(&opened.found("ann").await).await.is_ok());
    }
}

#[tokio::test]
async fn programs_go_on_whatever_is_asked_of_people() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let admin = opened.bring(&owner, "ann", Role::Admin).await;
        let draft = crate::tokens::new_token(&[Scope::Read]);
        let made = store.make_token(&admin, draft, None).await.unwrap();
        let (_, _, owner) = with_app(&opened, &owner).await;
        store.require_factor(&owner, Some(Role::Auditor)).await.unwrap();
        let program = store.authenticate(&made.token, &Origin::default()).await.unwrap();
        assert!(matches!(program.credential, Credential::Service { .. }));
        assert!(program.factor_required && !program.lacks_factor());
        assert!(matches!(store.require_factor(&program, None).await, Err(StoreError::PeopleOnly)));
    }
}

#[tokio::test]
async fn the_operator_removes_the_factors_of_whoever_lost_them() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (_, codes, _) = with_app(&opened, &owner).await;
        let step = second_step(&opened).await;
        assert!(matches!(
            store.remove_factors("nobody@example.org").await,
            Err(StoreError::NotFound)
        ));
        assert_eq!(store.remove_factors("Mara@example.org").await.unwrap(), 1);
        assert!(store.session(b"app").await.unwrap().is_none());
        let late = answer(&opened, &step, codes[0].dangerously_expose()).await;
        assert!(matches!(late, Err(StoreError::SignInFailed)));
        assert!(!opened.sign_in("again").await.has_factor);
        assert_eq!(opened.count("select count(*) from recovery_codes").await, 0);
        assert_eq!(
            opened
                .count("select count(*) from audit_rows where action = 'factor.remove-all'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_key_that_was_moved_to_another_person_does_not_open() {
    for opened in both().await {
        let store = &opened.store;
        let owner = opened.owner().await;
        let (key, ..) = with_app(&opened, &owner).await;
        opened.run_sql("update totp set sealed = (select wrapped from keyslots)").await;
        let step = second_step(&opened).await;
        let outcome = answer(&opened, &step, &code_at(&key, store.now())).await;
        assert!(matches!(outcome, Err(StoreError::Integrity { .. })), "{}", opened.name);
    }
}
