use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Posted;
use crate::state::AppState;

/// The fields of a form, in its order.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl FromRequest<AppState> for Pairs {
    type Rejection = Response;

    /// Also from a form with a file, on the one page that has one.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let content_type = request.headers().get(CONTENT_TYPE);
        let has_files = content_type.is_some_and(|it| it.as_bytes().starts_with(b"multipart/"));
        if !has_files {
            let Posted(pairs) = Posted::<Self>::from_request(request, state).await?;
            return Ok(pairs);
        }
        let refused = |error: MultipartError| error.status().into_response();
        let mut parts =
            Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut pairs = Vec::new();
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            Self::take(&mut pairs, part).await.map_err(refused)?;
        }
        Ok(Self(pairs))
    }
}

impl Pairs {
    /// A field as it is; of a file its text, with its name as `….name`, or why it is none as `….fault`.
    async fn take(
        pairs: &mut Vec<(String, String)>,
        part: Field<'_>,
    ) -> Result<(), MultipartError> {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await?;
        match (envfile::text_of(&bytes), file) {
            (Ok(text), None) => pairs.push((field, text)),
            (Ok(text), Some(file)) => {
                pairs.push((format!("{field}.name"), file));
                pairs.push((field, text));
            }
            (Err(fault), _) => {
                pairs.push((format!("{field}.fault"), format!("This is no text file: {fault}.")));
            }
        }
        Ok(())
    }

    /// All that stands under a name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// What stands there last, or nothing.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All of them.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The rest of the form.
    pub(crate) fn without(self, names: &[&str]) -> Vec<(String, String)> {
        self.0.into_iter().filter(|(known, _)| !names.contains(&known.as_str())).collect()
    }
}
