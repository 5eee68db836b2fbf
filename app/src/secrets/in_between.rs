//! Somebody else saved since the page was opened: their changes beside what is typed here, key by key.

use super::{
    api::load_secret,
    changes::{Base, Change, Theirs, since},
    editor::RowSeed,
    plain_values::PlainValues,
    row_state::RowState,
    rows::Rows,
};
use crate::{
    error::AppError,
    ui::{Button, Notice, NoticeKind, Time},
    viewer::use_viewer,
};
use leptos::{prelude::*, task::spawn_local};
use model::{KeyInfo, KeyName, SecretDetail, SecretId};

/// What they did, a choice where both sides changed the same key, and the way on from their version.
#[component]
pub(super) fn SavedInBetween(
    answer: Signal<Option<Result<(), AppError>>>,
    id: SecretId,
    /// The secret as it was when the page was opened.
    newest: SecretDetail,
    base: RwSignal<Base>,
    rows: Rows,
    staged: Memo<Vec<Change>>,
    plain: PlainValues,
    name: RwSignal<String>,
    tags: RwSignal<String>,
) -> impl IntoView {
    let viewer = use_viewer();
    // What was typed into an earlier page may be of an earlier version.
    let newest =
        base.with_untracked(|base| base.version < newest.summary.version).then_some(newest);
    let behind = newest.as_ref().map(|newest| newest.summary.version);
    let refused = Memo::new(move |_| match answer.get() {
        Some(Err(AppError::Conflict { current })) => Some(current),
        _ => None,
    });
    // Asked for once there is something, by scripts only. Without them the version has to do.
    let newer = RwSignal::new(newest);
    let taken = RwSignal::new(Vec::<KeyName>::new());
    Effect::new(move |_| {
        if refused.get().is_some() {
            spawn_local(async move {
                let detail = load_secret(viewer.workspace, id).await.ok();
                let _ = taken.try_set(Vec::new());
                let _ = newer.try_set(detail);
            });
        }
    });
    let go_on = move || {
        let Some(detail) = newer.get_untracked() else { return };
        let next = Base::of(&detail);
        base.with_untracked(|base| {
            for (key, theirs) in since(base, &next.keys) {
                let is_mine = staged.with_untracked(|staged| changes(staged, &key));
                let take = !is_mine || taken.with_untracked(|taken| taken.contains(&key));
                let info = next.keys.iter().find(|info| info.name == key);
                apply(rows, &key, theirs, info, take);
            }
            follow(name, &base.name, &next.name);
            follow(tags, &base.tags, &next.tags);
        });
        base.set(next);
    };
    move || {
        let version = refused.get().or(behind)?;
        if base.with(|base| base.version >= version) {
            return Some(
                view! {
                    <Notice kind=NoticeKind::Warn title=format!("The next save goes on top of version {version}")>
                        "Values that you did not type stay as they are in that version."
                    </Notice>
                }
                .into_any(),
            );
        }
        let told = newer.get().map(|detail| {
            let theirs = base.with_untracked(|base| since(base, &detail.keys));
            let lines = staged.with_untracked(|staged| {
                let line = |(key, theirs)| line(key, theirs, staged, plain, taken);
                theirs.into_iter().map(line).collect_view()
            });
            view! {
                <p>
                    {detail.summary.updated_by.to_string()}" saved version "{detail.summary.version.to_string()}" "
                    <Time ms=detail.summary.updated_at />"."
                </p>
                <ul class="stack tight">{lines}</ul>
                <div class="row">
                    <Button on:click=move |_| go_on()>{format!("Go on from version {version}")}</Button>
                    <a class="button" href=format!("/secrets/{id}") target="_blank">{format!("Look at version {version}")}</a>
                </div>
            }
        });
        let title = match refused.get() {
            Some(_) => "Not saved: someone else saved in between",
            None => "Someone saved since you typed this",
        };
        Some(
            view! {
                <Notice kind=NoticeKind::Warn title alert=true>
                    <p>{format!("Version {version} is the newest. What you typed is still here.")}</p>
                    {told}
                </Notice>
            }
            .into_any(),
        )
    }
}

fn changes(staged: &[Change], key: &KeyName) -> bool {
    staged.iter().any(|change| change.key == key.as_str())
}

/// What they did to a key. Where it is changed here too, one of both is chosen.
fn line(
    key: KeyName,
    theirs: Theirs,
    staged: &[Change],
    plain: PlainValues,
    taken: RwSignal<Vec<KeyName>>,
) -> AnyView {
    let did = match theirs {
        Theirs::Added => "was added",
        Theirs::Changed => "was changed",
        Theirs::Removed => "was removed",
    };
    let did = {
        let key = key.to_string();
        move || match plain.of(&key).filter(|_| theirs != Theirs::Removed) {
            Some(value) => format!(" {did} to “{}”", value.dangerously_expose()),
            None => format!(" {did}"),
        }
    };
    let Some(mine) = staged.iter().find(|change| change.key == key.as_str()) else {
        return view! { <li><code>{key.to_string()}</code>{did}"; you left it alone."</li> }
            .into_any();
    };
    let mine = match mine.plain() {
        Some(value) => format!("Keep mine, “{value}”"),
        None => "Keep mine".to_owned(),
    };
    let group = format!("between-{key}");
    let choice = |label: String, takes: bool| {
        let key = key.clone();
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name=group.clone()
                    checked=!takes
                    on:change=move |_| taken.update(|taken| {
                        taken.retain(|other| *other != key);
                        if takes {
                            taken.push(key.clone());
                        }
                    })
                />
                {label}
            </label>
        }
    };
    view! {
        <li>
            <fieldset class="row">
                <legend><code>{key.to_string()}</code>{did}", and you changed it too:"</legend>
                {choice(mine, false)}
                {choice("Take theirs".to_owned(), true)}
            </fieldset>
        </li>
    }
    .into_any()
}

/// Makes the form one of their version: what was chosen of it comes in, what is typed here stays.
fn apply(rows: Rows, key: &KeyName, theirs: Theirs, info: Option<&KeyInfo>, take: bool) {
    let row = rows.find(key);
    match (theirs, row, info) {
        (_, Some(row), _) if !take && row.was_typed() => {}
        // A value that they removed can only stay if it was typed here.
        (Theirs::Removed, Some(row), _) if take || row.kept.get_untracked() => rows.take_out(row),
        (Theirs::Removed, Some(row), _) => {
            let seed = RowSeed { key: key.to_string(), ..RowSeed::default() };
            retype(rows.replace(row, seed), row);
        }
        (_, Some(row), Some(info)) if take => {
            rows.replace(row, RowSeed::of_key(info, row.template().as_ref()));
        }
        (_, Some(row), Some(info)) if !row.kept.get_untracked() => {
            retype(rows.replace(row, RowSeed::of_key(info, row.template().as_ref())), row);
        }
        (_, None, Some(info)) if take => rows.add_filled(RowSeed::of_key(info, None)),
        _ => {}
    }
}

/// Types what stood in the row of before.
fn retype(row: RowState, before: RowState) {
    row.set_value(before.value.get_untracked());
    row.kind.set(before.kind.get_untracked());
}

/// Takes what they wrote over, unless something else is typed here.
fn follow(typed: RwSignal<String>, before: &str, theirs: &str) {
    if typed.with_untracked(|typed| typed == before) {
        typed.set(theirs.to_owned());
    }
}
