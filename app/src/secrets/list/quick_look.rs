//! A look at the secret of a row, without leaving the list. No value is in it.

use super::{super::api::load_secret, environment_badge, long_list::LongList, table::in_line};
use crate::{
    error::AppError,
    keyboard::Letters,
    ui::{Badge, ButtonKind, ButtonLink, Dialog, Facts, Kbd, Skeleton, Time, grouped},
    viewer::{Viewer, use_viewer},
};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{Action, SecretDetail, SecretSummary};

/// Shows the secret of the row `look`, and goes on to the next with the arrow keys. The focus returns to the row.
#[component]
pub(super) fn QuickLook(list: LongList, look: RwSignal<Option<u32>>) -> impl IntoView {
    let viewer = StoredValue::new(use_viewer());
    let letters = StoredValue::new(expect_context::<Letters>());
    let open = RwSignal::new(false);
    let found = RwSignal::new(None::<Result<SecretDetail, AppError>>);
    let secret = Memo::new(move |_| {
        list.reads.track();
        list.secret(look.get()?)
    });
    Effect::new(move |_| {
        let place = look.get();
        list.hold(place);
        open.set(place.is_some());
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if let Some(place) = look.get_untracked().filter(|_| was_open == Some(true) && !is_open) {
            look.set(None);
            // The dialog gives the focus back to where it was, when it is closed after this.
            request_animation_frame(move || list.focus(place));
        }
        is_open
    });
    Effect::new(move |_| {
        let Some(SecretSummary { id, .. }) = secret.get() else { return };
        let workspace = viewer.with_value(|viewer| viewer.workspace);
        spawn_local(async move {
            let answer = load_secret(workspace, id).await;
            // Somebody who went on does not want it any more.
            let is_seen =
                secret.try_with_untracked(|now| now.as_ref().is_some_and(|now| now.id == id));
            if is_seen == Some(true) {
                found.set(Some(answer));
            }
        });
    });
    let step = move |event: ev::KeyboardEvent| {
        let Some(place) = look.get_untracked() else { return };
        let Some(meant) = letters.with_value(|letters| letters.meant_by(&event.key())) else {
            return;
        };
        let to = match meant.as_str() {
            "arrowdown" | "j" => place.saturating_add(1),
            "arrowup" | "k" => place.saturating_sub(1),
            // A dialog that is not modal does not close by itself.
            "escape" => {
                event.prevent_default();
                return open.set(false);
            }
            _ => return,
        };
        event.prevent_default();
        let to = to.min(list.total.get_untracked().saturating_sub(1));
        look.set(Some(to));
        list.show(to);
    };
    let title = move || {
        secret.with(|secret| {
            secret.as_ref().map(|secret| secret.name.to_string()).unwrap_or_default()
        })
    };
    let place = move || {
        look.get().map(|place| format!("{} of {}", grouped(place + 1), grouped(list.total.get())))
    };
    let whole = move || {
        let secret = secret.get()?;
        let detail = found.get();
        let detail = detail
            .filter(|found| found.as_ref().map_or(true, |found| found.summary.id == secret.id));
        Some(viewer.with_value(|viewer| about(viewer, &secret, detail)))
    };
    view! {
        <div on:keydown=step>
            <Dialog id="quick-look" open title=Signal::derive(title) side=true>
                <div class="dialog-body">
                    {whole}
                    <p class="look-place">
                        <span role="status">{place}</span>
                        <span class="palette-keys"><Kbd key="↑" /><Kbd key="↓" />"other rows"<Kbd key="Esc" />"close"</span>
                    </p>
                </div>
            </Dialog>
        </div>
    }
    .into_any()
}

fn about(
    viewer: &Viewer,
    secret: &SecretSummary,
    detail: Option<Result<SecretDetail, AppError>>,
) -> AnyView {
    let environment = viewer.environment(secret.environment);
    let protected = environment.is_some_and(|found| found.protected);
    let place = environment.map(|found| found.name.to_string()).unwrap_or_default();
    let edit = viewer.may_in(secret.environment, Action::WriteSecrets).then(|| {
        let href = format!("/secrets/{}/edit", secret.id);
        view! { <ButtonLink href icon="pencil">"Edit"</ButtonLink> }
    });
    let more = match detail {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Err(error)) => view! { <p class="field-error">{error.to_string()}</p> }.into_any(),
        Some(Ok(detail)) => facts(detail),
    };
    let template = secret.template.clone().unwrap_or_else(|| "custom".into());
    view! {
        <div class="row">{environment_badge(place, protected)}<Badge>{template}</Badge></div>
        <div class="row">
            <ButtonLink href=format!("/secrets/{}", secret.id) kind=ButtonKind::Primary>"Open"</ButtonLink>
            {edit}
        </div>
        {more}
    }
    .into_any()
}

fn facts(detail: SecretDetail) -> AnyView {
    let SecretDetail { summary: secret, keys, note, last_read_at, .. } = detail;
    let keys = keys
        .iter()
        .map(|key| view! { <li><code>{key.name.to_string()}</code><span class="muted">{key.kind.label()}</span></li> })
        .collect_view();
    let by = format!(" by {}", secret.updated_by);
    let read = match last_read_at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => "Never".into_any(),
    };
    let mut items = vec![
        ("Keys", view! { <ul class="look-keys">{keys}</ul> }.into_any()),
        ("Version", secret.version.to_string().into_any()),
        ("Changed", view! { <Time ms=secret.updated_at />{by} }.into_any()),
        ("Last read by a program", read),
    ];
    if !secret.tags.is_empty() {
        items.push(("Tags", in_line(&secret.tags).into_any()));
    }
    if !note.is_empty() {
        items.push(("Note", note.into_any()));
    }
    view! { <Facts items /> }.into_any()
}
