//! `/secrets/:id/edit`.

use super::{
    api::{EditSecret, KeptForm, load_kept_form, load_secret, load_template},
    editor::{Editor, RowSeed, summary},
    form::{FormError, TakenBy, error_of, name_error, problems_of},
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Button, ButtonKind, ButtonLink, ErrorSummary, Notice, NoticeKind, PageHeader, Skeleton,
        TextArea, TextField, Time,
    },
    viewer::use_viewer,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Field, NOTE_CHARS, SecretDetail, SecretId, Template, Version};

/// Changing a secret: what is not typed again stays as it is.
#[component]
pub fn EditPage() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let kept = Memo::new(move |_| query.with(|query| query.get("kept").unwrap_or_default()));
    let loaded = page_data(
        move || (id.get(), kept.get()),
        move |(id, kept)| async move {
            let id: SecretId = id.parse().map_err(|_| AppError::NotFound)?;
            let detail = load_secret(viewer.workspace, id).await?;
            let template = match &detail.summary.template {
                Some(id) => load_template(viewer.workspace, id.clone()).await.ok(),
                None => None,
            };
            let form = match kept.as_str() {
                "" => None,
                kept => load_kept_form(viewer.workspace, kept.to_owned()).await?,
            };
            Ok::<_, AppError>((detail, template, form))
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                match loaded.await {
                    Err(error) => view! { <Failure error /> }.into_any(),
                    Ok((detail, template, form)) => {
                        view! { <EditForm detail template form kept=kept.get_untracked() /> }.into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn EditForm(
    detail: SecretDetail,
    #[prop(optional_no_strip)] template: Option<Template>,
    #[prop(optional_no_strip)] form: Option<KeptForm>,
    kept: String,
) -> impl IntoView {
    let viewer = use_viewer();
    let edit = FormAction::of::<EditSecret>();
    let answer = Signal::from(edit.answer());
    let problems = problems_of(answer, form.as_ref().map(|form| form.problems.clone()));
    let SecretDetail { summary: secret, keys, .. } = detail;
    let href = format!("/secrets/{}", secret.id);
    let back = href.clone();
    let from = RwSignal::new(secret.version);

    let draft = form.map(|form| form.draft);
    let asked =
        |key: &model::KeyName| template.as_ref().and_then(|template| template.key(key)).cloned();
    let seeds = match &draft {
        Some(draft) => draft
            .rows
            .iter()
            .map(|row| RowSeed {
                key: row.key.clone(),
                kind: row.kind,
                from: row.from.clone(),
                ..RowSeed::default()
            })
            .collect(),
        None => keys
            .iter()
            .map(|info| RowSeed::of_key(info, asked(&info.name).as_ref()))
            .collect::<Vec<_>>(),
    };
    let name = draft.as_ref().map_or_else(|| secret.name.to_string(), |draft| draft.name.clone());
    let tags = draft.as_ref().map_or_else(
        || secret.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        |draft| draft.tags.clone(),
    );
    let note = draft.map(|draft| draft.note).unwrap_or_default();
    let typed_name = RwSignal::new(name.clone());
    view! {
        <Title text=format!("Edit {}", secret.name) />
        <PageHeader
            title=format!("Edit {}", secret.name)
            text=format!("Saving makes version {}. Values that you leave alone stay as they are.", secret.version.next())
        >
            <ButtonLink href=format!("/secrets/import?into={}", secret.id) drawn=true shortcut="I">"Import"</ButtonLink>
            <ButtonLink href=back kind=ButtonKind::Ghost>"Cancel"</ButtonLink>
        </PageHeader>
        <div class="stack">
        <FormError answer />
        <SavedInBetween answer id=secret.id from />
        <ErrorSummary errors=Signal::derive(move || problems.with(|problems| problems.as_ref().map(summary).unwrap_or_default())) />
        <ActionForm action=edit class="form wide">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=secret.id.to_string() />
            <input type="hidden" name="from" value=move || from.get().to_string() />
            <input type="hidden" name="kept" value=kept />
            <div class="form-row">
                <TextField
                    name="draft[name]"
                    label="Name"
                    value=name
                    bind=typed_name
                    error=name_error(problems, typed_name)
                    hint="Programs ask for it by this name: a new one has to reach them too."
                    maxlength=64
                    required=true
                    mono=true
                />
                <TextField
                    name="draft[tags]"
                    label="Tags"
                    value=tags
                    error=error_of(problems, Field::Tags)
                    optional=true
                />
            </div>
            <TakenBy problems />
            <Editor seeds problems connection=template.as_ref().and_then(|template| template.connection.clone()) />
            <TextArea
                name="draft[note]"
                label="Note"
                value=note
                rows=2
                hint="Why, for the history."
                error=error_of(problems, Field::Note)
                maxlength=u32::try_from(NOTE_CHARS).unwrap_or(u32::MAX)
                optional=true
            />
            <div class="form-foot">
                <Button kind=ButtonKind::Primary submit=true busy=edit.pending() shortcut="Control+Enter">"Save"</Button>
                <ButtonLink href kind=ButtonKind::Ghost>"Cancel"</ButtonLink>
            </div>
        </ActionForm>
        </div>
    }
    .into_any()
}

/// Someone saved since this page was opened: who and when, and the choice between looking and saving anyway.
#[component]
fn SavedInBetween(
    answer: Signal<Option<Result<(), AppError>>>,
    id: SecretId,
    from: RwSignal<Version>,
) -> impl IntoView {
    let viewer = use_viewer();
    let current = Memo::new(move |_| match answer.get() {
        Some(Err(AppError::Conflict { current })) => Some(current),
        _ => None,
    });
    // Who saved: asked for once there is someone, by scripts only. Without them the version has to do.
    let newer = RwSignal::new(None::<SecretDetail>);
    Effect::new(move |_| {
        if current.get().is_some() {
            spawn_local(async move {
                let detail = load_secret(viewer.workspace, id).await.ok();
                let _ = newer.try_set(detail);
            });
        }
    });
    let who = move || {
        newer.get().map(|detail| {
            let by = detail.summary.updated_by.to_string();
            let version = detail.summary.version.to_string();
            view! { <p>{by}" saved version "{version}" "<Time ms=detail.summary.updated_at />"."</p> }
        })
    };
    move || {
        let version = current.get()?;
        if from.get() == version {
            return Some(
                view! {
                    <Notice kind=NoticeKind::Warn title=format!("The next save goes on top of version {version}")>
                        "Values that you did not type stay as they are in that version."
                    </Notice>
                }
                .into_any(),
            );
        }
        Some(
            view! {
                <Notice kind=NoticeKind::Warn title="Not saved: someone else saved in between" alert=true>
                    {who}
                    <p>{format!("Version {version} is the newest. What you typed is still here.")}</p>
                    <div class="row">
                        <a class="button" href=format!("/secrets/{id}") target="_blank">{format!("Look at version {version}")}</a>
                        <Button on:click=move |_| from.set(version)>{format!("Go on from version {version}")}</Button>
                    </div>
                </Notice>
            }
            .into_any(),
        )
    }
}
