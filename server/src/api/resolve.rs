use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use model::api::{ProblemDetails, RESOLVE_NAMES, ReportReads, Resolve, ResolveAnswer, ValueMap};
use model::{EnvironmentName, KeyName, SecretName};
use store::Resolving;

use super::asking::{Asking, Bearer};
use super::body::Body;
use super::precondition::{IfNoneMatch, content_tag};
use super::problem::ApiError;
use crate::state::AppState;

/// Many secrets as one map
///
/// Later secrets win, and `explain` says which secret each key came from. If required keys are missing, all of them are named
/// and nothing is answered.
#[utoipa::path(
    post, path = "/resolve", tag = "Values", request_body = Resolve, security(("token" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of before: answered by 304, without values, if none changed")),
    responses((status = 200, body = ResolveAnswer), (status = 304), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn resolve(
    State(state): State<AppState>,
    Bearer { token, origin, expiry }: Bearer,
    known: IfNoneMatch,
    body: Body<Resolve>,
) -> Result<Response, ApiError> {
    let resolving = parse(&body.value)?;
    let known = known.content();
    let resolved = state.store.resolve(&token, &origin, &resolving, known.as_ref()).await?;
    expiry.note(&resolved.caller);
    let tag = [(ETAG, content_tag(&resolved.tag))];
    let Some(values) = resolved.values else {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    };
    let (mut values, explain): (Vec<_>, Vec<_>) =
        values.into_iter().map(|(value, from)| ((from.key.clone(), value), from)).unzip();
    if body.value.names_only {
        values.clear();
    }
    let answer = ResolveAnswer {
        values: ValueMap(values),
        explain,
        secrets: resolved.secrets,
        withheld: resolved.withheld,
    };
    Ok((tag, Json(answer)).into_response())
}

/// Tell of reads that a client answered from its own cache
///
/// While the server could not be reached. They are audited as what they are: told later.
#[utoipa::path(
    post, path = "/reads", tag = "Values", request_body = ReportReads, security(("token" = [])),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn report(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<ReportReads>,
) -> Result<StatusCode, ApiError> {
    let reads = body.value.reads;
    if reads.len() > MOST_READS {
        return Err(ApiError::field(
            "reads",
            format!("At most {MOST_READS} reads fit into one report."),
        ));
    }
    state.store.record_stored_reads(&caller, &reads).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(wanted: &Resolve) -> Result<Resolving, ApiError> {
    if wanted.secrets.is_empty() {
        return Err(ApiError::field("secrets", "Name at least one secret."));
    }
    if wanted.secrets.len() > RESOLVE_NAMES {
        let (limit, actual) = (RESOLVE_NAMES, wanted.secrets.len());
        let detail = format!("{actual} secrets, and at most {limit} are resolved at once.");
        return Err(ApiError::field("secrets", detail));
    }
    let secrets = wanted.secrets.iter().enumerate().map(|(place, name)| {
        SecretName::parse(name).map_err(|_| {
            ApiError::field(
                format!("secrets[{place}]"),
                "Names use letters, digits, dots, dashes and underscores.",
            )
        })
    });
    Ok(Resolving {
        environment: EnvironmentName::parse(&wanted.environment)
            .map_err(|_| ApiError::field("environment", "This is no environment's name."))?,
        secrets: secrets.collect::<Result<_, _>>()?,
        keys: keys("keys", &wanted.keys)?,
        required: keys("required", &wanted.required)?,
        names_only: wanted.names_only,
    })
}

pub(super) fn keys(field: &str, keys: &[String]) -> Result<Vec<KeyName>, ApiError> {
    let key = |(place, key): (usize, &String)| {
        KeyName::parse(key).map_err(|_| {
            let detail = "Keys use letters, digits and _, and do not start with a digit.";
            ApiError::field(format!("{field}[{place}]"), detail)
        })
    };
    keys.iter().enumerate().map(key).collect()
}

const MOST_READS: usize = 500;
