use app::error::AppError;
use app::keyboard::{Letters, LettersFault, changeable};
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
    let does =
        |key: char| changeable().find(|(meant, _)| *meant == key).map_or("", |(_, does)| does);
    match fault {
        LettersFault::NoKey { meant } => {
            format!("“{}” needs one key: a single letter, digit or sign.", does(*meant))
        }
        LettersFault::Twice { pressed, meant: [one, other] } => format!(
            "{} cannot be the key of both “{}” and “{}”. Give each its own.",
            pressed.to_ascii_uppercase(),
            does(*one),
            does(*other)
        ),
    }
}
