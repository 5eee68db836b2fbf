//! What every page behind sign-in is drawn in.

use crate::{
    error::AppError,
    keyboard::Keyboard,
    messages::Messages,
    session::{Sudo, provide_sudo},
    ui::{ButtonKind, ButtonLink, EmptyState, Frame, Icon, NavItem, Notice, NoticeKind, hydrated},
    viewer::Viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};

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
    let path = use_location().pathname;
    let ready = hydrated();
    #[cfg(feature = "hydrate")]
    crate::lazy::load_ahead();
    view! {
        <Frame
            workspace=viewer.workspace_name.to_string()
            user=viewer.name.to_string()
            nav=NAV.to_vec()
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

/// The places of the navigation.
pub(crate) const NAV: [NavItem; 10] = [
    NavItem {
        href: "/secrets",
        icon: "key-round",
        label: "Secrets",
        letter: Some("S"),
        drawn: false,
    },
    NavItem {
        href: "/environments",
        icon: "layers",
        label: "Environments",
        letter: Some("E"),
        drawn: true,
    },
    NavItem {
        href: "/compare",
        icon: "git-compare",
        label: "Compare",
        letter: Some("C"),
        drawn: true,
    },
    NavItem {
        href: "/rotation",
        icon: "rotate-cw",
        label: "Rotation",
        letter: Some("R"),
        drawn: true,
    },
    NavItem { href: "/tokens", icon: "bot", label: "Tokens", letter: Some("T"), drawn: true },
    NavItem { href: "/members", icon: "users", label: "Members", letter: Some("M"), drawn: true },
    NavItem { href: "/audit", icon: "scroll-text", label: "Audit", letter: Some("A"), drawn: true },
    NavItem { href: "/trash", icon: "trash-2", label: "Trash", letter: None, drawn: true },
    NavItem {
        href: "/settings/workspace",
        icon: "settings",
        label: "Settings",
        letter: None,
        drawn: true,
    },
    NavItem {
        href: "/settings/account",
        icon: "circle-user",
        label: "Account",
        letter: None,
        drawn: true,
    },
];
