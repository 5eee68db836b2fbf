//! What is typed and not saved is kept for whoever typed it.

use crate::support::{both, draft, row, secret};
use model::{Role, ValueKind, Version};
use store::{KeptForm, StoreError, UnsavedOf};

fn typed(value: &str) -> KeptForm {
    KeptForm { draft: draft("app", vec![row("A", value, ValueKind::Hidden)]), problems: None }
}

fn value(form: &KeptForm) -> &str {
    form.draft.rows[0].value.dangerously_expose()
}

#[tokio::test]
async fn the_newest_page_is_brought_back_until_it_is_saved() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("app", &[("A", "1")])).await.unwrap();
        let of = UnsavedOf::Secret(id);
        assert_eq!(UnsavedOf::parse(&of.to_string()), Some(of.clone()));
        assert!(store.newest_unsaved(&owner, &of).await.unwrap().is_none());
        let from = Some(Version::FIRST);
        let (one, other) = (store.new_page(), store.new_page());
        store.keep_unsaved(&owner, one, &of, from, &typed("kestrel-1")).await.unwrap();
        store.keep_unsaved(&owner, one, &of, from, &typed("kestrel-2")).await.unwrap();
        opened.clock.advance(1_000);
        store.keep_unsaved(&owner, other, &of, from, &typed("kestrel-3")).await.unwrap();
        let newest = store.newest_unsaved(&owner, &of).await.unwrap().unwrap();
        assert_eq!((value(&newest.form), newest.from, newest.page), ("kestrel-3", from, other));
        let first = store.unsaved_of_page(&owner, one).await.unwrap().unwrap();
        assert_eq!(value(&first.form), "kestrel-2");

        // Another session of the same person has it, another person has not.
        let again = opened.sign_in("other").await;
        assert!(store.unsaved_of_page(&again, one).await.unwrap().is_some());
        let colleague = opened.bring(&owner, "ann", Role::Admin).await;
        assert!(store.unsaved_of_page(&colleague, one).await.unwrap().is_none());
        assert!(store.newest_unsaved(&colleague, &of).await.unwrap().is_none());
        store.keep_unsaved(&colleague, one, &of, from, &typed("theirs")).await.unwrap();
        let first = store.unsaved_of_page(&owner, one).await.unwrap().unwrap();
        assert_eq!(value(&first.form), "kestrel-2", "a page is its owner's");
        let viewer = opened.bring(&owner, "vic", Role::Viewer).await;
        let refused = store.keep_unsaved(&viewer, store.new_page(), &of, from, &typed("x")).await;
        assert!(matches!(refused, Err(StoreError::Denied(_))), "{refused:?}");

        // Once it was saved, what comes late from the same page is dropped.
        store.discard_unsaved(&owner, &of, Some(other)).await.unwrap();
        assert!(store.unsaved_of_page(&owner, one).await.unwrap().is_none());
        store.keep_unsaved(&owner, other, &of, from, &typed("late")).await.unwrap();
        assert!(store.newest_unsaved(&owner, &of).await.unwrap().is_none());

        store.keep_unsaved(&owner, store.new_page(), &of, from, &typed("old")).await.unwrap();
        opened.clock.advance(8 * 86_400_000);
        assert!(store.newest_unsaved(&owner, &of).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn it_is_bounded_and_goes_with_its_secret() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        let new = UnsavedOf::Template("postgres".into());
        let viewer = opened.bring(&owner, "vic", Role::Viewer).await;
        let refused = store.keep_unsaved(&viewer, store.new_page(), &new, None, &typed("x")).await;
        assert!(matches!(refused, Err(StoreError::Denied(_))), "{refused:?}");
        let large = typed(&"v".repeat(2_100_000));
        let refused = store.keep_unsaved(&owner, store.new_page(), &new, None, &large).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))));
        let first = store.new_page();
        store.keep_unsaved(&owner, first, &new, None, &typed("first")).await.unwrap();
        for _ in 0..32 {
            opened.clock.advance(1);
            store.keep_unsaved(&owner, store.new_page(), &new, None, &typed("more")).await.unwrap();
        }
        assert!(store.unsaved_of_page(&owner, first).await.unwrap().is_none());

        let dev = opened.environment(&owner, "dev").await;
        let id = store.create_secret(&owner, dev, secret("app", &[("A", "1")])).await.unwrap();
        let (of, page) = (UnsavedOf::Secret(id), store.new_page());
        store.keep_unsaved(&owner, page, &of, None, &typed("kestrel")).await.unwrap();
        store.trash_secret(&owner, id, Version::FIRST).await.unwrap();
        store.destroy_secret(&owner, id, "app").await.unwrap();
        assert!(store.unsaved_of_page(&owner, page).await.unwrap().is_none());
    }
}
