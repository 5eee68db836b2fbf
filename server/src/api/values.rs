#![expect(unused_qualifications, reason = "utoipa spells the type of the parameters so")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use model::api::{ProblemDetails, ValueMap, ValuesAnswer};
use model::{EnvironmentName, KeyName, SecretName, Version};
use serde::Deserialize;
use store::{ReadValues, Resolving, StoreError};
use utoipa::IntoParams;

use super::asking::Bearer;
use super::body::Params;
use super::precondition::{IfNoneMatch, content_tag};
use super::problem::ApiError;
use crate::state::AppState;

/// Which values to read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ValuesQuery {
    /// Those of this version; of the one of now if nothing is given
    #[param(value_type = Option<Version>)]
    version: Option<Version>,
    /// Only these keys, with commas between them
    #[serde(default)]
    #[param(pattern = "^([A-Za-z_][A-Za-z0-9_]{0,255}(,[A-Za-z_][A-Za-z0-9_]{0,255})*)?$")]
    keys: String,
}

/// The values of a secret
#[utoipa::path(
    get, path = "/secrets/{environment}/{name}/values", tag = "Values", security(("token" = [])),
    params(
        ("environment" = EnvironmentName, Path), ("name" = SecretName, Path), ValuesQuery,
        ("If-None-Match" = Option<String>, Header, description = "The ETag of before: answered by 304, without values, if none changed"),
    ),
    responses((status = 200, body = ValuesAnswer), (status = 304), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Path((environment, name)): Path<(String, String)>,
    Params(wanted): Params<ValuesQuery>,
    bearer: Bearer,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let keys = keys(&wanted.keys)?;
    if let Some(version) = wanted.version {
        let read = ReadValues { version: Some(version), keys };
        return old(&state, &bearer, &environment, &name, read).await;
    }
    // What is no name names nothing.
    let resolving = Resolving {
        environment: EnvironmentName::parse(&environment).map_err(|_| StoreError::NotFound)?,
        secrets: vec![SecretName::parse(&name).map_err(|_| StoreError::NotFound)?],
        keys,
        required: Vec::new(),
        names_only: false,
    };
    let Bearer { token, origin, expiry } = &bearer;
    let known = known.content();
    let resolved = state.store.resolve(token, origin, &resolving, known.as_ref()).await?;
    expiry.note(&resolved.caller);
    let tag = [(ETAG, content_tag(&resolved.tag))];
    let Some(values) = resolved.values else {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    };
    let answer = ValuesAnswer {
        version: resolved.secrets.first().ok_or(StoreError::NotFound)?.version,
        values: ValueMap(values.into_iter().map(|(value, from)| (from.key, value)).collect()),
        withheld: resolved.withheld.into_iter().map(|withheld| withheld.key).collect(),
    };
    Ok((tag, Json(answer)).into_response())
}

async fn old(
    state: &AppState,
    bearer: &Bearer,
    environment: &str,
    name: &str,
    wanted: ReadValues,
) -> Result<Response, ApiError> {
    let caller = state.store.authenticate(&bearer.token, &bearer.origin).await?;
    bearer.expiry.note(&caller);
    let id = state.store.find_secret(&caller, environment, name).await?;
    let read = state.store.read_values(&caller, id, &wanted).await?;
    let values = ValueMap(read.values);
    Ok(Json(ValuesAnswer { version: read.version, values, withheld: read.withheld })
        .into_response())
}

/// Keys with commas between them.
fn keys(text: &str) -> Result<Vec<KeyName>, ApiError> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            KeyName::parse(word).map_err(|_| {
                ApiError::field(
                    "keys",
                    "Keys use letters, digits and _, and do not start with a digit.",
                )
            })
        })
        .collect()
}
