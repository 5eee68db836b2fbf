//! Views of the list are kept for whoever saved them.

use crate::support::both;
use model::{Field, Problems, Reason, Role, VIEW_CHARS, VIEWS};
use store::{Caller, Store, StoreError};

async fn views(store: &Store, caller: &Caller) -> Vec<(String, String)> {
    let views = store.views(caller).await.unwrap();
    views.into_iter().map(|view| (view.name.to_string(), view.query)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, query)| ((*name).to_owned(), (*query).to_owned())).collect()
}

#[tokio::test]
async fn views_are_saved_replaced_and_deleted_by_whoever_they_are_of() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        assert_eq!(views(store, &owner).await, []);
        store.save_view(&owner, "Production", "?env=prod").await.unwrap();
        store.save_view(&owner, " all of it ", "").await.unwrap();
        let saved = pairs(&[("all of it", ""), ("Production", "?env=prod")]);
        assert_eq!(views(store, &owner).await, saved);
        store.save_view(&owner, "PRODUCTION", "?env=prod&q=pg").await.unwrap();
        let saved = pairs(&[("all of it", ""), ("PRODUCTION", "?env=prod&q=pg")]);
        assert_eq!(views(store, &owner).await, saved, "one of the same name is replaced");
        assert_eq!(views(store, &opened.sign_in("other").await).await, saved);

        // A colleague has the same names for others, whatever they may do.
        let colleague = opened.bring(&owner, "vic", Role::Viewer).await;
        assert_eq!(views(store, &colleague).await, []);
        store.save_view(&colleague, "production", "?q=theirs").await.unwrap();
        store.delete_view(&colleague, "all of it").await.unwrap();
        assert_eq!(views(store, &owner).await, saved);
        assert_eq!(views(store, &colleague).await, pairs(&[("production", "?q=theirs")]));

        store.delete_view(&owner, "production").await.unwrap();
        store.delete_view(&owner, "production").await.unwrap();
        assert_eq!(views(store, &owner).await, pairs(&[("all of it", "")]));

        // Whoever leaves the workspace takes them along.
        store.remove_member(&owner, colleague.user).await.unwrap();
        assert_eq!(views(store, &colleague).await, []);
    }
}

#[tokio::test]
async fn views_are_bounded() {
    for opened in both().await {
        let (store, owner) = (&opened.store, opened.owner().await);
        for number in 0..VIEWS {
            store.save_view(&owner, &format!("view {number}"), "?q=x").await.unwrap();
        }
        let reason = |refused| match refused {
            Err(StoreError::Invalid(problems)) => {
                let problems: Problems = problems;
                problems.of(Field::View).expect("it is about the view").reason
            }
            other => panic!("{other:?}"),
        };
        let full = reason(store.save_view(&owner, "one more", "?q=x").await);
        assert_eq!(full, Reason::TooMany { limit: 30, actual: 31 });
        store.save_view(&owner, "view 7", "?q=other").await.unwrap();
        assert_eq!(store.views(&owner).await.unwrap().len(), VIEWS);
        let long = format!("?q={}", "x".repeat(VIEW_CHARS));
        let reason_of_long = reason(store.save_view(&owner, "view 7", &long).await);
        assert!(matches!(reason_of_long, Reason::TooLong { .. }), "{reason_of_long:?}");
        for name in ["", " ", "two\nlines"] {
            let fault = reason(store.save_view(&owner, name, "").await);
            assert!(matches!(fault, Reason::Name(_)), "{name:?}: {fault:?}");
        }
    }
}
