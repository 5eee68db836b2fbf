//! The forms about tokens. The answer to one that makes a text is its page, with the text: a redirect could not carry it.

use app::error::AppError;
use app::tokens::TokenDraft;
use axum::extract::Path;
use axum::response::Response;
use model::TokenId;
use store::MadeToken;

use super::drawn::{Asking, Done};

/// `POST /tokens/new`.
pub(crate) async fn make_token(asking: Asking) -> Response {
    let draft = TokenDraft::of(|name| asking.all(name));
    let made = asking.state.store.make_token(&asking.caller, draft.into(), None).await;
    let outcome = asking.outcome(made, shown_once);
    asking.answer(outcome).await
}

/// `POST /tokens/{id}`: what the form asks for.
pub(crate) async fn change_token(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let id = TokenId::parse(id).map_err(|_| AppError::NotFound)?;
    let done = |word: &str| Done::At(format!("/tokens?done={word}"));
    match asking.one("asks") {
        "adopt" => asking.outcome(store.adopt_token(caller, &id).await, |_| done("adopted")),
        "revoke" => asking.outcome(store.revoke_token(caller, &id).await, |_| done("revoked")),
        "rotate" => {
            let hours = asking.one("overlap").parse().map_err(|_| AppError::Misunderstood)?;
            asking.outcome(store.rotate_token(caller, &id, hours).await, shown_once)
        }
        _ => Err(AppError::Misunderstood),
    }
}

/// Which token it is, and its text.
fn shown_once(made: MadeToken) -> Done {
    let text = made.token.text();
    Done::Here(vec![made.info.id.to_string(), text.dangerously_expose().to_owned()])
}
