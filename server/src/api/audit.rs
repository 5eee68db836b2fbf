#![expect(unused_qualifications, reason = "utoipa spells the type of the parameters so")]

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use model::api::{AuditEntry, AuditList, AuditRetention, ChangeRetention, ProblemDetails};
use model::{AuditClass, AuditFilter, AuditFormat, AuditOutcome};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use store::{AuditExport, StoreError};
use utoipa::IntoParams;

use super::asking::Asking;
use super::body::{self, Params};
use super::problem::ApiError;
use crate::state::AppState;

/// Which events to show.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Only those of this class
    #[param(inline)]
    class: Option<AuditClass>,
    /// Only this action: `secret.reveal`
    action: Option<String>,
    /// Only what this person, token or rotator did: its id, or a member's e-mail address
    actor: Option<String>,
    /// Only what was done to this secret, token, environment or person: its id, or `environment/name` of a secret
    target: Option<String>,
    /// Only what was done in this environment: its id or its name
    environment: Option<String>,
    /// Only what ended so
    #[param(inline)]
    outcome: Option<AuditOutcome>,
    /// Only what happened then or later
    #[serde(default, deserialize_with = "rfc3339")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only what happened before
    #[serde(default, deserialize_with = "rfc3339")]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Only those with a smaller number: `next` of the page before
    #[param(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    before: Option<i64>,
}

/// Which events to export, and how.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `jsonl`, which can be proved offline, or `csv`
    #[serde(default)]
    #[param(inline)]
    format: AuditFormat,
    /// Only those of this class
    #[param(inline)]
    class: Option<AuditClass>,
    /// Only this action: `secret.reveal`
    action: Option<String>,
    /// Only what this person, token or rotator did: its id, or a member's e-mail address
    actor: Option<String>,
    /// Only what was done to this secret, token, environment or person: its id, or `environment/name` of a secret
    target: Option<String>,
    /// Only what was done in this environment: its id or its name
    environment: Option<String>,
    /// Only what ended so
    #[param(inline)]
    outcome: Option<AuditOutcome>,
    /// Only what happened then or later
    #[serde(default, deserialize_with = "rfc3339")]
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only what happened before
    #[serde(default, deserialize_with = "rfc3339")]
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// What happened, the newest first
///
/// Owners, admins and auditors see everything, developers what they and their tokens did. A token needs the scope `admin` and no
/// limit of its reach. A page has up to 50 events; it may have fewer and not be the last.
#[utoipa::path(
    get, path = "/audit", tag = "Audit log", security(("token" = [])), params(AuditQuery),
    responses((status = 200, body = AuditList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Params(wanted): Params<AuditQuery>,
) -> Result<Json<AuditList>, ApiError> {
    let AuditQuery { class, action, actor, target, environment, outcome, from, to, before } =
        wanted;
    if before.is_some_and(|before| !(1..=LARGEST).contains(&before)) {
        return Err(ApiError::field("before", "Rows have numbers from 1 on."));
    }
    let filter = AuditFilter { class, action, actor, target, environment, outcome, from, to };
    Ok(Json(state.store.list_audit(&caller, &filter, before).await?))
}

/// One event with what proves it
#[utoipa::path(
    get, path = "/audit/{seq}", tag = "Audit log", security(("token" = [])),
    params(("seq" = i64, Path, minimum = 1, maximum = 9_007_199_254_740_991_i64)),
    responses((status = 200, body = AuditEntry), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(seq): Path<String>,
) -> Result<Json<AuditEntry>, ApiError> {
    let seq = seq.parse().map_err(|_| StoreError::NotFound)?;
    Ok(Json(state.store.audit_entry(&caller, seq).await?))
}

/// The whole log, for elsewhere
///
/// As JSON Lines it is the whole chain, which `keyloft-server audit verify --export FILE` proves without the server; of rows that
/// do not match only the hashes. As CSV it is a table of what matches. Takes owners, admins and auditors with their password of
/// just now, or the scope `admin`; that it was exported is an event, too.
#[utoipa::path(
    get, path = "/audit/export", tag = "Audit log", security(("token" = [])), params(ExportQuery),
    responses(
        (status = 200, description = "The log, in pieces as it is read", content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Params(wanted): Params<ExportQuery>,
) -> Result<Response, ApiError> {
    let ExportQuery { format, class, action, actor, target, environment, outcome, from, to } =
        wanted;
    let filter = AuditFilter { class, action, actor, target, environment, outcome, from, to };
    let export = state.store.export_audit(&caller, filter, format).await?;
    Ok(attachment(export, format))
}

/// For how many days events are kept
#[utoipa::path(
    get, path = "/audit/retention", tag = "Audit log", security(("token" = [])),
    responses((status = 200, body = AuditRetention), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn retention(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<AuditRetention>, ApiError> {
    Ok(Json(state.store.audit_retention(&caller).await?))
}

/// Keep events for another time
///
/// What has been kept long enough loses everything but what proves the chain, within the hour, and for ever. Takes an owner with
/// their password of just now, or the scope `admin` of an owner's token.
#[utoipa::path(
    patch, path = "/audit/retention", tag = "Audit log", request_body = ChangeRetention, security(("token" = [])),
    responses((status = 200, body = AuditRetention), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn keep(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: body::Body<ChangeRetention>,
) -> Result<Json<AuditRetention>, ApiError> {
    Ok(Json(state.store.set_audit_retention(&caller, &body.value).await?))
}

/// An export as an answer. What goes wrong on the way breaks the answer off, so that a part is not taken for the whole.
pub(crate) fn attachment(export: AuditExport, format: AuditFormat) -> Response {
    let pieces = stream::unfold(Some(export), async |export| {
        let mut export = export?;
        match export.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(export))),
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "an export of the audit log broke off");
                Some((Err(error), None))
            }
        }
    });
    let (kind, file) = match format {
        AuditFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        AuditFormat::Jsonl => ("application/x-ndjson", "attachment; filename=\"audit.jsonl\""),
    };
    let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file)];
    (headers, Body::from_stream(pieces)).into_response()
}

/// A time of RFC 3339 to the letter, as the API's description promises: other readers know no other spelling.
fn rfc3339<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let zone = match text.as_bytes() {
        [.., b'Z' | b'z'] => 1,
        [.., b'+' | b'-', _, _, b':', _, _] => 6,
        _ => return Err(D::Error::custom("no time of RFC 3339")),
    };
    let time = &text.as_bytes()[..text.len() - zone];
    let shape = |(place, &c): (usize, &u8)| match place {
        4 | 7 => c == b'-',
        10 => c.eq_ignore_ascii_case(&b't'),
        13 | 16 => c == b':',
        19 => c == b'.',
        _ => c.is_ascii_digit(),
    };
    if time.len() < 19 || time.len() == 20 || !time.iter().enumerate().all(shape) {
        return Err(D::Error::custom("no time of RFC 3339"));
    }
    text.parse().map(Some).map_err(D::Error::custom)
}

/// The largest whole number that every reader of JSON has.
const LARGEST: i64 = 9_007_199_254_740_991;
