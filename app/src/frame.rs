//! What every page behind sign-in is drawn in.

use crate::{
    error::AppError,
    keyboard::Keyboard,
    messages::Messages,
    secrets::ListLeft,
    session::{Sudo, provide_sudo},
    ui::{ButtonKind, ButtonLink, EmptyState, Frame, Icon, NavItem, Notice, NoticeKind, hydrated},
    viewer::Viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};
use model::Action;

/// Draws the frame of whoever is signed in around the page.
#[component]
pub fn Signed() -> impl IntoView {
    match Viewer::of_page() {
        Some(viewer) => view! { <Inside viewer /> }.into_any(),
        None => view! { <Failure error=AppError::SignInRequired whole=true /> }.into_any(),
    }
}

#[component]
fn Inside(viewer: Viewer) -> impl IntoView {
    provide_context(viewer.clone());
    provide_context(viewer.letters.clone());
    provide_sudo();
    ListLeft::provide();
    let path = use_location().pathname;
    let ready = hydrated();
    #[cfg(feature = "hydrate")]
    crate::lazy::load_ahead();
    view! {
        <Frame
            workspace=viewer.workspace_name.to_string()
            user=viewer.name.to_string()
            nav=places(&viewer)
            waits=("/rotation", viewer.overdue, " to look at")
            path
            theme=viewer.theme()
            messages=ViewFnOnce::from(|| view! { <Messages /> })
            sign_out=ViewFnOnce::from(sign_out)
        >
            <Outlet />
        </Frame>
        <div hidden data-workspace=viewer.workspace.to_string()></div>
        <Sudo />
        <Show when=move || ready.get()><Keyboard /></Show>
    }
    .into_any()
}

fn sign_out() -> impl IntoView {
    view! {
        <form method="post" action="/sign-out">
            <button class="nav-item" title="Sign out">
                <Icon name="log-out" />
                <span class="nav-label">"Sign out"</span>
            </button>
        </form>
    }
    .into_any()
}

/// An error in place of a page or of a part of one, with what to do about it.
#[component]
pub fn Failure(
    error: AppError,
    /// It is all that the page shows.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    match error {
        AppError::SignInRequired => view! {
            <EmptyState icon="lock" title="Your session ended" text="Sign in again to go on." whole>
                <a class="button primary" href="/sign-in?reason=expired" rel="external">"Sign in"</a>
            </EmptyState>
        }
        .into_any(),
        AppError::NotFound => {
            #[cfg(feature = "ssr")]
            if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
                response.set_status(http::StatusCode::NOT_FOUND);
            }
            view! {
                {whole.then(|| view! { <Title text="Not found" /> })}
                <EmptyState icon="search" title="Not found" text="It was deleted, or never was in this workspace." whole>
                    <ButtonLink href="/secrets" kind=ButtonKind::Primary>"Go to the secrets"</ButtonLink>
                </EmptyState>
            }
            .into_any()
        }
        error if whole => view! {
            <Title text="Not shown" />
            <EmptyState icon="triangle-alert" title=error.to_string() whole />
        }
        .into_any(),
        error => view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> }.into_any(),
    }
}

/// The places of the navigation: those that somebody may open.
pub(crate) fn places(viewer: &Viewer) -> Vec<NavItem> {
    let may = |place: &NavItem| place.needs.is_none_or(|action| viewer.may(action, false));
    NAV.into_iter().filter(may).collect()
}

const NAV: [NavItem; 10] = [
    NavItem { drawn: false, in_bar: true, ..place("/secrets", "key-round", "Secrets", Some("S")) },
    place("/environments", "layers", "Environments", Some("E")),
    NavItem { in_bar: true, ..place("/compare", "git-compare", "Compare", Some("C")) },
    NavItem { in_bar: true, ..place("/rotation", "rotate-cw", "Rotation", Some("R")) },
    place("/tokens", "bot", "Tokens", Some("T")),
    place("/members", "users", "Members", Some("M")),
    NavItem {
        in_bar: true,
        needs: Some(Action::ReadOwnAudit),
        ..place("/audit", "scroll-text", "Audit", Some("A"))
    },
    place("/trash", "trash-2", "Trash", None),
    place("/settings/workspace", "settings", "Settings", None),
    place("/settings/account", "circle-user", "Account", None),
];

/// A page that the server draws for everybody.
const fn place(
    href: &'static str,
    icon: &'static str,
    label: &'static str,
    letter: Option<&'static str>,
) -> NavItem {
    NavItem { href, icon, label, letter, drawn: true, in_bar: false, needs: None }
}
