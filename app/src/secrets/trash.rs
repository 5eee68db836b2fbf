//! `/trash`.

mod destroy;
mod restore;

use self::{
    destroy::{DestroyButton, DestroyDialog},
    restore::{RestoreButton, RestoreUnderName},
};
use super::{
    api::{DestroySecret, RestoreSecret, list_trash},
    list::environment_badge,
};
use crate::{
    answer::{Refusal, again_after_sudo, error_of, on_success},
    error::AppError,
    form_action::FormAction,
    frame::Failure,
    page_data::page_data,
    ui::{Column, EmptyState, Notice, NoticeKind, PageHeader, Skeleton, Table, Time, counted},
    viewer::{CurrentViewer, Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Field, SecretId, TRASH_DAYS, TrashedSecret};

const PAGE: &str = "/trash";

/// What was deleted in the last 30 days: to be restored, or destroyed for good.
#[component]
pub fn TrashPage() -> impl IntoView {
    let viewer = StoredValue::new(use_viewer());
    let resource = expect_context::<CurrentViewer>();
    let workspace = viewer.with_value(|viewer| viewer.workspace);
    let restoring = Restoring::new();
    let destroy = FormAction::of::<DestroySecret>();
    let doomed = RwSignal::new(None);
    again_after_sudo(destroy);
    // What failed changed nothing, and a list drawn anew would lose the name that was typed.
    let changes = RwSignal::new(0_u32);
    on_success(restoring.action, move || {
        changes.update(|changes| *changes += 1);
        resource.refetch();
    });
    on_success(destroy, move || changes.update(|changes| *changes += 1));
    let trash = page_data(move || changes.get(), move |_| list_trash(workspace));
    let params = use_query_map();
    let destroy_error = error_of(destroy);
    let destroyed = move || {
        let told = params.with(|params| params.get("destroyed").is_some())
            && destroy_error.with(Option::is_none);
        told.then(|| view! { <Notice kind=NoticeKind::Ok title="Destroyed the secret, with all its versions." /> })
    };
    view! {
        <Title text="Trash" />
        <PageHeader
            title="Trash"
            text=format!("Deleted secrets stay here for {TRASH_DAYS} days. Then they are destroyed, and nothing brings them back.")
        />
        <div class="stack">
            {destroyed}
            <Refusal error=restoring.error_elsewhere() page=PAGE />
            <DestroyRefusal error=destroy_error />
            <Transition fallback=|| view! { <Skeleton rows=4 /> }>
                {move || Suspend::new(async move {
                    match trash.await {
                        Err(error) => view! { <Failure error /> }.into_any(),
                        Ok(secrets) if secrets.is_empty() => nothing().into_any(),
                        Ok(secrets) => viewer
                            .with_value(|viewer| table(viewer, secrets, restoring, destroy, doomed))
                            .into_any(),
                    }
                })}
            </Transition>
        </div>
        <DestroyDialog doomed destroy />
    }
    .into_any()
}

/// The one action that restores, and the secret that it was last asked to restore.
#[derive(Clone, Copy)]
struct Restoring {
    action: FormAction,
    error: Signal<Option<AppError>>,
    id: Memo<Option<SecretId>>,
    /// Who has its name, where a form that was sent without scripts found that out.
    taken_by: Memo<Option<SecretId>>,
}

impl Restoring {
    fn new() -> Self {
        let action = FormAction::of::<RestoreSecret>();
        let params = use_query_map();
        let param = move |name| params.with(|params| params.get(name)?.parse().ok());
        let asked = RwSignal::new(None);
        Effect::new(move |_| {
            if let Some(id) = action.sent("id").and_then(|id| id.parse().ok()) {
                asked.set(Some(id));
            }
        });
        Self {
            action,
            error: error_of(action),
            id: Memo::new(move |_| asked.get().or_else(|| param("restore"))),
            taken_by: Memo::new(move |_| param("taken").filter(|_| asked.with(Option::is_none))),
        }
    }

    /// What is wrong with the name of the secret that was to be restored.
    fn name_problem(self) -> Option<model::Problem> {
        self.error.with(|error| error.as_ref()?.problems()?.of(Field::Name))
    }

    /// What the secret's own row does not say.
    fn error_elsewhere(self) -> Signal<Option<AppError>> {
        Signal::derive(move || {
            let told_in_row = self.id.with(Option::is_some) && self.name_problem().is_some();
            self.error.get().filter(|_| !told_in_row)
        })
    }
}

/// Of what can be wrong with destroying, only the typed name says too little by itself.
#[component]
fn DestroyRefusal(error: Signal<Option<AppError>>) -> impl IntoView {
    let mistyped = move || {
        error.with(|error| error.as_ref().is_some_and(|error| error.problems().is_some())).then(
            || {
                view! {
                    <Notice
                        kind=NoticeKind::Bad
                        title="Not destroyed: the name typed is not the secret's name."
                        alert=true
                    />
                }
            },
        )
    };
    view! {
        {mistyped}
        <Refusal error fields=&[Field::Name] page=PAGE />
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    view! {
        <EmptyState
            icon="trash-2"
            title="The trash is empty"
            text="What you delete waits here, in case it is still needed."
        />
    }
    .into_any()
}

fn table(
    viewer: &Viewer,
    secrets: Vec<TrashedSecret>,
    restoring: Restoring,
    destroy: FormAction,
    doomed: RwSignal<Option<TrashedSecret>>,
) -> impl IntoView + use<> {
    let rows = secrets
        .into_iter()
        .map(|secret| row(viewer, secret, restoring, destroy, doomed))
        .collect_view();
    view! {
        <Table label="Deleted secrets" columns=vec![Column::Words("Name"), Column::Words("Environment"), Column::Words("Template"), Column::Number("Keys"), Column::Words("Deleted"), Column::Words("By"), Column::Number("Left")] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(
    viewer: &Viewer,
    secret: TrashedSecret,
    restoring: Restoring,
    destroy: FormAction,
    doomed: RwSignal<Option<TrashedSecret>>,
) -> impl IntoView + use<> {
    let TrashedSecret { summary, trashed_at, trashed_by, days_left } = secret.clone();
    let environment = viewer.environment(summary.environment);
    let protected = environment.is_some_and(|environment| environment.protected);
    let place = environment.map(|environment| environment.name.to_string()).unwrap_or_default();
    let days = counted(days_left, "day");
    view! {
        <tr>
            <th class="cell-name" scope="row">{summary.name.to_string()}</th>
            <td class="cell-status">{environment_badge(place, protected)}</td>
            <td class="cell-meta">{summary.template.unwrap_or_else(|| "custom".into())}</td>
            <td class="cell-meta cell-num" data-unit=if summary.keys == 1 { "key" } else { "keys" }>
                {summary.keys}
            </td>
            <td class="cell-meta"><Time ms=trashed_at /></td>
            <td class="cell-meta">{trashed_by.to_string()}</td>
            <td class="cell-meta cell-num" data-unit="left">{days}</td>
            <td class="cell-actions wide">
                <RestoreButton id=summary.id name=summary.name.clone() environment=summary.environment restoring />
                <DestroyButton secret protected destroy doomed />
            </td>
        </tr>
        <RestoreUnderName id=summary.id name=summary.name restoring />
    }
    .into_any()
}
