//! `/api/v1`: the door for programs. Handlers extract, call one method of the store, and answer.

mod asking;
pub(crate) mod audit;
mod body;
mod docs;
mod document;
mod environments;
mod expiry;
mod invitations;
mod login;
mod members;
mod notifications;
mod precondition;
mod problem;
mod resolve;
mod rotation;
mod rotators;
mod scan;
mod second_factor;
mod secrets;
mod templates;
mod tokens;
mod transfer;
mod trash;
mod values;
mod versions;
mod view;
mod webhooks;
mod whoami;
mod workspaces;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::Html;
use axum::routing::{any, get};
use utoipa::OpenApi;
use utoipa::openapi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub(crate) use self::problem::{details as problem_details, sentence};
pub(crate) use self::secrets::changed;

use self::problem::ApiError;

/// What the document says beside the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keyloft",
        description = "Secrets for programs. Send `Authorization: Bearer kl_…` with every request; cookies are ignored. \
            Errors are problem details (RFC 9457) with a stable `code`, and never hold a value. \
            Unknown fields are refused, so that a typo is not taken for consent.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/api/v1")),
    modifiers(&Bearer),
    tags(
        (name = "Secrets", description = "Named bundles of keys with values, one environment each."),
        (name = "Values", description = "What programs came for. Every read is audited before its answer leaves."),
        (name = "Versions", description = "What a secret held, and going back to it."),
        (name = "Rotation", description = "Other values on purpose, and when they are due."),
        (name = "Trash", description = "Deleted secrets, for 30 days."),
        (name = "Environments", description = "Where secrets live."),
        (name = "Templates", description = "Which keys a service wants."),
        (name = "Rotators", description = "What replaces values by itself."),
        (name = "Notifications", description = "What programs and people are told by themselves."),
        (name = "Tokens", description = "Credentials of programs."),
        (name = "Members", description = "People, what they may, invitations, and workspaces."),
        (name = "Audit log", description = "What happened in the workspace, in a chain that shows edits."),
        (name = "Session", description = "Who asks, and signing in at a command line."),
    ),
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", scheme);
    }
}

/// The whole door.
pub(crate) fn router(state: &AppState) -> Router<AppState> {
    let (router, document) = described().split_for_parts();
    let document = document::written(&document);
    let page = docs::page(&document, &state.style());
    let document: &'static serde_json::Value = Box::leak(Box::new(document));
    let router = router
        .route("/openapi.json", get(move || async move { Json(document) }))
        .route("/docs", get(move || async move { Html(page) }))
        .route("/", any(nothing_here))
        .route("/{*path}", any(nothing_here))
        .method_not_allowed_fallback(other_method);
    Router::new()
        .nest("/api/v1", router)
        .route("/api/v1/", any(nothing_here))
        .layer(from_fn(problem::finish))
        .layer(from_fn(expiry::announce))
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(whoami::whoami))
        .routes(routes!(login::start, login::sign_out))
        .routes(routes!(login::poll))
        .routes(routes!(login::confirm))
        .routes(routes!(environments::list, environments::create))
        .routes(routes!(environments::change, environments::delete))
        .routes(routes!(secrets::list, secrets::create))
        .routes(routes!(secrets::read, secrets::replace, secrets::change, secrets::delete))
        .routes(routes!(values::read))
        .routes(routes!(transfer::copy))
        .routes(routes!(transfer::promote))
        .routes(routes!(transfer::move_there))
        .routes(routes!(versions::list))
        .routes(routes!(versions::restore))
        .routes(routes!(versions::destroy))
        .routes(routes!(versions::readers))
        .routes(routes!(versions::retention, versions::set_retention, versions::no_retention))
        .routes(routes!(versions::compare))
        .routes(routes!(rotation::rotate))
        .routes(routes!(rotation::schedule, rotation::unschedule))
        .routes(routes!(rotation::list))
        .routes(routes!(rotation::schedule_template, rotation::unschedule_template))
        .routes(routes!(trash::list))
        .routes(routes!(trash::restore))
        .routes(routes!(trash::destroy))
        .routes(routes!(templates::list, templates::create))
        .routes(routes!(templates::read, templates::change, templates::delete))
        .routes(routes!(templates::mismatches))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::read, tokens::revoke))
        .routes(routes!(tokens::rotate))
        .routes(routes!(tokens::adopt))
        .routes(routes!(members::list))
        .routes(routes!(members::read, members::change_role, members::remove))
        .routes(routes!(members::change_grants))
        .routes(routes!(members::to_rotate))
        .routes(routes!(members::transfer))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::revoke))
        .routes(routes!(invitations::resend))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::switch))
        .routes(routes!(second_factor::read, second_factor::require, second_factor::not_required))
        .routes(routes!(rotators::list, rotators::create))
        .routes(routes!(rotators::read, rotators::delete))
        .routes(routes!(rotators::run))
        .routes(routes!(rotators::log))
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(audit::retention, audit::keep))
        .routes(routes!(audit::read))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::read, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::redeliver))
        .routes(routes!(notifications::read, notifications::set))
        .routes(routes!(resolve::resolve))
        .routes(routes!(resolve::report))
        .routes(routes!(scan::scan))
}

async fn nothing_here(State(_): State<AppState>) -> ApiError {
    ApiError::no_such_path()
}

async fn other_method() -> ApiError {
    ApiError::other_method()
}

/// Method and path of every route, for tests that shall miss none.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(String, String)> {
    let document = serde_json::to_value(described().into_openapi()).expect("a document is JSON");
    let paths = document["paths"].as_object().expect("a document has paths");
    let methods = |(path, methods): (&String, &serde_json::Value)| {
        let methods: Vec<String> =
            methods.as_object().into_iter().flat_map(|methods| methods.keys().cloned()).collect();
        let path = format!("/api/v1{path}");
        methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(methods).collect()
}
