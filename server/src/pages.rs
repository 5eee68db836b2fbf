//! Pages: which of them a request gets, and how it is rendered.

use std::sync::Arc;

use app::App;
use app::compare::ComparisonLimit;
use app::context::RequestReference;
use app::drawn::{DrawnApp, PostedForm as DrawnForm};
use app::error::{AppError, Reference};
use app::form::FailedForm;
use app::help::ServerAddress;
use app::notifications::MailSetUp;
use app::page::{PageKind, preferences, shell};
use app::session::InsecureOrigin;
use app::viewer::Viewer;
use axum::Json;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri, request::Parts};
use axum::response::{Html, IntoResponse, Redirect, Response};
use futures_util::future::ready;
use futures_util::stream::{StreamExt as _, once};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use store::Caller;
use url::form_urlencoded::{byte_serialize, parse};

use crate::security::{content_security_policy, plain_page, prefers_html};
use crate::state::AppState;

/// Every page that scripts take over, and those that are not there.
pub(crate) async fn page(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    sent(&state, parts, Scripts::Hydrate).await
}

/// A page that the server alone draws.
pub(crate) async fn drawn(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    sent(&state, parts, Scripts::Never).await
}

async fn sent(state: &AppState, parts: Parts, scripts: Scripts) -> Response {
    let Ok(is_set_up) = state
        .is_set_up()
        .await
        .inspect_err(|error| tracing::error!(%error, "cannot tell whether the server is set up"))
    else {
        return unavailable(&parts.headers, reference(&parts));
    };
    let path = parts.uri.path();
    let is_shown = path != COMPONENTS || state.offers.components;
    let asked = Asked {
        path,
        is_there: is_shown && parts.extensions.get::<MatchedPath>().is_some(),
        is_set_up,
        is_signed_in: parts.extensions.get::<Caller>().is_some(),
        scripts,
    };
    match asked.way() {
        Way::Draw(Scripts::None) => {
            let form = FailedForm { next: next_of(&parts.uri), ..FailedForm::default() };
            plain(state, parts, form).await
        }
        Way::Draw(Scripts::Hydrate) => hydrating(state, parts).await,
        Way::Draw(Scripts::Never) => answer_drawn(state, parts, DrawnForm::default()).await,
        Way::Missing => missing(state, parts).await,
        Way::To(place) => Redirect::to(place).into_response(),
        Way::SignIn => Redirect::to(&sign_in(&parts.uri)).into_response(),
    }
}

/// What decides which page a request gets.
struct Asked<'a> {
    path: &'a str,
    /// Whether the router knows the path.
    is_there: bool,
    is_set_up: bool,
    is_signed_in: bool,
    /// Those of the page, once it may be seen.
    scripts: Scripts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Draw(Scripts),
    Missing,
    /// Elsewhere.
    To(&'static str),
    /// To the sign-in page, and back from there.
    SignIn,
}

/// Whether scripts take the page over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scripts {
    /// A plain form: where passwords and codes are typed, nothing runs.
    None,
    /// The dashboard without them.
    Never,
    Hydrate,
}

impl Asked<'_> {
    fn way(&self) -> Way {
        match self.path {
            "/setup" if !self.is_set_up => Way::Draw(Scripts::None),
            _ if !self.is_set_up => Way::To("/setup"),
            "/setup" => Way::Missing,
            // Whoever holds the link may not be a member yet.
            path if path.starts_with(INVITATION) && self.is_there => Way::Draw(self.scripts),
            "/sign-in" if self.is_signed_in => Way::To("/secrets"),
            "/sign-in" => Way::Draw(Scripts::None),
            SECOND => Way::Draw(self.scripts),
            _ if !self.is_there => Way::Missing,
            _ if !self.is_signed_in => Way::SignIn,
            "/" => Way::To("/secrets"),
            "/sudo" => Way::Draw(Scripts::None),
            _ => Way::Draw(self.scripts),
        }
    }
}

/// Every component in every state, for the tests of their looks.
const COMPONENTS: &str = "/dev/ui";
const INVITATION: &str = "/invitation/";
const SECOND: &str = "/sign-in/second";

/// The address of the sign-in page that leads back to this one.
fn sign_in(uri: &Uri) -> String {
    let next = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("/sign-in?next={}", byte_serialize(next.as_bytes()).collect::<String>())
}

/// Where the form shall lead. Taken out here, for the dashboard's own router decodes a query twice.
fn next_of(uri: &Uri) -> String {
    let mut pairs = parse(uri.query().unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == "next").map_or_else(String::new, |(_, next)| next.into_owned())
}

/// A page that scripts take over. The policy lets those run that carry this answer's nonce.
async fn hydrating(state: &AppState, parts: Parts) -> Response {
    let Ok(viewer) = viewer(state, &parts).await else {
        return unavailable(&parts.headers, reference(&parts));
    };
    let assets = state.assets(&parts, PageKind::Hydrated);
    let surroundings = surroundings(state);
    let context = move || {
        surroundings();
        if let Some(viewer) = viewer.clone() {
            provide_context(viewer);
        }
        let policy = content_security_policy(use_nonce().as_deref());
        expect_context::<ResponseOptions>().insert_header(CONTENT_SECURITY_POLICY, policy);
    };
    let render =
        leptos_axum::render_app_async_with_context(context, move || shell(assets.clone(), App()));
    render(Request::from_parts(parts, Body::empty())).await
}

