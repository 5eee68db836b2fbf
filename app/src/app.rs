//! Which address shows which page.

#[cfg(feature = "hydrate")]
use crate::ui::after_frame;
use crate::{
    frame::Signed,
    lazy::LazyPage,
    secrets::ListPage,
    ui::{CentredPage, Hydrated, provide_toasts},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};
#[cfg(feature = "hydrate")]
use leptos_router::{hooks::use_location, location::Location};
#[cfg(feature = "hydrate")]
use std::time::Duration;

/// The pages that scripts take over.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    let hydrated = Hydrated::new(false);
    hydrated.provide();
    mark_hydrated(hydrated);
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Keyloft".into() } else { format!("{title} · Keyloft") } />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirect path="/secrets" /> } ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Signed ssr=SsrMode::Async>
                    <Route path=path!("/secrets") view=ListPage />
                    <Route path=path!("/secrets/new") view=LazyPage::Gallery />
                    <Route path=path!("/secrets/new/:template") view=LazyPage::New />
                    <Route path=path!("/secrets/:id") view=LazyPage::Detail />
                    <Route path=path!("/secrets/:id/edit") view=LazyPage::Edit />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}

/// A page that is not there, or not in this half: scripts that find a link to one leave it to the server.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    leave_to_server();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <CentredPage title="Not found" text="There is no page at this address.">
            <p><a href="/secrets" rel="external">"Go to the secrets"</a></p>
        </CentredPage>
    }
    .into_any()
}

/// Loads the address that the router was sent to. The router has yet to put it into the history, where it is replaced.
#[cfg(feature = "hydrate")]
fn leave_to_server() {
    let Location { pathname, search, .. } = use_location();
    let address = match search.get_untracked() {
        search if search.is_empty() => pathname.get_untracked(),
        search => format!("{}?{search}", pathname.get_untracked()),
    };
    let _ = window().location().replace(&address);
}

/// Tells the page, tests, and whoever looks, that scripts have taken it over: before, clicks on what only works with them are lost.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(unused_variables, reason = "only browsers take pages over")
)]
fn mark_hydrated(hydrated: Hydrated) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        crate::ui::time::set_clock();
        hydrated.mark();
        let mark = || {
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("data-hydrated", "");
            }
        };
        // After the rows of the list, which are taken over in a task of their own.
        after_frame(move || set_timeout(mark, Duration::ZERO));
    });
}
