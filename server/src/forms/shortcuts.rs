use app::error::AppError;
use app::keyboard::Letters;
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
        Err(fault) => asking.answer(Ok(Done::Refused(fault.to_string()))).await,
    }
}
