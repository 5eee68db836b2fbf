use app::error::AppError;
use app::keyboard::{Letters, LettersFault};
use app::page::LETTERS;
use app::settings::shortcuts::field_of;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};

use super::drawn::{Asking, Done};
use super::theme::preference;

/// `POST /settings/shortcuts`: keys of one character, kept in this browser.
pub(crate) async fn choose_shortcuts(asking: Asking) -> Response {
    let (letters, word) = match asking.one("asks") {
        "letters" => {
            let off = asking.one("count").is_empty();
            (Letters::choose(off, |meant| asking.one(&field_of(meant)).to_owned()), "saved")
        }
        "usual" => (Ok(Letters::default()), "usual"),
        _ => return asking.answer(Err(AppError::Misunderstood)).await,
    };
    match letters {
        Ok(letters) => {
            let cookie = preference(&asking.state, LETTERS, &letters.to_cookie());
            let page =
                asking.answer(Ok(Done::At(format!("/settings/shortcuts?done={word}")))).await;
            ([(SET_COOKIE, cookie)], page).into_response()
        }
        Err(fault) => asking.answer(Ok(Done::Refused(told(&fault)))).await,
    }
}

fn told(fault: &LettersFault) -> String {
    match fault {
        LettersFault::NoKey { meant } => {
            let meant = meant.to_ascii_uppercase();
            format!(
                "What you typed for {meant} is not one key. Give it a single letter, digit or sign."
            )
        }
        LettersFault::Twice { pressed, meant: [one, other] } => {
            let [pressed, one, other] = [pressed, one, other].map(char::to_ascii_uppercase);
            format!("{pressed} cannot be the key for {one} and for {other}. Give each its own.")
        }
    }
}
