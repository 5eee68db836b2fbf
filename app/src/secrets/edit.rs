//! `/secrets/:id/edit`.

use super::{
    api::{EditSecret, EditorPage, load_secret, load_template, open_editor},
    changes::{Base, staged},
    editor::{Editor, RowSeed, summary},
    form::{FormError, NoteField, TakenBy, error_of, name_error, problems_of},
    in_between::SavedInBetween,
    plain_values::PlainValues,
    review::{Review, Reviewed},
    rows::Rows,
    unsaved::{AskToLeave, BroughtBack, Keeper, Leave},
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Button, ButtonKind, ButtonLink, ErrorSummary, Notice, PageHeader, Skeleton, TextField,
        counted, hydrated,
    },
    viewer::use_viewer,
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Action, Field, SecretDetail, SecretId, Template};

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
            let page = open_editor(viewer.workspace, id.to_string(), kept).await?;
            Ok::<_, AppError>((detail, template, page))
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                match loaded.await {
                    Err(error) => view! { <Failure error whole=true /> }.into_any(),
                    Ok((detail, template, page)) => view! { <EditForm detail template page /> }.into_any(),
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
    page: EditorPage,
) -> impl IntoView {
    let viewer = use_viewer();
    let edit = FormAction::of::<EditSecret>();
    let answer = Signal::from(edit.answer());
    let EditorPage { page, unsaved } = page;
    let failed = unsaved.as_ref().and_then(|unsaved| unsaved.problems.clone());
    let back_at = unsaved.as_ref().filter(|_| failed.is_none()).map(|unsaved| unsaved.at);
    let problems = problems_of(answer, failed);
    let kept = unsaved.as_ref().map(|unsaved| unsaved.page.clone());
    let base = RwSignal::new(match &unsaved {
        Some(unsaved) => Base::of_unsaved(&detail, unsaved),
        None => Base::of(&detail),
    });
    let newest = detail.clone();
    let SecretDetail { summary: secret, keys, .. } = detail;
    let href = format!("/secrets/{}", secret.id);
    let to_leave = href.clone();

    let draft = unsaved.map(|unsaved| unsaved.draft);
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
                template: model::KeyName::parse(&row.key).ok().and_then(|key| asked(&key)),
                ..RowSeed::default()
            })
            .collect(),
        None => keys
            .iter()
            .map(|info| RowSeed::of_key(info, asked(&info.name).as_ref()))
            .collect::<Vec<_>>(),
    };
    let rows = Rows::new(seeds);
    if let Some(draft) = &draft {
        let has_row = |key: &str| draft.rows.iter().any(|row| row.from == key || row.key == key);
        let held = base.with_untracked(|base| base.keys.clone());
        let gone = held.iter().filter(|info| !has_row(info.name.as_str()));
        rows.were_removed(gone.map(|info| RowSeed::of_key(info, asked(&info.name).as_ref())));
    }
    let name = draft.as_ref().map_or_else(|| secret.name.to_string(), |draft| draft.name.clone());
    let tags = draft
        .as_ref()
        .map_or_else(|| base.with_untracked(|base| base.tags.clone()), |draft| draft.tags.clone());
    let note = RwSignal::new(draft.map(|draft| draft.note).unwrap_or_default());
    let typed_name = RwSignal::new(name);
    let typed_tags = RwSignal::new(tags);
    let staged = Memo::new(move |_| base.with(|base| staged(&base.keys, rows)));
    let reviewed = Reviewed {
        id: secret.id,
        environment: secret.environment,
        base,
        staged,
        name: typed_name,
        tags: typed_tags,
    };
    let blocked = (!viewer.may_in(secret.environment, Action::WriteSecrets))
        .then(|| AppError::Denied(Action::WriteSecrets).to_string());
    let (reviewing, leaving) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        if edit.answers().get() > 0 {
            reviewing.set(false);
        }
    });
    let plain = PlainValues::new(viewer.workspace, secret.id);
    provide_context(plain);
    // When the page is open, and after each try to save: somebody else may have saved.
    Effect::new(move |_| {
        edit.answers().track();
        plain.read();
    });
    let keeper = Keeper::new(edit, rows, [typed_name, typed_tags, note]);
    let ready = hydrated();
    // Scripts show first what would be saved. Ctrl+Enter presses the button again, and then it saves.
    let review = move |event: ev::MouseEvent| {
        if ready.get_untracked() && !reviewing.get_untracked() {
            event.prevent_default();
            reviewing.set(true);
        }
    };
    let nothing = Signal::derive(move || ready.get() && reviewed.count() == 0);
    let count = move || match reviewed.count() {
        _ if !ready.get() => None,
        0 => Some("No changes yet".to_owned()),
        count => {
            let kept = keeper.told().map(|told| format!(". {told}")).unwrap_or_default();
            Some(format!("{}{kept}", counted(count, "unsaved change")))
        }
    };
    view! {
        <Title text=format!("Edit {}", secret.name) />
        <PageHeader
            title=format!("Edit {}", secret.name)
            text=format!("Saving makes version {}. Values that you leave alone stay as they are.", secret.version.next())
        >
            <ButtonLink href=format!("/secrets/import?into={}", secret.id) drawn=true shortcut="I">"Import"</ButtonLink>
        </PageHeader>
        <div class="stack">
        {blocked.clone().map(|title| view! { <Notice title /> })}
        <FormError answer />
        {back_at.map(|at| view! { <BroughtBack of=secret.id.to_string() page=page.clone() at /> })}
        <SavedInBetween answer id=secret.id newest base rows staged plain name=typed_name tags=typed_tags />
        <ErrorSummary errors=Signal::derive(move || problems.with(|problems| problems.as_ref().map(summary).unwrap_or_default())) />
        <ActionForm action=edit class="form wide" id=FORM node_ref=keeper.form>
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=secret.id.to_string() />
            <input type="hidden" name="from" value=move || base.with(|base| base.version.to_string()) />
            <input type="hidden" name="of" value=secret.id.to_string() />
            <input type="hidden" name="kept" value=kept />
            <input type="hidden" name="typed" value=page />
            <div class="form-row">
                <TextField
                    name="draft[name]"
                    label="Name"
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
                    bind=typed_tags
                    error=error_of(problems, Field::Tags)
                    optional=true
                />
            </div>
            <TakenBy problems />
            <Editor rows problems connection=template.as_ref().and_then(|template| template.connection.clone()) />
            // Scripts ask for it in the review.
            <div class="scriptless">
                <NoteField note problems />
            </div>
            <div class="form-foot">
                <p class="muted" role="status">{count}</p>
                <Button kind=ButtonKind::Primary submit=true busy=edit.pending() disabled=nothing nostrip:blocked=blocked shortcut="Control+Enter" on:click=review>
                    {move || if ready.get() { "Review and save" } else { "Save" }}
                </Button>
                <Leave href unsaved=Signal::derive(move || keeper.has_unsaved() && reviewed.count() > 0) asks=leaving />
            </div>
        </ActionForm>
        <AskToLeave href=to_leave asks=leaving />
        <Show when=move || ready.get()>
            <Review open=reviewing of=reviewed plain note form=FORM busy=edit.pending() />
        </Show>
        </div>
    }
    .into_any()
}

const FORM: &str = "edit";
