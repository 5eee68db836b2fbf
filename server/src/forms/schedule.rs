//! The forms of schedules: a secret's own, and those of templates.

use std::num::NonZeroU32;

use app::error::AppError;
use app::templates::find_template;
use axum::extract::Path;
use axum::response::Response;
use model::{Day, Field, Problems, Reason, Schedule, SecretId};
use store::NewSchedule;

use super::drawn::{Asking, Done};

/// `POST /secrets/{id}/schedule`.
pub(crate) async fn schedule_secret(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = schedule(&asking, &id).await;
    asking.answer(outcome).await
}

/// `POST /rotation`.
pub(crate) async fn schedule_template(asking: Asking) -> Response {
    let outcome = change(&asking).await;
    asking.answer(outcome).await
}

async fn schedule(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let id: SecretId = id.parse().map_err(|_| AppError::NotFound)?;
    let schedule = match either(days(asking)?, day(asking, "on")?) {
        Ok(schedule) => schedule,
        Err(refused) => return Ok(refused),
    };
    let new = NewSchedule { schedule, expires_at: day(asking, "expires")? };
    let saved = asking.state.store.set_schedule(&asking.caller, id, new).await;
    asking.outcome(saved, |_| Done::At(format!("/secrets/{id}/schedule?done=saved")))
}

async fn change(asking: &Asking) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    let template = asking.one("template");
    if asking.one("asks") != "template" || template.is_empty() {
        return Err(AppError::Misunderstood);
    }
    let schedule = match either(days(asking)?, day(asking, "on")?) {
        Ok(schedule) => schedule,
        Err(refused) => return Ok(refused),
    };
    if schedule.is_some() {
        let found = find_template(store, caller, template).await;
        found.map_err(|error| asking.told(error))?;
    }
    let saved = store.set_template_schedule(caller, template, schedule).await;
    asking.outcome(saved, |()| Done::At("/rotation?done=saved".into()))
}

/// The one that was typed, if any was.
fn either(days: Option<Schedule>, on: Option<i64>) -> Result<Option<Schedule>, Done> {
    match (days, on) {
        (Some(_), Some(_)) => {
            Err(Done::Refused("Give a number of days or a day, not both.".into()))
        }
        (days, on) => Ok(days.or(on.map(Schedule::On))),
    }
}

/// So many days, or nothing if nothing was typed.
fn days(asking: &Asking) -> Result<Option<Schedule>, AppError> {
    match asking.one("days").trim() {
        "" => Ok(None),
        typed => {
            let days: NonZeroU32 =
                typed.parse().map_err(|_| Problems::one(Field::Days, Reason::Wrong))?;
            Ok(Some(Schedule::Every(days)))
        }
    }
}

/// The beginning of a day, in unix milliseconds, or nothing if nothing was typed.
fn day(asking: &Asking, name: &str) -> Result<Option<i64>, AppError> {
    match asking.one(name) {
        "" => Ok(None),
        typed => {
            let day: Day = typed.parse().map_err(|_| AppError::Misunderstood)?;
            Ok(Some(day.begins()))
        }
    }
}
