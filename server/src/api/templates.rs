use axum::Json;
use axum::extract::Path;
use model::Template;
use model::api::{ProblemDetails, TemplateKeyView, TemplateList, TemplateView};
use store::StoreError;

use super::asking::Asking;
use super::problem::ApiError;

/// All service templates
#[utoipa::path(
    get, path = "/templates", tag = "Templates", security(("token" = [])),
    responses((status = 200, body = TemplateList), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn list(_asking: Asking) -> Json<TemplateList> {
    let templates = catalog::services().iter().map(|service| view(&service.template));
    Json(TemplateList { templates: templates.collect() })
}

/// One service template
#[utoipa::path(
    get, path = "/templates/{id}", tag = "Templates", security(("token" = [])),
    params(("id" = String, Path, description = "Such as `postgres`")),
    responses((status = 200, body = TemplateView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(super) async fn read(
    _asking: Asking,
    Path(id): Path<String>,
) -> Result<Json<TemplateView>, ApiError> {
    let template = catalog::template(&id).ok_or(StoreError::NotFound)?;
    Ok(Json(view(template)))
}

fn view(template: &Template) -> TemplateView {
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
        secret_name: template.secret_name.to_string(),
        keys: keys.collect(),
        alternatives: template.groups.iter().map(|group| group.keys.clone()).collect(),
    }
}
