//! `/secrets`.

use super::{
    api::{RestoreSecret, list_filters, list_secrets},
    list_query::ListState,
};
use crate::{
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Column, EmptyState, Icon, Notice, NoticeKind,
        PageHeader, Pager, SearchBox, SegmentedLinks, Skeleton, Table, Time, Tone, counted,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    components::Form,
    hooks::{use_navigate, use_query_map},
};
use model::{Action, Page, SecretSummary, Sort};

/// The secrets of the workspace: searched, filtered, sorted and paged on the server.
#[component]
pub fn ListPage() -> impl IntoView {
    let viewer = StoredValue::new(use_viewer());
    let params = use_query_map();
    let state = Memo::new(move |_| params.with(ListState::read));
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
            <ButtonLink href="/secrets/import" drawn=true shortcut="I">"Import"</ButtonLink>
            {move || view! { <ButtonLink href=new_href() kind=ButtonKind::Primary icon="plus" shortcut="N">"New secret"</ButtonLink> }}
        </PageHeader>
        <div class="stack">
        {move || trashed().map(|id| view! { <Undo id /> })}
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
                    Ok(page) => viewer.with_value(|viewer| table(viewer, &state, page)).into_any(),
                }
            })}
        </Transition>
        </div>
    }
    .into_any()
}

/// One search box, and filters by template and tag: a form that works as a link does.
#[component]
fn Search(state: Memo<ListState>) -> impl IntoView {
    let viewer = use_viewer();
    let filters = page_data(|| (), move |()| list_filters(viewer.workspace));
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
        <Form action="/secrets" method="GET" attr:class="toolbar" attr:role="search">
            <SearchBox
                label="Search names, keys, templates, tags"
                name="q"
                value=Signal::derive(move || state.with(|state| state.search.clone()))
                on_search=search_as_typed
            />
            <input type="hidden" name="env" value=move || state.with(|state| state.environment.clone()) />
            <input type="hidden" name="sort" value=move || state.with(|state| state.sort.as_str()) />
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
            <span class="without-scripts"><Button submit=true>"Search"</Button></span>
        </Form>
    }
    .into_any()
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
            view! { <option value=value selected=move || chosen.with(|chosen| *chosen == id)>{title}</option> }
        })
        .collect_view();
    view! {
        <div class="select">
            <select class="input" name=name aria-label=all on:change=submit_form>
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

fn table(viewer: &Viewer, state: &ListState, page: Page<SecretSummary>) -> impl IntoView + use<> {
    let total = page.total;
    let count = counted(total, "secret");
    let next = page.next.map(|cursor| ListState { after: cursor.0, ..state.clone() }.href());
    let first = (!state.after.is_empty()).then(|| state.with(|_| ()).href());
    let with_environment = state.environment.is_empty();
    let rows =
        page.rows.into_iter().map(|secret| row(viewer, secret, with_environment)).collect_view();
    let mut columns = vec![
        sortable("Name", state, Sort::Name, Sort::NameDown),
        Column::Words("Template"),
        Column::Number("Keys"),
    ];
    if with_environment {
        columns.push(Column::Words("Environment"));
    }
    columns.extend([
        Column::Words("Tags"),
        sortable("Updated", state, Sort::UpdatedUp, Sort::Updated),
        Column::Words("By"),
    ]);
    view! {
        <p class="muted" role="status">{count}</p>
        <form class="stack" method="get" action="/secrets/selected">
            <Table label="Secrets" columns=columns>
                {rows}
            </Table>
            <div class="actions">
                <label class="checkbox">
                    <input type="checkbox" on:change=select_all />
                    <span class="checkbox-label">"Select all on this page"</span>
                </label>
                <Button submit=true>"Continue with selected"</Button>
            </div>
        </form>
        <Pager previous=first next=next />
    }
    .into_any()
}

/// Ticks every row, or none.
fn select_all(event: leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast as _;
        let Ok(boxes) = document().query_selector_all(".row-check") else { return };
        let rows = (0..boxes.length()).filter_map(|index| boxes.get(index));
        for row in rows.filter_map(|row| row.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            row.set_checked(event_target_checked(&event));
        }
    }
    #[cfg(not(feature = "hydrate"))]
    drop(event);
}

/// A column's head that sorts: upwards at first, the other way when it sorts already.
fn sortable(title: &'static str, state: &ListState, up: Sort, down: Sort) -> Column {
    let (order, icon) = match state.sort {
        sort if sort == up => (Some("ascending"), "chevron-up"),
        sort if sort == down => (Some("descending"), "chevron-down"),
        _ => (None, "arrow-up-down"),
    };
    // Newest first is what people want of a time, A first of a name.
    let first = if up == Sort::Name { up } else { down };
    let other = if first == up { down } else { up };
    let to = if state.sort == first { other } else { first };
    let href = state.with(|state| state.sort = to).href();
    let heading = view! {
        <th scope="col" aria-sort=order>
            <a href=href>{title} <Icon name=icon /></a>
        </th>
    };
    Column::Heading(heading.into_any())
}

fn row(viewer: &Viewer, secret: SecretSummary, with_environment: bool) -> impl IntoView + use<> {
    let environment = with_environment.then(|| {
        let environment = viewer.environment(secret.environment);
        let name = environment.map(|environment| environment.name.to_string()).unwrap_or_default();
        let protected = environment.is_some_and(|environment| environment.protected);
        view! { <td class="cell-status">{environment_badge(name, protected)}</td> }
    });
    let tags = secret.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <th class="cell-name" scope="row">
                <input class="row-check" type="checkbox" name="id" value=secret.id.to_string() aria-label=format!("Select {}", secret.name) />
                <a class="row-link" href=format!("/secrets/{}", secret.id)>{secret.name.to_string()}</a>
            </th>
            <td class="cell-meta">{secret.template.unwrap_or_else(|| "custom".into())}</td>
            <td class="cell-meta cell-num" data-unit=if secret.keys == 1 { "key" } else { "keys" }>{secret.keys}</td>
            {environment}
            <td class="cell-wide">{tags}</td>
            <td class="cell-meta"><Time ms=secret.updated_at /></td>
            <td class="cell-wide">{secret.updated_by.to_string()}</td>
        </tr>
    }
    .into_any()
}

/// An environment's name; a protected one says so.
pub(super) fn environment_badge(name: String, protected: bool) -> impl IntoView {
    if protected {
        view! { <Badge tone=Tone::Info icon="shield">{name}<span class="visually-hidden">", protected"</span></Badge> }.into_any()
    } else {
        view! { <Badge>{name}</Badge> }.into_any()
    }
}

/// No rows: because there are none, or because nothing matches.
#[component]
fn Nothing(state: ListState) -> impl IntoView {
    let viewer = use_viewer();
    let place = if state.environment.is_empty() {
        String::new()
    } else {
        format!(" in {}", state.environment)
    };
    if !state.after.is_empty() {
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

/// After a deletion: where the secret went, and the way back.
#[component]
fn Undo(id: String) -> impl IntoView {
    let viewer = use_viewer();
    let restore = FormAction::of::<RestoreSecret>();
    let failed = move || match restore.answer().get() {
        Some(Err(error)) => {
            Some(view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> })
        }
        _ => None,
    };
    view! {
        <Notice kind=NoticeKind::Ok title="Moved to the trash, where it stays for 30 days.">
            <ActionForm action=restore class="row">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="id" value=id />
                <Button submit=true icon="undo-2" busy=restore.pending()>"Undo"</Button>
                <a href="/trash">"Open the trash"</a>
            </ActionForm>
        </Notice>
        {failed}
    }
    .into_any()
}
