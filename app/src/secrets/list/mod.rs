//! `/secrets`.

#[cfg(feature = "hydrate")]
mod keys;
mod left;
mod long_list;
mod nothing;
mod pages;
mod picking;
mod quick_look;
mod row_menu;
mod search;
mod selection;
mod state;
mod table;
mod undo;
mod views;
#[cfg(any(feature = "hydrate", test))]
mod way;
#[cfg(any(feature = "hydrate", test))]
mod window;

pub(crate) use self::left::ListLeft;
#[cfg(feature = "ssr")]
pub(super) use self::selection::MOST as MOST_SELECTED;
pub(super) use self::{left::list_left, state::ListState};
use self::{nothing::Nothing, search::Search, table::Secrets, undo::Undo};
use super::api::list_secrets;
use crate::{
    frame::Failure,
    page_data::page_data,
    ui::{Badge, Button, ButtonKind, ButtonLink, PageHeader, SegmentedLinks, Skeleton, Tone},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::Page;

/// The secrets of the workspace: searched, filtered, sorted and paged on the server.
#[component]
pub fn ListPage() -> impl IntoView {
    let viewer = StoredValue::new(use_viewer());
    let params = use_query_map();
    let state = Memo::new(move |_| params.with(ListState::read));
    if let Some(left) = use_context::<ListLeft>() {
        Effect::new(move |_| left.set(state.with(ListState::href)));
    }
    let trashed = move || params.with(|params| params.get("trashed"));
    let page = page_data(
        move || state.get(),
        move |state| async move {
            let (workspace, query) =
                viewer.with_value(|viewer| (viewer.workspace, state.query(viewer)));
            match query {
                Some(query) => list_secrets(workspace, query).await,
                None => Ok(Page { rows: Vec::new(), total: 0, next: None }),
            }
        },
    );
    let new_href = move || {
        state.with(|state| match state.environment.as_str() {
            "" => "/secrets/new".to_owned(),
            name => format!("/secrets/new?env={name}"),
        })
    };
    let environments = viewer.with_value(|viewer| viewer.environments.clone());
    view! {
        <Title text="Secrets" />
        <PageHeader title="Secrets">
            {if let Some(why) = viewer.with_value(Viewer::writes_nowhere) {
                view! {
                    <Button blocked=why.clone()>"Import"</Button>
                    <Button blocked=why kind=ButtonKind::Primary icon="plus">"New secret"</Button>
                }
                .into_any()
            } else {
                view! {
                    <ButtonLink href="/secrets/import" drawn=true shortcut="I">"Import"</ButtonLink>
                    {move || view! { <ButtonLink href=new_href() kind=ButtonKind::Primary icon="plus" shortcut="N">"New secret"</ButtonLink> }}
                }
                .into_any()
            }}
        </PageHeader>
        <div class="stack">
        {move || trashed().map(|id| view! { <Undo id state /> })}
        {move || {
            let at = state.get();
            let link = |name: &str| at.with(|state| name.clone_into(&mut state.environment)).href();
            let mut items = vec![(link(""), "All".to_owned())];
            items.extend(environments.iter().map(|e| (link(e.name.as_str()), e.name.to_string())));
            let current = link(&at.environment);
            view! { <SegmentedLinks label="Environment" items current /> }
        }}
        <Search state />
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                let state = state.get();
                match page.await {
                    Err(error) => view! { <Failure error /> }.into_any(),
                    Ok(page) if page.rows.is_empty() => view! { <Nothing state /> }.into_any(),
                    Ok(page) => view! { <Secrets state page /> }.into_any(),
                }
            })}
        </Transition>
        </div>
    }
    .into_any()
}

/// An environment's name; a protected one says so.
pub(in crate::secrets) fn environment_badge(name: String, protected: bool) -> impl IntoView {
    if protected {
        view! { <Badge tone=Tone::Info icon="shield">{name}<span class="visually-hidden">", protected"</span></Badge> }.into_any()
    } else {
        view! { <Badge>{name}</Badge> }.into_any()
    }
}
