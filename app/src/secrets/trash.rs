//! `/trash`. The server alone draws it.

mod destroy;
mod restore;

use self::{
    destroy::{destroy_button, destroy_question},
    restore::{restore_button, restore_under_name},
};
use super::list::environment_badge;
use crate::{
    drawn::{FormAnswer, drawn},
    ui::{Column, EmptyState, PageHeader, Table, Time, counted},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Field, TRASH_DAYS, TrashedSecret};

const PAGE: &str = "/trash";

/// What was deleted in the last 30 days: to be restored, or destroyed for good.
#[component]
pub fn TrashPage() -> impl IntoView {
    view! {
        <Title text="Trash" />
        <PageHeader
            title="Trash"
            text=format!("Deleted secrets stay here for {TRASH_DAYS} days. Then they are destroyed, and nothing brings them back.")
        />
        <div class="stack">
            <FormAnswer
                done=&[
                    ("destroyed", "Destroyed the secret, with all its versions."),
                    ("moved", "Moved to the trash. Restore brings each back."),
                ]
                fields=&[Field::Name]
            />
            {drawn(|store, caller| async move { store.list_trash(&caller).await }, secrets)}
        </div>
    }
    .into_any()
}

fn secrets(all: Vec<TrashedSecret>) -> AnyView {
    if all.is_empty() {
        return view! {
            <EmptyState
                icon="trash-2"
                title="The trash is empty"
                text="What you delete waits here, in case it is still needed."
            />
        }
        .into_any();
    }
    let columns = vec![
        Column::Words("Name"),
        Column::Words("Environment"),
        Column::Words("Template"),
        Column::Number("Keys"),
        Column::Words("Deleted"),
        Column::Words("By"),
        Column::Number("Left"),
    ];
    let question = destroy_question(&all);
    let rows = all.into_iter().map(row).collect_view();
    view! {
        {question}
        <Table label="Deleted secrets" columns actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(secret: TrashedSecret) -> AnyView {
    let buttons = (restore_button(&secret.summary), destroy_button(&secret.summary));
    let under_name = restore_under_name(&secret.summary);
    let TrashedSecret { summary, trashed_at, trashed_by, days_left } = secret;
    let viewer = use_viewer();
    let environment = viewer.environment(summary.environment);
    let protected = environment.is_some_and(|environment| environment.protected);
    let place = environment.map(|environment| environment.name.to_string()).unwrap_or_default();
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
            <td class="cell-meta cell-num" data-unit="left">{counted(days_left, "day")}</td>
            <td class="cell-actions wide">{buttons}</td>
        </tr>
        {under_name}
    }
    .into_any()
}
