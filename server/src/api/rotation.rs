use std::num::NonZeroU32;

use app::templates::find_template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::api::{
    ProblemDetails, Rotate, RotateAnswer, RotationList, ScheduleView, SecretView, SetSchedule,
    TemplateSchedule,
};
use model::{
    Day, EnvironmentName, KeyName, RotationState, Schedule, SecretName, SecretValue, Template,
};
use store::{NewSchedule, Rotated};

use super::asking::Asking;
use super::body::Body;
use super::precondition::IfMatch;
use super::problem::ApiError;
use super::resolve::keys;
use super::secrets::{made_view, tagged};
use super::view::{self, Names};
use crate::rotation::{Lacking, WantedRotation};
use crate::state::AppState;

/// Give keys other values on purpose
///
/// One new version that says so. Values that the secret has already are refused. The answer names who read the secret in the last
/// 30 days, and so will notice; `readers` says later who still has the old values.
#[utoipa::path(
    post, path = "/secrets/{environment}/{name}/rotate", tag = "Rotation", request_body = Rotate, security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = RotateAnswer), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn rotate(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    from: IfMatch,
    body: Body<Rotate>,
) -> Result<Json<RotateAnswer>, ApiError> {
    let Rotate { keys: chosen, values, generate, note } = body.value;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let base = state.store.base_version(&caller, id, from.0).await?;
    let mut wanted =
        WantedRotation { chosen: keys("keys", &chosen)?, values: Vec::new(), generate, note };
    for (key, value) in values.0 {
        let text = value.dangerously_expose().to_owned();
        let value = SecretValue::parse(text).map_err(|_| {
            ApiError::field("values", "Values have at most 64 KiB, and no NUL byte.")
        })?;
        let key = KeyName::parse(&key).map_err(|_| {
            ApiError::field(
                "values",
                "Keys use letters, digits and _, and do not start with a digit.",
            )
        })?;
        if wanted.values.iter().any(|(other, _)| *other == key) {
            return Err(ApiError::field("values", format!("The key {key} stands there twice.")));
        }
        wanted.values.push((key, value));
    }
    if !wanted.values.is_empty() {
        // Each refusal could test a guess.
        state.reveals.take(caller.user).map_err(ApiError::too_many)?;
    }
    let rotation = wanted.of(&base).map_err(|lacking| match lacking {
        Lacking::Key(key) => {
            ApiError::names_nothing("keys", format!("The secret has no key {key}."))
        }
        Lacking::Values(keys) => ApiError::lacking(&keys),
    })?;
    let keys: Vec<KeyName> = rotation.values.iter().map(|(key, _)| key.clone()).collect();
    let rotated = state.store.rotate_values(&caller, id, base.version, rotation).await?;
    let Rotated { version, generated, readers } = rotated;
    let readers = readers.into_iter().map(view::reader).collect();
    Ok(Json(RotateAnswer { version, keys, generated, readers }))
}

/// Say when a secret's values are due, and when its credential ends
///
/// What is not given is taken away; then the schedule of the secret's template counts.
#[utoipa::path(
    put, path = "/secrets/{environment}/{name}/schedule", tag = "Rotation", request_body = SetSchedule, security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 200, body = SecretView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn schedule(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
    body: Body<SetSchedule>,
) -> Result<Response, ApiError> {
    let SetSchedule { schedule, expires_on } = body.value;
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    let schedule = schedule.map(parse).transpose()?;
    let new = NewSchedule { schedule, expires_at: expires_on.map(Day::begins) };
    state.store.set_schedule(&caller, id, new).await?;
    Ok(tagged(made_view(&state, &caller, id).await?).into_response())
}

/// Take a secret's own schedule away, and the end of its credential
#[utoipa::path(
    delete, path = "/secrets/{environment}/{name}/schedule", tag = "Rotation", security(("token" = [])),
    params(("environment" = EnvironmentName, Path), ("name" = SecretName, Path)),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn unschedule(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path((environment, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let id = state.store.find_secret(&caller, &environment, &name).await?;
    state.store.set_schedule(&caller, id, NewSchedule::default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is due, the most urgent first
#[utoipa::path(
    get, path = "/rotation", tag = "Rotation", security(("token" = [])),
    responses((status = 200, body = RotationList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<RotationList>, ApiError> {
    let names = Names::load(&state, &caller).await?;
    let due = state.store.list_due(&caller).await?;
    let templates = state.store.template_schedules(&caller).await?;
    let count = |state| {
        let number = due.iter().filter(|due| due.detail.rotation.state == state).count();
        u32::try_from(number).unwrap_or(u32::MAX)
    };
    Ok(Json(RotationList {
        overdue: count(RotationState::Overdue),
        due: count(RotationState::Due),
        soon: count(RotationState::Soon),
        secrets: due.into_iter().map(|due| names.due(due)).collect::<Result<_, _>>()?,
        templates: templates
            .into_iter()
            .map(|(template, schedule)| TemplateSchedule {
                template,
                schedule: view::schedule(schedule),
            })
            .collect(),
    }))
}

/// Say when the secrets of a template are due that have no schedule of their own
#[utoipa::path(
    put, path = "/templates/{id}/schedule", tag = "Rotation", request_body = ScheduleView, security(("token" = [])),
    params(("id" = String, Path, description = "Such as `postgres`")),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn schedule_template(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    body: Body<ScheduleView>,
) -> Result<StatusCode, ApiError> {
    let template = find_template(&state.store, &caller, &id).await?;
    let schedule = parse(body.value)?;
    state.store.set_template_schedule(&caller, &template.id, Some(schedule)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a template's schedule away
#[utoipa::path(
    delete, path = "/templates/{id}/schedule", tag = "Rotation", security(("token" = [])),
    params(("id" = String, Path, description = "Such as `postgres`")),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn unschedule_template(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    // A schedule may be left of a template that was deleted.
    if !id.starts_with(Template::OWN) {
        find_template(&state.store, &caller, &id).await?;
    }
    state.store.set_template_schedule(&caller, &id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(schedule: ScheduleView) -> Result<Schedule, ApiError> {
    Ok(match schedule {
        ScheduleView::EveryDays(days) => Schedule::Every(
            NonZeroU32::new(days)
                .ok_or_else(|| ApiError::field("every_days", "One day is the shortest time."))?,
        ),
        ScheduleView::On(day) => Schedule::On(day.begins()),
    })
}
