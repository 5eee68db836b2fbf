//! `/secrets/new/:template`.

use super::{
    api::{CreateSecret, EditorPage, load_template, open_editor},
    editor::{Editor, RowSeed, summary},
    environments::{Environments, writable},
    form::{FormError, NoteField, TakenBy, error_of, name_error, problems_of},
    rows::Rows,
    unsaved::{AskToLeave, BroughtBack, Keeper, Leave},
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Button, ButtonKind, ErrorSummary, Icon, Notice, NoticeKind, PageHeader, SegmentedLinks,
        Skeleton, TextField,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Field, KeyName, Missing, Template};

/// The form of a new secret, drawn from a template.
#[component]
pub fn NewPage() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|params| params.get("template").unwrap_or_default()));
    let kept = Memo::new(move |_| query.with(|query| query.get("kept").unwrap_or_default()));
    let loaded = page_data(
        move || (id.get(), kept.get()),
        move |(id, kept)| async move {
            let template = load_template(viewer.workspace, id).await?;
            let page = open_editor(viewer.workspace, unsaved_of(&template), kept).await?;
            Ok::<_, AppError>((template, page))
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                let option = query.with(|query| query.get("option"));
                match loaded.await {
                    Err(error) => view! { <Failure error whole=true /> }.into_any(),
                    Ok((template, page)) => view! { <NewForm template option page /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn NewForm(
    template: Template,
    #[prop(optional_no_strip)] option: Option<String>,
    page: EditorPage,
) -> impl IntoView {
    let viewer = use_viewer();
    let query = use_query_map();
    let create = FormAction::of::<CreateSecret>();
    let answer = Signal::from(create.answer());
    let EditorPage { page: typed, unsaved } = page;
    let failed = unsaved.as_ref().and_then(|unsaved| unsaved.problems.clone());
    let back_at = unsaved.as_ref().filter(|_| failed.is_none()).map(|unsaved| unsaved.at);
    let problems = problems_of(answer, failed);
    let kept = unsaved.as_ref().map(|unsaved| unsaved.page.clone());
    let draft = unsaved.map(|unsaved| unsaved.draft);

    let writable = writable(&viewer);
    let blocked = viewer.writes_nowhere();
    let chosen = draft.as_ref().map_or_else(
        || {
            let asked = query.with_untracked(|query| query.get("env")).unwrap_or_default();
            let asked = writable.iter().find(|one| one.name.as_str() == asked);
            asked.or(writable.first()).map(|one| one.id).into_iter().collect()
        },
        |draft| draft.environments.clone(),
    );
    let option = option.filter(|id| template.option(id).is_some());
    let seeds = match &draft {
        Some(draft) => seeds_of_draft(&template, option.as_deref(), draft),
        None => seeds_of_template(&template, option.as_deref()),
    };
    let rows = Rows::new(seeds);
    let name = draft.as_ref().map_or_else(
        || if template.id == "custom" { String::new() } else { template.secret_name.to_string() },
        |draft| draft.name.clone(),
    );
    let note = RwSignal::new(draft.as_ref().map(|draft| draft.note.clone()).unwrap_or_default());
    let tags = RwSignal::new(draft.map(|draft| draft.tags).unwrap_or_default());
    let typed_name = RwSignal::new(name);
    let leaving = RwSignal::new(false);
    let keeper = Keeper::new(create, rows, [typed_name, tags, note]);
    let of = unsaved_of(&template);
    let page = page_address(&template.id, option.as_deref());
    let missing = {
        let (template, option) = (template.clone(), option.clone());
        Callback::new(move |filled: Vec<KeyName>| {
            missing_keys(&template, option.as_deref(), &filled)
        })
    };
    let links = [
        (template.credentials_url.clone(), "Get the credential"),
        (template.docs_url.clone(), "Documentation"),
    ];
    let links =
        links.into_iter().filter_map(|(url, text)| Some((url?, text))).map(|(url, text)| {
            view! {
                <a class="button ghost" href=url target="_blank" rel="noopener noreferrer">
                    <Icon name="external-link" />
                    {text}
                </a>
            }
        });
    let stored_template = stored_as(&template);
    view! {
        <Title text=format!("New {} secret", template.name) />
        <PageHeader
            title=format!("New {} secret", template.name)
            back=("/secrets/new", "Templates")
            text=template.description.clone()
        >
            {links.collect_view()}
        </PageHeader>
        <div class="stack">
        {blocked.clone().map(|title| view! { <Notice title /> })}
        <Options template=template.clone() chosen=option.clone() />
        <Notes template=template.clone() />
        {back_at.map(|at| view! { <BroughtBack of=of.clone() page=typed.clone() at /> })}
        <FormError answer />
        <ErrorSummary errors=Signal::derive(move || problems.with(|problems| problems.as_ref().map(summary).unwrap_or_default())) />
        <ActionForm action=create class="form wide" node_ref=keeper.form>
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="draft[template]" value=stored_template />
            <input type="hidden" name="of" value=of.clone() />
            <input type="hidden" name="kept" value=kept />
            <input type="hidden" name="typed" value=typed.clone() />
            <input type="hidden" name="page" value=page />
            <div class="form-row">
                <TextField
                    name="draft[name]"
                    label="Name"
                    bind=typed_name
                    placeholder="prod-postgres"
                    hint="How programs ask for it. Letters, digits, dots, dashes and underscores."
                    error=name_error(problems, typed_name)
                    maxlength=64
                    required=true
                    mono=true
                />
                <div on:change=move |_| keeper.note_change()>
                    <Environments
                        name="draft[environments][]"
                        of=writable
                        chosen
                        problem=Signal::derive(move || problems.with(|problems| problems.as_ref()?.of(Field::Environment)))
                    />
                </div>
            </div>
            <TakenBy problems />
            <Editor rows problems connection=template.connection.clone() missing />
            <div class="form-row">
                <TextField
                    name="draft[tags]"
                    label="Tags"
                    bind=tags
                    hint="Words to find it by, with spaces or commas between them."
                    error=error_of(problems, Field::Tags)
                    optional=true
                />
                <NoteField note problems />
            </div>
            <div class="form-foot">
                <p class="muted" role="status">{move || keeper.told()}</p>
                <Button kind=ButtonKind::Primary submit=true busy=create.pending() nostrip:blocked=blocked shortcut="Control+Enter">"Create secret"</Button>
                <Leave href="/secrets/new".to_owned() unsaved=Signal::derive(move || keeper.has_unsaved()) asks=leaving />
            </div>
        </ActionForm>
        <AskToLeave href="/secrets/new".to_owned() asks=leaving />
        </div>
    }
    .into_any()
}

/// The id that a secret keeps of its template: none of the custom one.
fn stored_as(template: &Template) -> String {
    if template.id == "custom" { String::new() } else { template.id.clone() }
}

/// What a draft of it is to become.
fn unsaved_of(template: &Template) -> String {
    format!("new/{}", stored_as(template))
}

/// The sets of keys that a template offers.
#[component]
fn Options(template: Template, #[prop(optional_no_strip)] chosen: Option<String>) -> impl IntoView {
    if template.options.is_empty() {
        return ().into_any();
    }
    let link = |option: Option<&str>| page_address(&template.id, option);
    let base = template.base_title.clone().unwrap_or_else(|| template.name.clone());
    let mut items = vec![(link(None), base)];
    items.extend(
        template.options.iter().map(|option| (link(Some(&option.id)), option.title.clone())),
    );
    let note =
        chosen.as_deref().and_then(|id| template.option(id)).map(|option| option.note.clone());
    let current = link(chosen.as_deref());
    view! {
        <SegmentedLinks label="Keys" items current />
        {note.filter(|note| !note.is_empty()).map(|note| view! { <p class="muted">{note}</p> })}
    }
    .into_any()
}

/// What is good to know, and which alternatives there are.
#[component]
fn Notes(template: Template) -> impl IntoView {
    let groups =
        (!template.groups.is_empty()).then(|| {
            let lines = template.groups.iter().map(|group| {
            let keys = group.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            view! { <li><b>{group.label.clone()}</b>": "{keys}". "{group.help.clone()}</li> }
        }).collect_view();
            view! {
                <Notice kind=NoticeKind::Info title="Fill one of these, and leave the others empty">
                    <ul>{lines}</ul>
                </Notice>
            }
        });
    let notes = template
        .notes
        .iter()
        .map(|note| view! { <p class="muted">{note.clone()}</p> })
        .collect_view();
    view! {
        {groups}
        {notes}
    }
    .into_any()
}

fn missing_keys(template: &Template, option: Option<&str>, filled: &[KeyName]) -> Vec<Missing> {
    // Nothing is said before anything is filled: an empty form is not wrong yet.
    if filled.is_empty() {
        return Vec::new();
    }
    let is_present = |key: &KeyName| filled.contains(key);
    match option.and_then(|id| template.option(id)) {
        Some(option) => option.missing_keys(is_present),
        None => template.missing_keys(is_present),
    }
}

fn seeds_of_template(template: &Template, option: Option<&str>) -> Vec<RowSeed> {
    let grouped = |key: &KeyName| {
        option.is_none() && template.groups.iter().any(|group| group.keys.contains(key))
    };
    template
        .keys_of(option)
        .iter()
        .map(|key| RowSeed::of_template(key, grouped(&key.name)))
        .collect()
}

fn seeds_of_draft(
    template: &Template,
    option: Option<&str>,
    draft: &model::SecretDraft,
) -> Vec<RowSeed> {
    draft
        .rows
        .iter()
        .map(|row| {
            let known = KeyName::parse(&row.key).ok();
            let asked = known.and_then(|name| {
                template.keys_of(option).iter().find(|key| key.name == name).cloned()
            });
            RowSeed {
                key: row.key.clone(),
                template: asked,
                kind: row.kind,
                value: String::new(),
                from: row.from.clone(),
                required: row.required,
                optional: row.optional,
            }
        })
        .collect()
}

fn page_address(template: &str, option: Option<&str>) -> String {
    match option {
        Some(option) => format!("/secrets/new/{template}?option={option}"),
        None => format!("/secrets/new/{template}"),
    }
}
