use app::templates::find_template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use catalog::pattern_is_safe;
use model::api::{
    MismatchList, MismatchView, MissingAlternative, ProblemDetails, TemplateKeyView, TemplateList,
    TemplateView,
};
use model::{KeyName, Missing, OwnTemplate, Template, TemplateDraft, Version};
use store::{Mismatch, StoreError};

use super::asking::Asking;
use super::body::Body;
use super::precondition::{IfMatch, version_tag};
use super::problem::ApiError;
use super::view::Names;
use crate::state::AppState;

/// All templates, the workspace's own ones first
#[utoipa::path(
    get, path = "/templates", tag = "Templates", security(("token" = [])),
    responses((status = 200, body = TemplateList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Asking(caller): Asking,
) -> Result<Json<TemplateList>, ApiError> {
    let own = if caller.sees_templates() {
        state.store.own_templates(&caller).await?
    } else {
        Vec::new()
    };
    let own = own.iter().map(|own| view(&own.template, Some(own.version)));
    let built_in = catalog::services().iter().map(|service| view(&service.template, None));
    Ok(Json(TemplateList { templates: own.chain(built_in).collect() }))
}

/// Make a template of the workspace's own
///
/// Its id is made from its name, and never changes.
#[utoipa::path(
    post, path = "/templates", tag = "Templates", request_body = TemplateDraft, security(("token" = [])),
    responses((status = 201, body = TemplateView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asking(caller): Asking,
    body: Body<TemplateDraft>,
) -> Result<(StatusCode, HeaderMap, Json<TemplateView>), ApiError> {
    let new = body.value.parse(pattern_is_safe).map_err(StoreError::from)?;
    let made = state.store.create_template(&caller, new).await?;
    let location = format!("/api/v1/templates/{}", made.template.id);
    let (mut headers, view) = whole(&made);
    let location = HeaderValue::try_from(location).expect("ids are letters, digits and dashes");
    headers.insert(LOCATION, location);
    Ok((StatusCode::CREATED, headers, view))
}

/// One template
#[utoipa::path(
    get, path = "/templates/{id}", tag = "Templates", security(("token" = [])),
    params(("id" = String, Path, description = "Such as `postgres`, or `own.billing`")),
    responses((status = 200, body = TemplateView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<(HeaderMap, Json<TemplateView>), ApiError> {
    if id.starts_with(Template::OWN) {
        return Ok(whole(&state.store.own_template(&caller, &id).await?));
    }
    let template = find_template(&state.store, &caller, &id).await?;
    Ok((HeaderMap::new(), Json(with_definition(&template, None))))
}

/// Change a template of the workspace's own
#[utoipa::path(
    put, path = "/templates/{id}", tag = "Templates", request_body = TemplateDraft, security(("token" = [])),
    params(
        ("id" = String, Path, description = "Such as `own.billing`"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change was made from: answered by 412 if someone saved in between"),
    ),
    responses((status = 200, body = TemplateView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn change(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    from: IfMatch,
    body: Body<TemplateDraft>,
) -> Result<(HeaderMap, Json<TemplateView>), ApiError> {
    let new = body.value.parse(pattern_is_safe).map_err(StoreError::from)?;
    Ok(whole(&state.store.change_template(&caller, &id, from.0, new).await?))
}

/// Delete a template of the workspace's own
///
/// Secrets that were made from it stay as they are.
#[utoipa::path(
    delete, path = "/templates/{id}", tag = "Templates", security(("token" = [])),
    params(
        ("id" = String, Path, description = "Such as `own.billing`"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen: answered by 412 if someone saved in between"),
    ),
    responses((status = 204), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
    from: IfMatch,
) -> Result<StatusCode, ApiError> {
    state.store.delete_template(&caller, &id, from.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Secrets that no longer match a template of the workspace's own
#[utoipa::path(
    get, path = "/templates/{id}/mismatches", tag = "Templates", security(("token" = [])),
    params(("id" = String, Path, description = "Such as `own.billing`")),
    responses((status = 200, body = MismatchList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn mismatches(
    State(state): State<AppState>,
    Asking(caller): Asking,
    Path(id): Path<String>,
) -> Result<Json<MismatchList>, ApiError> {
    let used = state.store.template_use(&caller, &id).await?;
    let names = Names::load(&state, &caller).await?;
    let mismatches = used.mismatches.into_iter().map(|found| mismatch(&names, found));
    Ok(Json(MismatchList {
        secrets: used.secrets as u64,
        mismatches: mismatches.collect::<Result<_, _>>()?,
    }))
}

fn mismatch(names: &Names, found: Mismatch) -> Result<MismatchView, ApiError> {
    let mut missing: Vec<KeyName> = Vec::new();
    let mut alternatives = Vec::new();
    for one in found.missing {
        match one {
            Missing::Key(key) => missing.push(key),
            Missing::OneOf(groups) => alternatives.extend(
                groups
                    .into_iter()
                    .map(|group| MissingAlternative { label: group.label, keys: group.keys }),
            ),
        }
    }
    let environment = names.of(found.environment)?;
    Ok(MismatchView { environment, name: found.name, missing, alternatives })
}

fn whole(own: &OwnTemplate) -> (HeaderMap, Json<TemplateView>) {
    let headers = HeaderMap::from_iter([(ETAG, version_tag(own.version))]);
    (headers, Json(with_definition(&own.template, Some(own.version))))
}

fn with_definition(template: &Template, version: Option<Version>) -> TemplateView {
    // One without keys is no template that somebody could make.
    let definition = (!template.keys.is_empty()).then(|| TemplateDraft::of(template));
    TemplateView { definition, ..view(template, version) }
}

fn view(template: &Template, version: Option<Version>) -> TemplateView {
    let in_a_group = |key| template.groups.iter().any(|group| group.keys.contains(key));
    let keys = template.keys.iter().map(|key| TemplateKeyView {
        key: key.name.clone(),
        label: key.label.clone(),
        kind: key.kind,
        // Of groups one is enough.
        required: key.required && !in_a_group(&key.name),
        default: key.default.clone(),
    });
    TemplateView {
        id: template.id.clone(),
        name: template.name.clone(),
        description: template.description.clone(),
        own: template.is_own(),
        version,
        secret_name: template.secret_name.to_string(),
        keys: keys.collect(),
        alternatives: template.groups.iter().map(|group| group.keys.clone()).collect(),
        definition: None,
    }
}
