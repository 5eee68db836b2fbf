//! Where one is signed in.

use super::{
    super::api::{EndOtherSessions, EndSession, OpenSession, list_sessions},
    PAGE,
    browser::browser_name,
};
use crate::{
    answer::{Refusal, error_of},
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{Badge, Button, ButtonKind, Skeleton, Table, Time, Tone},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::WorkspaceId;

/// The sessions of this person, each of which they can end.
#[component]
pub(super) fn SessionsCard() -> impl IntoView {
    let workspace = use_viewer().workspace;
    let end = FormAction::of::<EndSession>();
    let end_others = FormAction::of::<EndOtherSessions>();
    let ended = move || (end.answers().get(), end_others.answers().get());
    let sessions = page_data(ended, move |_| list_sessions(workspace));
    let others = move |sessions: &[OpenSession]| {
        sessions.iter().any(|session| !session.current).then(|| {
            view! {
                <ActionForm action=end_others>
                    <input type="hidden" name="workspace" value=workspace.to_string() />
                    <Button submit=true busy=end_others.pending()>"End all others"</Button>
                </ActionForm>
            }
        })
    };
    view! {
        <section class="stack">
            <Transition fallback=|| view! { <Skeleton rows=2 /> }>
                {move || Suspend::new(async move {
                    match sessions.await {
                        Err(error) => view! { <Failure error /> }.into_any(),
                        Ok(sessions) => view! {
                            <div class="section-head">
                                <h2>"Sessions"</h2>
                                {others(&sessions)}
                            </div>
                            <Refusal error=error_of(end) page=PAGE />
                            <Refusal error=error_of(end_others) page=PAGE />
                            {table(sessions, workspace, end)}
                        }
                        .into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

fn table(sessions: Vec<OpenSession>, workspace: WorkspaceId, end: FormAction) -> impl IntoView {
    let rows =
        sessions.into_iter().map(|session| view! { <Row session workspace end /> }).collect_view();
    view! {
        <Table label="Sessions" columns=["Browser", "Address", "Signed in", "Last seen"] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

#[component]
fn Row(session: OpenSession, workspace: WorkspaceId, end: FormAction) -> impl IntoView {
    let OpenSession { key, current, created_at, last_seen, ip, user_agent } = session;
    let browser = browser_name(&user_agent);
    let whose = format!("the session of {browser}");
    let ending =
        move || end.pending().get() && end.sent("key").is_some_and(|sent| sent == key.to_string());
    let last = if current {
        view! { <Badge tone=Tone::Ok icon="check">"This browser"</Badge> }.into_any()
    } else {
        view! {
            <ActionForm action=end>
                <input type="hidden" name="workspace" value=workspace.to_string() />
                <input type="hidden" name="key" value=key.to_string() />
                <Button kind=ButtonKind::Ghost submit=true busy=Signal::derive(ending)>
                    "End" <span class="visually-hidden">{whose}</span>
                </Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <th class="cell-name plain" scope="row" title=user_agent>{browser}</th>
            <td class="cell-meta">{ip}</td>
            <td class="cell-meta"><Time ms=created_at /></td>
            <td class="cell-meta"><Time ms=last_seen /></td>
            <td class="cell-actions">{last}</td>
        </tr>
    }
    .into_any()
}
