//! Where one is signed in.

use super::{PAGE, browser::browser_name};
use crate::{
    drawn::{PostForm, drawn},
    ui::{Badge, Button, ButtonKind, Table, Time, Tone},
};
use leptos::prelude::*;
use model::SessionKey;
use store::SessionInfo;

/// The sessions of this person, each of which they can end.
pub(super) fn sessions() -> AnyView {
    drawn(
        |store, caller| async move { Ok((caller.session()?, store.list_sessions(&caller).await?)) },
        |(current, sessions)| all(current, sessions),
    )
}

fn all(current: SessionKey, sessions: Vec<SessionInfo>) -> AnyView {
    let others = sessions.iter().any(|session| session.key != current).then(|| {
        view! {
            <PostForm action=PAGE asks="end-others" class="actions">
                <Button submit=true>"End all others"</Button>
            </PostForm>
        }
    });
    let rows =
        sessions.into_iter().map(|session| row(session.key == current, session)).collect_view();
    view! {
        <section class="stack">
            <div class="section-head">
                <h2>"Sessions"</h2>
                {others}
            </div>
            <Table label="Sessions" columns=["Browser", "Address", "Signed in", "Last seen"] actions=true>
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

fn row(is_current: bool, session: SessionInfo) -> AnyView {
    let SessionInfo { key, created_at, last_seen, ip, user_agent } = session;
    let browser = browser_name(&user_agent);
    let whose = format!("the session of {browser}");
    let last = if is_current {
        view! { <Badge tone=Tone::Ok icon="check">"This browser"</Badge> }.into_any()
    } else {
        view! {
            <PostForm action=PAGE asks="end" class="row">
                <input type="hidden" name="key" value=key.to_string() />
                <Button kind=ButtonKind::Ghost submit=true>
                    "End" <span class="visually-hidden">{whose}</span>
                </Button>
            </PostForm>
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
