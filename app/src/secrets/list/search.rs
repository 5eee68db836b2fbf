//! What narrows the list.

use super::{
    super::api::{DeleteView, SaveView, list_filters},
    state::{ListState, URGENCIES},
    views::Views,
};
use crate::{
    form_action::FormAction,
    page_data::page_data,
    ui::{Button, Icon, SearchBox, SearchForm},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// One search box, filters by template, tag and rotation, and views that were saved: a form that works as a link does.
#[component]
pub(super) fn Search(state: Memo<ListState>) -> impl IntoView {
    let viewer = use_viewer();
    let (save, delete) = (FormAction::of::<SaveView>(), FormAction::of::<DeleteView>());
    let changed = move || (save.answers().get(), delete.answers().get());
    let filters = page_data(changed, move |_| list_filters(viewer.workspace));
    let urgencies = URGENCIES.map(|(word, text, _)| (word.to_owned(), text.to_owned())).to_vec();
    let navigate = use_navigate();
    // Typing narrows the list at once; the address follows, without a step in the history for each letter.
    let search_as_typed = move |search: String| {
        let href = state.get_untracked().with(|state| state.search = search).href();
        navigate(
            &href,
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
        );
    };
    view! {
        <SearchForm action="/secrets">
            <SearchBox
                label="Search names, keys, templates, tags"
                name="q"
                value=Signal::derive(move || state.with(|state| state.search.clone()))
                on_search=search_as_typed
            />
            <input type="hidden" name="env" value=move || state.with(|state| state.environment.clone()) />
            <input type="hidden" name="sort" value=move || state.with(ListState::order) />
            <Transition>
                {move || Suspend::new(async move {
                    let filters = filters.await.unwrap_or_default();
                    let tags = filters.tags.iter().map(|tag| (tag.to_string(), tag.to_string())).collect();
                    view! {
                        <Filter name="template" all="All templates" options=filters.templates chosen=Signal::derive(move || state.with(|s| s.template.clone())) />
                        <Filter name="tag" all="All tags" options=tags chosen=Signal::derive(move || state.with(|s| s.tag.clone())) />
                    }
                })}
            </Transition>
            <Filter name="rotation" all="Any rotation" options=urgencies chosen=Signal::derive(move || state.with(|s| s.rotation.clone())) />
            <span class="without-scripts"><Button submit=true>"Search"</Button></span>
        </SearchForm>
        {move || state.with(chips)}
        <Transition>
            {move || Suspend::new(async move {
                let views = filters.await.unwrap_or_default().views;
                view! { <Views views state save delete /> }
            })}
        </Transition>
    }
    .into_any()
}

/// What narrows the list besides the search: each leads to the list without it.
fn chips(state: &ListState) -> Option<AnyView> {
    let urgency = URGENCIES.iter().find(|(word, ..)| *word == state.rotation);
    let chip = |what: &str, value: &str, href: String| {
        let label = format!("Remove the filter {what}: {value}");
        let shown = format!("{what}: {value}");
        (!value.is_empty()).then(|| {
            view! { <li><a class="chip" href=href aria-label=label>{shown}<Icon name="x" /></a></li> }.into_any()
        })
    };
    let without = |clear: fn(&mut ListState)| state.with(clear).href();
    let chips: Vec<AnyView> = [
        chip("Template", &state.template, without(|state| state.template.clear())),
        chip("Tag", &state.tag, without(|state| state.tag.clear())),
        chip(
            "Rotation",
            urgency.map_or("", |(_, text, _)| text),
            without(|state| state.rotation.clear()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!chips.is_empty())
        .then(|| view! { <ul class="chips" aria-label="Filters">{chips}</ul> }.into_any())
}

#[component]
fn Filter(
    name: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: Signal<String>,
) -> impl IntoView {
    if options.is_empty() {
        return ().into_any();
    }
    let options = options
        .into_iter()
        .map(|(id, title)| {
            let value = id.clone();
            let selected = chosen.with_untracked(|chosen| *chosen == id);
            view! { <option value=value selected=selected>{title}</option> }
        })
        .collect_view();
    view! {
        <div class="select">
            <select class="input" name=name aria-label=all prop:value=chosen on:change=submit_form>
                <option value="">{all}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// Sends the form that the control belongs to, as pressing its button would.
fn submit_form(event: leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let select =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(form) = select.and_then(|select| select.form()) {
            let _ = form.request_submit();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    drop(event);
}
