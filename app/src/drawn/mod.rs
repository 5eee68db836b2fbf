//! Pages that the server alone draws: links and plain forms, for which the browser loads no wasm.
//!
//! What a page shows it reads from the store while it is drawn ([`drawn`]). What it changes is posted to its own address ([`PostForm`]),
//! whose handler stands in `server/src/forms`; the answer is a redirect to the page, or the page again with what was wrong
//! ([`FormAnswer`]).

mod form;

use crate::{
    app::NotFoundPage,
    audit::{AuditEventPage, AuditPage, AuditRetentionPage, StalePage},
    compare::ComparePage,
    context::{signed_in, store, told},
    device::DevicePage,
    environments::EnvironmentsPage,
    error::AppError,
    frame::{Failure, Signed},
    help::HelpPage,
    members::{InvitationPage, MemberPage, MembersPage, RolesPage},
    notifications::{NotificationsPage, WebhookPage, WebhooksPage},
    rotation::{
        AccessPage, AutomaticPage, HistoryPage, NewRotatorPage, RotatePage, RotationPage,
        RotatorPage, SchedulePage,
    },
    secrets::{TrashPage, import::ImportPage, selected::SelectedPage},
    session::{AccountPage, SignInPage, SudoPage, second::SecondPage, security::SecurityPage},
    settings::{ShortcutsPage, WorkspacePage},
    setup::SetupPage,
    templates::{NewTemplatePage, TemplatePage, TemplatesPage},
    tokens::{NewTokenPage, TokenPage, TokensPage},
    ui::showcase::Showcase,
    workspaces::WorkspacesPage,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use std::future::Future;
use store::{Caller, Store, StoreError};

pub use form::{FormAnswer, PostForm, PostedForm};

/// The pages that the server alone draws. A link to one from a page that scripts run loads it as any link does.
#[component]
pub fn DrawnApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| format!("{title} · Keyloft") />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sudo") view=SudoPage ssr=SsrMode::Async />
                <Route path=path!("/invitation/:token") view=InvitationPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/second") view=SecondPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Signed ssr=SsrMode::Async>
                    <Route path=path!("/device") view=DevicePage />
                    <Route path=path!("/settings/account") view=AccountPage />
                    <Route path=path!("/settings/security") view=SecurityPage />
                    <Route path=path!("/settings/shortcuts") view=ShortcutsPage />
                    <Route path=path!("/settings/workspace") view=WorkspacePage />
                    <Route path=path!("/settings/notifications") view=NotificationsPage />
                    <Route path=path!("/settings/webhooks") view=WebhooksPage />
                    <Route path=path!("/settings/webhooks/:id") view=WebhookPage />
                    <Route path=path!("/rotation") view=RotationPage />
                    <Route path=path!("/rotation/automatic") view=AutomaticPage />
                    <Route path=path!("/rotation/automatic/:id") view=RotatorPage />
                    <Route path=path!("/secrets/import") view=ImportPage />
                    <Route path=path!("/secrets/selected") view=SelectedPage />
                    <Route path=path!("/trash") view=TrashPage />
                    <Route path=path!("/secrets/:id/schedule") view=SchedulePage />
                    <Route path=path!("/secrets/:id/automatic") view=NewRotatorPage />
                    <Route path=path!("/secrets/:id/access") view=AccessPage />
                    <Route path=path!("/secrets/:id/history") view=HistoryPage />
                    <Route path=path!("/secrets/:id/rotate") view=RotatePage />
                    <Route path=path!("/audit") view=AuditPage />
                    <Route path=path!("/audit/retention") view=AuditRetentionPage />
                    <Route path=path!("/audit/stale") view=StalePage />
                    <Route path=path!("/audit/:seq") view=AuditEventPage />
                    <Route path=path!("/compare") view=ComparePage />
                    <Route path=path!("/environments") view=EnvironmentsPage />
                    <Route path=path!("/members") view=MembersPage />
                    <Route path=path!("/members/roles") view=RolesPage />
                    <Route path=path!("/members/:id") view=MemberPage />
                    <Route path=path!("/templates") view=TemplatesPage />
                    <Route path=path!("/templates/new") view=NewTemplatePage />
                    <Route path=path!("/templates/:id") view=TemplatePage />
                    <Route path=path!("/tokens") view=TokensPage />
                    <Route path=path!("/tokens/new") view=NewTokenPage />
                    <Route path=path!("/tokens/:id") view=TokenPage />
                    <Route path=path!("/workspaces") view=WorkspacesPage />
                    <Route path=path!("/help") view=HelpPage />
                    <Route path=path!("/dev/ui") view=Showcase />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}

/// Waits for what a part of the page shows to whoever looks, and draws it; what fails is told in its place.
pub fn drawn<T: Send + 'static, F>(
    fetch: impl FnOnce(Store, Caller) -> F,
    draw: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView
where
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    fetched(fetch, draw, false)
}

/// The same for the whole page: its heading is in what is drawn, and what fails has one of its own.
pub fn drawn_whole<T: Send + 'static, F>(
    fetch: impl FnOnce(Store, Caller) -> F,
    draw: impl FnOnce(T) -> AnyView + Send + 'static,
) -> AnyView
where
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    fetched(fetch, draw, true)
}

fn fetched<T: Send + 'static, F>(
    fetch: impl FnOnce(Store, Caller) -> F,
    draw: impl FnOnce(T) -> AnyView + Send + 'static,
    whole: bool,
) -> AnyView
where
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let Some(caller) = signed_in() else {
        return view! { <Failure error=AppError::SignInRequired whole /> }.into_any();
    };
    let fetched = fetch(store(), caller);
    Suspend::new(async move {
        match fetched.await {
            Ok(found) => draw(found),
            Err(error) => view! { <Failure error=told(error) whole /> }.into_any(),
        }
    })
    .into_any()
}
