//! Invitations: whom they bring in, how often, and until when.

use crate::support::{PASSWORD, both, value};
use model::{BearerToken, Field, Role, TokenId};
use store::{InvitationRefusal, MemberRefusal, Origin, Result, StoreError};

fn refused<T>(outcome: Result<T>, why: InvitationRefusal) -> bool {
    matches!(outcome, Err(StoreError::InvitationRefused(refusal)) if refusal == why)
}

fn is_weak<T>(outcome: Result<T>) -> bool {
    matches!(outcome, Err(StoreError::Invalid(problems)) if problems.of(Field::Password).is_some())
}

#[tokio::test]
async fn a_link_brings_a_new_person_in_once() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let made = store.invite(&owner, " Ann@Example.org ", Role::Developer).await.unwrap();
        let again = store.invite(&owner, "ann@example.org", Role::Viewer).await;
        assert!(matches!(again, Err(StoreError::MemberRefused(MemberRefusal::AlreadyInvited))));
        let member = store.invite(&owner, "MARA@example.org", Role::Viewer).await;
        assert!(matches!(member, Err(StoreError::MemberRefused(MemberRefusal::AlreadyMember))));

        let text = made.token.text();
        assert!(text.dangerously_expose().starts_with("kl_inv_"));
        let link = BearerToken::parse(text.dangerously_expose()).unwrap();
        let told = store.invitation(&link).await.unwrap();
        assert_eq!(
            (told.email.as_str(), told.role, told.has_account),
            ("Ann@Example.org", Role::Developer, false)
        );
        assert!(is_weak(
            store.accept_as_new(&link, "Ann", value("short"), &Origin::default()).await
        ));
        let mut secret = *link.dangerously_expose();
        secret[0] ^= 1;
        let guessed = BearerToken::with_id(link.kind(), link.id().clone(), secret);
        assert!(refused(store.invitation(&guessed).await, InvitationRefusal::Revoked));
        let as_service = BearerToken::with_id(model::TokenKind::Service, link.id().clone(), secret);
        assert!(refused(store.invitation(&as_service).await, InvitationRefusal::Unknown));
        assert!(
            store.authenticate(&link, &Origin::default()).await.is_err(),
            "it is no credential"
        );

        // Opened twice at once, on two replicas.
        let replica = opened.again().await;
        let origin = Origin::default();
        let (one, other) = tokio::join!(
            store.accept_as_new(&link, "Ann", value(PASSWORD), &origin),
            replica.accept_as_new(&link, "Ann", value(PASSWORD), &origin),
        );
        assert!(one.is_ok() != other.is_ok(), "{}", opened.name);
        let session = one.or(other).unwrap();
        store.open_session(b"ann", session, &origin).await.unwrap();
        assert_eq!(opened.found("ann").await.role, Role::Developer);
        assert!(refused(store.invitation(&link).await, InvitationRefusal::Used));
        assert!(store.list_invitations(&owner).await.unwrap().is_empty());
        assert!(store.sign_in("ann@example.org", value(PASSWORD), &origin).await.is_ok());
    }
}

#[tokio::test]
async fn a_link_ends_by_time_by_another_and_by_being_taken_back() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let first = store.invite(&owner, "ann@example.org", Role::Admin).await.unwrap();
        opened.clock.advance(72 * 3_600_000);
        assert!(refused(store.invitation(&first.token).await, InvitationRefusal::Expired));
        let owner = {
            drop(owner);
            opened.sign_in("later").await
        };
        let second = store.resend_invitation(&owner, first.token.id()).await.unwrap();
        assert_eq!(second.info.id, first.info.id);
        assert!(refused(store.invitation(&first.token).await, InvitationRefusal::Revoked));
        assert!(store.invitation(&second.token).await.is_ok());
        store.revoke_invitation(&owner, second.token.id()).await.unwrap();
        assert!(refused(store.invitation(&second.token).await, InvitationRefusal::Revoked));
        let gone = store.resend_invitation(&owner, second.token.id()).await;
        assert!(matches!(gone, Err(StoreError::NotFound)));
        let unknown = TokenId::parse("00000000000").unwrap();
        assert!(matches!(
            store.revoke_invitation(&owner, &unknown).await,
            Err(StoreError::NotFound)
        ));

        // An admin who was lowered brings nobody in with a link of before.
        let admin = opened.bring(&owner, "ada", Role::Admin).await;
        let link = store.invite(&admin, "bea@example.org", Role::Admin).await.unwrap().token;
        store.change_role(&owner, admin.user, Role::Developer).await.unwrap();
        let outcome = store.accept_as_new(&link, "Bea", value(PASSWORD), &Origin::default()).await;
        assert!(refused(outcome, InvitationRefusal::InviterGone), "{}", opened.name);
        let nobody = store.sign_in("bea@example.org", value(PASSWORD), &Origin::default()).await;
        assert!(nobody.is_err(), "no account is left of it");
    }
}

#[tokio::test]
async fn an_account_joins_with_its_password_or_signed_in_and_nobody_for_another() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let ann = opened.bring(&owner, "ann", Role::Viewer).await;
        let bob = opened.bring(&owner, "bob", Role::Admin).await;
        let there = store.create_workspace(&owner, "Second").await.unwrap();
        store.switch_workspace(&owner, there).await.unwrap();
        let owner = opened.found("owner").await;
        let link = store.invite(&owner, "ann@example.org", Role::Admin).await.unwrap().token;
        assert!(store.invitation(&link).await.unwrap().has_account);
        let origin = Origin::default();
        let as_new = store.accept_as_new(&link, "Ann", value(PASSWORD), &origin).await;
        assert!(refused(as_new, InvitationRefusal::SignIn), "an account is not made twice");
        assert!(refused(store.accept(&bob, &link).await, InvitationRefusal::OtherPerson));
        assert_eq!(store.accept(&ann, &link).await.unwrap(), there);
        store.switch_workspace(&ann, there).await.unwrap();
        assert_eq!(opened.found("ann").await.role, Role::Admin, "{}", opened.name);

        let link = store.invite(&owner, "bob@example.org", Role::Viewer).await.unwrap().token;
        for _ in 0..5 {
            let wrong = store.accept_with_password(&link, value("not the password"), &origin).await;
            assert!(matches!(wrong, Err(StoreError::SignInFailed)));
        }
        let blocked = store.accept_with_password(&link, value(PASSWORD), &origin).await;
        assert!(matches!(blocked, Err(StoreError::SignInFailed)), "as at every sign-in");
        opened.clock.advance(16 * 60_000);
        store.accept_with_password(&link, value(PASSWORD), &origin).await.unwrap();
        assert!(refused(store.accept(&bob, &link).await, InvitationRefusal::Used));
    }
}
