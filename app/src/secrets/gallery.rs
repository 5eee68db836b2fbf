//! `/secrets/new`.

use super::{
    api::{Gallery, search_gallery},
    list::list_left,
};
use crate::{
    frame::Failure,
    page_data::page_data,
    ui::{
        Button, EmptyState, PageHeader, SearchBox, SearchForm, SegmentedLinks, Skeleton, counted,
    },
    viewer::use_viewer,
};
use leptos::{ev, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};
use model::TemplateSummary;
use std::cmp::Reverse;

/// The templates to start from: the common ones first, then by kind of service.
#[component]
pub fn GalleryPage() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_query_map();
    let param = move |name| params.with(|params| params.get(name).unwrap_or_default());
    let found = page_data(
        move || (param("q"), param("category")),
        move |(search, category)| search_gallery(viewer.workspace, search, category),
    );
    let navigate = use_navigate();
    let search_as_typed = move |search: String| {
        let href = address(&search, &param("category"), &param("env"));
        navigate(
            &href,
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
        );
    };
    view! {
        <Title text="New secret" />
        <PageHeader
            title="New secret"
            back=(list_left(), "Secrets")
            text="Pick a service, and its keys are there to fill. Custom starts empty."
        >
            <a class="button" href="/secrets/import" rel="external">"Import"</a>
            <a class="button" href="/templates" rel="external">"Templates"</a>
        </PageHeader>
        <div class="stack">
        <SearchForm action="/secrets/new">
            <SearchBox
                label="Search services and keys"
                name="q"
                value=Signal::derive(move || param("q"))
                on_search=search_as_typed
                autofocus=true
            />
            <input type="hidden" name="env" value=move || param("env") />
            <input type="hidden" name="category" value=move || param("category") />
            <span class="without-scripts"><Button submit=true>"Search"</Button></span>
        </SearchForm>
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                let (search, category, environment) = (param("q"), param("category"), param("env"));
                match found.await {
                    Err(error) => view! { <Failure error /> }.into_any(),
                    Ok(found) => shelves(found, &search, &category, &environment).into_any(),
                }
            })}
        </Transition>
        </div>
    }
    .into_any()
}

fn shelves(
    found: Gallery,
    search: &str,
    category: &str,
    environment: &str,
) -> impl IntoView + use<> {
    let link = |id: &str| address(search, id, environment);
    let mut items = vec![(link(""), "All".to_owned())];
    items.extend(found.categories.iter().map(|shelf| (link(&shelf.id), shelf.title.clone())));
    let count = found.templates.len();
    let of_all = counted(count, "template");
    let nothing = (count == 0).then(|| {
        let title = format!("No template matches “{search}”");
        let custom = template_href("custom", environment);
        let all = address("", "", environment);
        view! {
            <EmptyState icon="search" title=title text="A custom secret takes any keys.">
                <a class="button primary" href=custom>"Start a custom secret"</a>
                <a class="button" href=all>"Show all templates"</a>
            </EmptyState>
        }
    });
    let Gallery { mut templates, uses, .. } = found;
    let uses_of = |template: &TemplateSummary| uses.get(&template.id).copied().unwrap_or_default();
    if search.is_empty() {
        // Whoever looks for nothing yet may want no template, or one that the team has already.
        templates.sort_by_key(|one| (one.id != "custom", Reverse(uses_of(one))));
    }
    let tiles = templates
        .iter()
        .map(|one| tile(one, uses_of(one), &template_href(&one.id, environment)))
        .collect_view();
    let current = link(category);
    let gallery = NodeRef::<html::Ul>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(gallery) = gallery.get() {
            super::gallery_keys::rove(&gallery);
        }
    });
    let press = move |event: ev::KeyboardEvent| {
        #[cfg(feature = "hydrate")]
        if let Some(gallery) = gallery.get_untracked() {
            super::gallery_keys::press(&event, &gallery);
        }
        #[cfg(not(feature = "hydrate"))]
        drop(event);
    };
    view! {
        <SegmentedLinks label="Category" items current />
        <p class="muted" role="status">{of_all}</p>
        {nothing}
        <p class="visually-hidden" id="gallery-keys">"Arrows lead from template to template."</p>
        <ul class="gallery" aria-describedby="gallery-keys" node_ref=gallery on:keydown=press>{tiles}</ul>
    }
    .into_any()
}

fn tile(template: &TemplateSummary, uses: u64, href: &str) -> impl IntoView + use<> {
    let letter = template.name.chars().next().map(String::from);
    let keys = match template.keys.as_slice() {
        [] => "Any keys".to_owned(),
        keys => keys.iter().take(6).map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let who = (uses > 0).then(|| format!("Used by {}. ", counted(uses, "secret")));
    view! {
        <li>
            <a class="tile" href=href.to_owned() title=template.description.clone()>
                <span class="tile-letter" aria-hidden="true">{letter}</span>
                <span class="tile-name">{template.name.clone()}</span>
                <span class="tile-text">{who}{keys}</span>
            </a>
        </li>
    }
    .into_any()
}

fn template_href(id: &str, environment: &str) -> String {
    let mut params = ParamsMap::new();
    if !environment.is_empty() {
        params.insert("env", environment.to_owned());
    }
    format!("/secrets/new/{id}{}", params.to_query_string())
}

fn address(search: &str, category: &str, environment: &str) -> String {
    let mut params = ParamsMap::new();
    for (name, value) in [("q", search), ("category", category), ("env", environment)] {
        if !value.is_empty() {
            params.insert(name, value.to_owned());
        }
    }
    format!("/secrets/new{}", params.to_query_string())
}
