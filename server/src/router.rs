//! Which path leads where.

use std::sync::LazyLock;

use app::App;
use app::drawn::DrawnApp;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{generate_route_list, handle_server_fns_with_context};

use crate::security::{Protection, protect};
use crate::state::AppState;
use crate::{api, auth, compression, forms, health, pages, sessions, site};

/// The whole server. Outside in: what [`protect`] guards, the site's files, probes; then, for the
/// dashboard alone, the session and who it belongs to.
pub(crate) fn whole(state: AppState, protection: &Protection) -> Router {
    let router = with(Router::new(), probes())
        .merge(api::router(&state))
        .merge(dashboard(&state))
        .layer(from_fn(site::serve))
        .with_state(state);
    protect(router, protection)
}

fn dashboard(state: &AppState) -> Router<AppState> {
    with(server_functions(all_pages()), forms())
        .layer(from_fn(auth::identify))
        .layer(sessions::layer(state.store.clone(), &state.public_url))
        .layer(map_response(sessions::secure_removal))
        .layer(from_fn(compression::mark))
        .layer(compression::layer())
}

fn with(
    router: Router<AppState>,
    more: impl IntoIterator<Item = (&'static str, MethodRouter<AppState>)>,
) -> Router<AppState> {
    more.into_iter().fold(router, |router, (path, method)| router.route(path, method))
}

fn probes() -> [(&'static str, MethodRouter<AppState>); 3] {
    [
        ("/livez", get(health::live)),
        ("/readyz", get(health::ready)),
        ("/metrics", get(health::metrics)),
    ]
}

fn forms() -> [(&'static str, MethodRouter<AppState>); 37] {
    [
        ("/setup", post(forms::set_up)),
        ("/sign-in", post(forms::sign_in)),
        ("/sign-in/second", post(forms::second_step)),
        ("/sign-in/passkey", post(forms::sign_in_by_passkey)),
        ("/passkeys/challenge", post(forms::ask_for_passkey)),
        ("/sign-out", post(forms::sign_out)),
        ("/sudo", post(forms::confirm)),
        ("/theme", post(forms::choose_theme)),
        ("/tokens/new", post(forms::make_token)),
        ("/tokens/{id}", post(forms::change_token)),
        ("/device", post(forms::answer_command_line)),
        ("/settings/account", post(forms::change_account)),
        ("/settings/security", post(forms::change_factors)),
        ("/settings/shortcuts", post(forms::choose_shortcuts)),
        ("/settings/workspace", post(forms::change_workspace)),
        ("/settings/notifications", post(forms::choose_reminders)),
        ("/settings/webhooks", post(forms::make_webhook)),
        ("/settings/webhooks/{id}", post(forms::change_webhook)),
        ("/secrets/import", post(forms::import_variables)),
        ("/secrets/{id}/history", post(forms::change_versions)),
        ("/secrets/{id}/rotate", post(forms::rotate_values)),
        ("/secrets/{id}/schedule", post(forms::schedule_secret)),
        ("/secrets/{id}/automatic", post(forms::make_rotator)),
        ("/rotation", post(forms::schedule_template)),
        ("/rotation/automatic/{id}", post(forms::change_rotator)),
        ("/audit", post(forms::export_audit)),
        ("/audit/retention", post(forms::change_audit_retention)),
        ("/compare", post(forms::compare_environments)),
        ("/environments", post(forms::change_environments)),
        ("/secrets/selected", post(forms::change_selected)),
        ("/trash", post(forms::change_trash)),
        ("/members", post(forms::manage_members)),
        ("/members/{id}", post(forms::change_member)),
        ("/templates/new", post(forms::make_template)),
        ("/templates/{id}", post(forms::change_template)),
        ("/workspaces", post(forms::choose_workspace)),
        ("/invitation/{token}", post(forms::accept_invitation)),
    ]
}

fn all_pages() -> Router<AppState> {
    let router = with(Router::new(), PAGES.iter().map(|path| (path.as_str(), get(pages::page))));
    with(router, DRAWN.iter().map(|path| (path.as_str(), get(pages::drawn))))
        .fallback(get(pages::page))
}

/// The pages that the dashboard's own router knows. Listed once, before there is a server: while Leptos
/// lists them, no page that is drawn on another thread gets its data.
static PAGES: LazyLock<Vec<String>> =
    LazyLock::new(|| generate_route_list(App).iter().map(|page| page.path().to_owned()).collect());

/// Every page that the server alone draws.
static DRAWN: LazyLock<Vec<String>> = LazyLock::new(|| {
    generate_route_list(DrawnApp).iter().map(|page| page.path().to_owned()).collect()
});

fn server_functions(router: Router<AppState>) -> Router<AppState> {
    let functions = server_fn_paths().map(|(path, _)| (path, post(server_function)));
    with(router, functions).route("/fn/{*name}", any(no_server_function))
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    if let Some(refusal) = state.reveals.refusal(&request) {
        return refusal;
    }
    let surroundings = pages::surroundings(&state);
    handle_server_fns_with_context(surroundings, request).await.into_response()
}

/// A page that is older or newer than this server asks for what it does not have.
async fn no_server_function() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "This server does not know that function. Reload the page.\n")
}

/// Method and path of every route, for tests that shall miss none.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(&'static str, String)> {
    let pages = PAGES.iter().chain(DRAWN.iter()).map(|path| ("GET", path.clone()));
    let probes = probes().map(|(path, _)| ("GET", path.to_owned()));
    let forms = forms().map(|(path, _)| ("POST", path.to_owned()));
    let functions = server_fn_paths().map(|(path, _)| ("POST", path.to_owned()));
    pages.chain(probes).chain(forms).chain(functions).collect()
}
