//! A list without rows.

use super::state::ListState;
use crate::{
    ui::{ButtonKind, ButtonLink, EmptyState},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::Action;

/// No rows: because there are none, or because nothing matches.
#[component]
pub(super) fn Nothing(state: ListState) -> impl IntoView {
    let viewer = use_viewer();
    let place = if state.environment.is_empty() {
        String::new()
    } else {
        format!(" in {}", state.environment)
    };
    if !state.is_first() {
        let href = state.with(|_| ()).href();
        return view! {
            <EmptyState icon="search" title="No more secrets">
                <ButtonLink href>"Back to the first page"</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    if state.is_filtered() {
        let title = if state.search.is_empty() {
            format!("Nothing matches these filters{place}")
        } else {
            format!("Nothing matches “{}”{place}", state.search)
        };
        let cleared = state.with(|state| {
            state.search.clear();
            state.template.clear();
            state.tag.clear();
            state.rotation.clear();
        });
        let everywhere = (!state.environment.is_empty()).then(|| {
            let href = state.with(|state| state.environment.clear()).href();
            view! { <ButtonLink href>"Search all environments"</ButtonLink> }
        });
        return view! {
            <EmptyState icon="search" title text="Searches look at names, keys, templates and tags, never at values.">
                {everywhere}
                <ButtonLink href=cleared.href()>"Clear filters"</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let environment = viewer.environment_named(&state.environment).map(|found| found.id);
    let href = match state.environment.as_str() {
        "" => "/secrets/new".to_owned(),
        name => format!("/secrets/new?env={name}"),
    };
    let writes = match environment {
        Some(environment) => viewer.may_in(environment, Action::WriteSecrets),
        None => viewer.may(Action::WriteSecrets, false),
    };
    let start = writes.then(|| {
        view! { <ButtonLink href kind=ButtonKind::Primary icon="plus">"New secret"</ButtonLink> }
    });
    view! {
        <EmptyState
            icon="key-round"
            title=format!("No secrets{place} yet")
            text="Start from the template of a service: it knows which keys programs want."
        >
            {start}
            <ButtonLink href="/secrets/import" drawn=true>"Import a .env file"</ButtonLink>
            <ButtonLink href="/help" drawn=true>"How it works"</ButtonLink>
        </EmptyState>
    }
    .into_any()
}
