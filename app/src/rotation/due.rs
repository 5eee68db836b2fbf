//! `/rotation`.

use super::words::{schedule, state_badge};
use crate::{
    drawn::drawn,
    ui::{EmptyState, PageHeader, Table, Time},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, Day, RotationState};
use store::DueSecret;

/// What is overdue, due and due soon, and who still has old values.
#[component]
pub fn RotationPage() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <Title text="Rotation" />
        <PageHeader title="Rotation" text="Secrets whose values are to be replaced, the most urgent first; also those whose credential ends within two weeks, and those whose readers still have the values from before the last rotation." />
        {drawn(
            |store, caller| async move { store.list_due(&caller).await },
            move |due| table(&viewer, due),
        )}
    }
    .into_any()
}

fn table(viewer: &Viewer, due: Vec<DueSecret>) -> AnyView {
    if due.is_empty() {
        return view! {
            <EmptyState icon="check" title="Nothing is due" text="A secret gets a schedule with keyloft schedule set, a whole template with keyloft schedule template. What is due within two weeks stands here." />
        }
        .into_any();
    }
    let of = |state| due.iter().filter(|one| one.detail.rotation.state == state).count();
    let counts = format!(
        "{} overdue, {} due today, {} due within two weeks.",
        of(RotationState::Overdue),
        of(RotationState::Due),
        of(RotationState::Soon)
    );
    let rows = due.into_iter().map(|one| row(viewer, one)).collect_view();
    view! {
        <div class="stack">
            <p>{counts}</p>
            <Table label="What wants a rotation" columns=["Secret", "Environment", "State", "Due", "Schedule", "Credential ends", "Readers with old values"] actions=true>
                {rows}
            </Table>
        </div>
    }
    .into_any()
}

fn row(viewer: &Viewer, one: DueSecret) -> impl IntoView + use<> {
    let DueSecret { detail, behind } = one;
    let (secret, info) = (detail.summary, detail.rotation);
    let environment = viewer.environment(secret.environment);
    let protected = environment.is_some_and(|environment| environment.protected);
    let environment = environment.map(|environment| environment.name.to_string());
    let history = format!("/secrets/{}/history", secret.id);
    let rotate = viewer
        .may(Action::RotateValues, protected)
        .then(|| view! { <a href=format!("/secrets/{}/rotate", secret.id)>"Rotate"</a> });
    view! {
        <tr>
            <th class="cell-name" scope="row"><a href=format!("/secrets/{}", secret.id)>{secret.name.to_string()}</a></th>
            <td>{environment}</td>
            <td>{state_badge(info.state)}</td>
            <td>{info.due_at.map(|ms| view! { <Time ms /> })}</td>
            <td>{schedule(&info)}</td>
            <td>{info.expires_at.map(|ms| Day::of(ms).to_string())}</td>
            <td>{(behind > 0).then(|| view! { <a href=history>{behind}</a> })}</td>
            <td>{rotate}</td>
        </tr>
    }
}