/// Whoever is signed in, with what every page shows of their workspace.
async fn viewer(state: &AppState, parts: &Parts) -> store::Result<Option<Viewer>> {
    let Some(caller) = parts.extensions.get::<Caller>() else { return Ok(None) };
    let environments = async {
        let listed = state.store.list_environments(caller).await;
        listed.inspect_err(
            |error| tracing::error!(%error, "the environments of a page cannot be read"),
        )
    };
    let overdue = async {
        // Whoever has yet to set up the second factor that is asked for sees nothing of the secrets.
        if caller.lacks_factor() {
            return Ok(0);
        }
        let counted = state.store.count_overdue(caller).await;
        counted.inspect_err(|error| tracing::error!(%error, "what is overdue cannot be counted"))
    };
    let (environments, overdue) = tokio::try_join!(environments, overdue)?;
    Ok(Some(Viewer::of(caller.clone(), environments, overdue, preferences(&parts.headers))))
}

/// A page without scripts, with a form that failed if one did.
pub(crate) async fn plain(state: &AppState, parts: Parts, failed: FailedForm) -> Response {
    let context = move || provide_context(failed.clone());
    without_scripts(state, parts, PageKind::Plain, context, || DrawnApp().into_any()).await
}

/// A page that the server alone draws, with what came of the form that was posted to it.
pub(crate) async fn answer_drawn(state: &AppState, parts: Parts, form: DrawnForm) -> Response {
    let Ok(viewer) = viewer(state, &parts).await else {
        return unavailable(&parts.headers, reference(&parts));
    };
    let context = move || {
        provide_context(form.clone());
        if let Some(viewer) = viewer.clone() {
            provide_context(viewer);
        }
    };
    let path = parts.uri.path();
    let in_front = path.starts_with(INVITATION) || path == SECOND;
    let kind = if in_front { PageKind::Plain } else { PageKind::Drawn };
    without_scripts(state, parts, kind, context, || DrawnApp().into_any()).await
}

async fn without_scripts(
    state: &AppState,
    parts: Parts,
    kind: PageKind,
    more: impl Fn() + Clone + Send + 'static,
    page: fn() -> AnyView,
) -> Response {
    let assets = state.assets(&parts, kind);
    let surroundings = surroundings(state);
    let context = move || {
        surroundings();
        more();
    };
    leptos_axum::handle_response_inner(
        context,
        move || shell(assets, page()),
        Request::from_parts(parts, Body::empty()),
        // The other renderers put scripts behind the page, which hand its data to the browser. Drawn whole before it
        // is sent, it can still have the status of what is found missing in its middle.
        |page, _scripts, _| {
            Box::pin(async move {
                let whole: String = page.to_html_stream_in_order().collect().await;
                Box::pin(once(ready(whole))) as _
            })
        },
    )
    .await
}

/// The page that says there is none. Its path is one that no page has: scripts and styles apart, what
/// is drawn does not depend on what was asked for.
pub(crate) async fn missing(state: &AppState, mut parts: Parts) -> Response {
    parts.uri = Uri::from_static("/404");
    plain(state, parts, FailedForm::default()).await
}

/// What pages and server functions find around them.
pub(crate) fn surroundings(state: &AppState) -> impl Fn() + Clone + Send + Sync + use<> {
    let store = state.store.clone();
    let is_https = state.public_url.is_https();
    let reveals = state.reveals.clone();
    let comparisons = ComparisonLimit(Arc::new(move |user| reveals.take(user)));
    let (mail, party) = (state.offers.mail, state.party.clone());
    let address = ServerAddress(state.public_url.to_string());
    move || {
        provide_context(store.clone());
        provide_context(address.clone());
        provide_context(MailSetUp(mail));
        provide_context(party.clone());
        provide_context(comparisons.clone());
        if !is_https {
            provide_context(InsecureOrigin);
        }
    }
}

/// What people, and server functions in their browser, hear when the database does not answer.
pub(crate) fn unavailable(headers: &HeaderMap, RequestReference(id): RequestReference) -> Response {
    let error = AppError::Unavailable { reference: Reference(id) };
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let retry = [(RETRY_AFTER, "5")];
    if prefers_html(headers) {
        (status, retry, Html(plain_page(status, &error.to_string()))).into_response()
    } else {
        (status, retry, Json(error)).into_response()
    }
}

fn reference(parts: &Parts) -> RequestReference {
    parts.extensions.get().copied().unwrap_or(RequestReference(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path, known to the router, then the ways for: not set up, nobody signed in, somebody.
    #[test]
    fn who_gets_which_page() {
        let (plain, whole) = (Way::Draw(Scripts::None), Way::Draw(Scripts::Hydrate));
        let (setup, secrets) = (Way::To("/setup"), Way::To("/secrets"));
        for (path, is_there, expected) in [
            ("/setup", true, [plain, Way::Missing, Way::Missing]),
            ("/sign-in", true, [setup, plain, secrets]),
            ("/sudo", true, [setup, Way::SignIn, plain]),
            ("/", true, [setup, Way::SignIn, secrets]),
            ("/secrets", true, [setup, Way::SignIn, whole]),
            ("/secrets/x/edit", true, [setup, Way::SignIn, whole]),
            ("/nothing", false, [setup, Way::Missing, Way::Missing]),
        ] {
            let way = |is_set_up, is_signed_in| {
                let scripts = Scripts::Hydrate;
                Asked { path, is_there, is_set_up, is_signed_in, scripts }.way()
            };
            assert_eq!([way(false, false), way(true, false), way(true, true)], expected, "{path}");
        }
    }

    #[test]
    fn the_way_back_keeps_its_query() {
        let uri = Uri::from_static("/secrets?q=a%20b&env=dev");
        let sign_in: Uri = sign_in(&uri).parse().unwrap();
        assert_eq!(sign_in, "/sign-in?next=%2Fsecrets%3Fq%3Da%2520b%26env%3Ddev");
        assert_eq!(next_of(&sign_in), "/secrets?q=a%20b&env=dev");
        assert_eq!(next_of(&Uri::from_static("/sign-in")), "");
    }
}
