//! What these pages say of readers and schedules.

use crate::{
    secrets::urgency::urgency_badge,
    ui::{Badge, Table, Time, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Day, ReaderKind, RotationInfo, RotationState, Schedule, SecretId, SecretReader};

/// The secret that the address names; what is no id names nothing.
pub(super) fn secret_of_page() -> Option<SecretId> {
    use_params_map().with_untracked(|params| params.get("id")?.parse().ok())
}

/// A state in words, with its colour.
pub(super) fn state_badge(state: RotationState) -> AnyView {
    match urgency_badge(state) {
        Some(badge) => badge,
        None if state == RotationState::Fresh => {
            view! { <Badge tone=Tone::Ok icon="check">"Fresh"</Badge> }.into_any()
        }
        None => "No schedule".into_any(),
    }
}

/// When it is due, in words.
pub(super) fn schedule(info: &RotationInfo) -> String {
    match info.schedule {
        None => "None".to_owned(),
        Some(schedule) if info.of_template => format!("{}, as its template says", when(schedule)),
        Some(schedule) => when(schedule),
    }
}

/// The same of a schedule by itself.
pub(super) fn when(schedule: Schedule) -> String {
    match schedule {
        Schedule::Every(days) if days.get() == 1 => "Every day".to_owned(),
        Schedule::Every(days) => format!("Every {days} days"),
        Schedule::On(ms) => format!("On {}", Day::of(ms)),
    }
}

/// Who reads the secret, and what they have.
pub(super) fn readers_table(readers: Vec<SecretReader>) -> AnyView {
    if readers.is_empty() {
        return view! { <p class="muted">"Nobody read it in the last 30 days."</p> }.into_any();
    }
    let rows = readers
        .into_iter()
        .map(|reader| {
            let kind = match reader.reader.kind() {
                ReaderKind::Person => "Person",
                ReaderKind::Program => "Program",
            };
            let values = match (reader.gone, reader.behind) {
                (true, _) => view! { <Badge>"Cannot read any more"</Badge> },
                (_, true) => view! { <Badge tone=Tone::Warn icon="clock">"Old values"</Badge> },
                _ => view! { <Badge tone=Tone::Ok icon="check">"Values of now"</Badge> },
            };
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{reader.name}</th>
                    <td>{kind}</td>
                    <td>{format!("v{}", reader.version)}</td>
                    <td><Time ms=reader.last_at /></td>
                    <td>{values}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label="Readers" columns=["Reader", "Kind", "Version", "Last read", "Has"]>
            {rows}
        </Table>
    }
    .into_any()
}
