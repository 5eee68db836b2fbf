//! Bodies and query strings, read into types; what is wrong is told by its place, never by what stands there.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::ApiError;
use crate::state::AppState;

/// A JSON body.
pub(super) struct Body<T> {
    pub(super) value: T,
    /// As it was sent, to know it again.
    pub(super) raw: Bytes,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(&request) {
            return Err(ApiError::not_json());
        }
        // A body that is too long or too slow is refused by the guard, whatever is answered here.
        let raw = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::bad_request("The body did not arrive whole."))?;
        let value = parse(&raw)?;
        Ok(Self { value, raw })
    }
}

/// A query string. Names that are not known are refused, as in bodies.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        Query::try_from_uri(&parts.uri).map(|Query(value)| Self(value)).map_err(|_| {
            ApiError::bad_request(
                "A parameter of the query is unknown, stands there twice, or is not of the right form. \
                 /api/v1/docs lists them.",
            )
        })
    }
}

fn is_json(request: &Request) -> bool {
    let Some(kind) = request.headers().get(CONTENT_TYPE) else { return false };
    let kind = kind.to_str().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T, ApiError> {
    // A list would be taken for the fields of an object in their order, which no client means.
    if raw.trim_ascii_start().starts_with(b"[") {
        return Err(ApiError::field("body".to_owned(), "Send an object, in braces.".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_slice(raw);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if !cause.is_data() {
            let (line, column) = (cause.line(), cause.column());
            return ApiError::bad_request(format!(
                "The body is not JSON: it breaks at line {line}, column {column}."
            ));
        }
        ApiError::field(place(&path), mismatch(&cause.to_string()))
    })?;
    json.end().map_err(|_| ApiError::bad_request("Something stands after the end of the JSON."))?;
    Ok(value)
}

/// A path of known names and numbers. A key that is none may be a value in the wrong place.
fn place(path: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.[]?".contains(c);
    if path == "." || path.is_empty() {
        "body".into()
    } else if path.len() <= 300 && path.chars().all(is_name) {
        path.replace(".?", "").replace('?', "body")
    } else {
        "values".into()
    }
}

/// What is wrong, from the kinds of error that serde tells: their texts quote what was sent.
fn mismatch(cause: &str) -> String {
    let expected = cause
        .split_once(", expected ")
        .map(|(_, expected)| expected.split(" at line ").next().unwrap_or_default());
    if cause.starts_with("missing field") {
        let field = cause.split('`').nth(1).unwrap_or_default();
        return format!("The field {field} is missing.");
    }
    match expected {
        Some(expected) if cause.starts_with("unknown field") => {
            format!("This field is not known here; known are {}.", expected.replace("one of ", ""))
        }
        Some(expected) => format!("This is not of the right type: expected {expected}."),
        None if cause.starts_with("data did not match") => {
            "This is not of the right type: expected a text, or an object with value and kind."
                .into()
        }
        None => "This is not of the right form.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::api::{MakeSecret, MakeToken};

    fn wrong<T: DeserializeOwned>(body: &str) -> String {
        format!("{:?}", parse::<T>(body.as_bytes()).err().expect("the body is wrong"))
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_never_repeated() {
        for (body, expected) in [
            ("{", "breaks at line 1, column 1"),
            ("[]", "Send an object"),
            (r#"{"environment":"dev","name":"a"}"#, "The field values is missing"),
            (
                r#"{"environment":7391,"name":"a","values":{}}"#,
                "environment: This is not of the right type: expected a string",
            ),
            (
                r#"{"environment":"dev","name":"a","values":{"K":7391}}"#,
                "expected a text, or an object",
            ),
            (r#"{"environment":"dev","name":"a","values":{"7391 7391":7391}}"#, "values: This is"),
            (
                r#"{"environment":"dev","name":"a","values":{},"hunter7391":1}"#,
                "not known here; known are `environment`",
            ),
            (r#"{"environment":"dev","name":"a","values":{}} 7391"#, "after the end"),
        ] {
            let told = wrong::<MakeSecret>(body);
            assert!(told.contains(expected), "{body}: {told}");
            assert!(!told.contains("7391 7391") && !told.contains("`7391`"), "{told}");
        }
        let told = wrong::<MakeToken>(r#"{"name":"ci","scopes":["hunter7391"]}"#);
        assert!(told.contains("scopes[0]") && !told.contains("7391"), "{told}");
    }
}
