use app::error::AppError;
use app::page::{LIST, SHOWN_FOR};
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use model::SecretValue;
use store::{PasswordChange, Profile};

use super::drawn::{Asking, CURRENT_PASSWORD, Done, NEW_PASSWORD};
use super::theme::preference;

/// `POST /settings/account`.
pub(crate) async fn change_account(asking: Asking) -> Response {
    match asking.one("asks") {
        "values" => return choose_how_long(&asking),
        "list" => return choose_list(&asking),
        _ => {}
    }
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let (changed, word) = match asking.one("asks") {
        "profile" => {
            let [name, email] = ["name", "email"].map(|field| asking.one(field).to_owned());
            (store.change_profile(caller, Profile { name, email }).await, "profile")
        }
        "password" => return change_password(asking).await,
        "end" => {
            let key = asking.one("key").parse().map_err(|_| AppError::NotFound)?;
            (store.end_session(caller, key).await, "session")
        }
        "end-others" => (store.end_other_sessions(caller).await.map(drop), "sessions"),
        _ => return Err(AppError::Misunderstood),
    };
    asking.outcome(changed, |()| done(word))
}

/// For how long values are shown, in this browser.
fn choose_how_long(asking: &Asking) -> Response {
    let seconds: u32 = asking.one("seconds").parse().unwrap_or(30);
    keep(asking, SHOWN_FOR, &seconds.to_string())
}

/// How the list of secrets comes, in this browser.
fn choose_list(asking: &Asking) -> Response {
    let chosen = ["pages", "compact"].into_iter().filter(|word| asking.one(word) == "true");
    let chosen = chosen.collect::<Vec<_>>().join(".");
    keep(asking, LIST, &chosen)
}

/// Answers with the cookie that keeps a choice of this browser.
fn keep(asking: &Asking, name: &str, value: &str) -> Response {
    let cookie = preference(&asking.state, name, value);
    let page = format!("/settings/account?done={}", asking.one("asks"));
    ([(SET_COOKIE, cookie)], Redirect::to(&page)).into_response()
}

/// Goes on in the session that replaces all of before.
async fn change_password(asking: &Asking) -> Result<Done, AppError> {
    let Asking { state, caller, .. } = asking;
    let [current, new] = [CURRENT_PASSWORD, NEW_PASSWORD].map(|field| asking.one(field));
    let is_empty = current.is_empty() && new.is_empty();
    if is_empty && caller.has_factor && caller.has_sudo(state.store.now()) {
        // The second factor was asked for first; now the passwords can be.
        return Ok(done("confirmed"));
    }
    let [current, new] = [current, new].map(|text| SecretValue::new(text.to_owned()));
    let changed = state.store.change_password(caller, PasswordChange { current, new }).await;
    asking.go_on(changed.map_err(|error| asking.told(error))?).await?;
    Ok(done("password"))
}

fn done(word: &str) -> Done {
    Done::At(format!("/settings/account?done={word}"))
}
