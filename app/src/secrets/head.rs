//! The head of a secret's pages.

use super::{
    list::{environment_badge, list_left},
    urgency::urgency_badge,
};
use crate::{
    error::AppError,
    ui::{Badge, ButtonKind, ButtonLink, PageHeader, Tabs},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, SecretSummary};

/// The pages that a secret has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretPage {
    Values,
    History,
    Rotation,
    /// Belongs to its rotation.
    #[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "the server alone draws it"))]
    Schedule,
    Access,
}

impl SecretPage {
    const TABS: [Self; 4] = [Self::Values, Self::History, Self::Rotation, Self::Access];

    const fn tab(self) -> Self {
        match self {
            Self::Schedule => Self::Rotation,
            page => page,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Values => "Values",
            Self::History => "History",
            Self::Rotation => "Rotation",
            Self::Schedule => "Schedule",
            Self::Access => "Access",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Values => "",
            Self::History => "/history",
            Self::Rotation => "/rotate",
            Self::Schedule => "/schedule",
            Self::Access => "/access",
        }
    }
}

/// What the secret is, what can be done with it, and its pages.
#[component]
pub(crate) fn SecretHead(
    secret: SecretSummary,
    page: SecretPage,
    /// What can be done with it on this page alone.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let viewer = use_viewer();
    let SecretSummary { id, name, template, environment, rotation, .. } = secret;
    let may = |action| viewer.may_in(environment, action);
    let (writes, rotates) = (may(Action::WriteSecrets), may(Action::RotateValues));
    let place = viewer.environment(environment);
    let protected = place.is_some_and(|place| place.protected);
    let place = place.map(|place| place.name.to_string()).unwrap_or_default();
    let title = match page {
        SecretPage::Values => name.to_string(),
        page => format!("{name}, {}", page.name()),
    };
    let beside = move || {
        view! {
            {environment_badge(place, protected)}
            {template.map(|template| view! { <Badge>{template}</Badge> })}
            {urgency_badge(rotation)}
        }
    };
    let at = |page: SecretPage| format!("/secrets/{id}{}", page.path());
    let pages = SecretPage::TABS.map(|page| (at(page), page.name().to_owned()));
    let rotate = rotates.then(|| {
        let href = at(SecretPage::Rotation);
        view! { <ButtonLink href icon="rotate-cw" drawn=true shortcut="R">"Rotate"</ButtonLink> }
    });
    let edit = if writes {
        let href = format!("/secrets/{id}/edit");
        // Other pages have a form of their own.
        let kind = match page {
            SecretPage::Values => ButtonKind::Primary,
            _ => ButtonKind::Default,
        };
        view! { <ButtonLink href kind icon="pencil" shortcut="E">"Edit"</ButtonLink> }.into_any()
    } else {
        let why = AppError::Denied(Action::WriteSecrets).to_string();
        view! { <span class="muted">{why}</span> }.into_any()
    };
    view! {
        <Title text=title />
        <PageHeader title=name.to_string() mono=true back=(list_left(), "Secrets") beside=ViewFnOnce::from(beside)>
            {rotate}
            {edit}
            {children.map(|children| children())}
        </PageHeader>
        <Tabs label="Secret" items=pages.to_vec() current=at(page.tab()) />
    }
    .into_any()
}
