//! `/secrets/:id/history`.

use super::words::secret_of_page;
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    secrets::head::{SecretHead, SecretPage},
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Card, Checkbox, Column, Table, TextField, Time, Tone,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{
    Action, EnvironmentId, Field, KeyInfo, NOTE_CHARS, SecretDetail, ValueKind, Version,
    VersionInfo,
};
use store::StoreError;

/// What the address asks for beside the list.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Two versions to compare.
    compare: Option<(Version, Version)>,
    restore: Option<Version>,
    destroy: Option<Version>,
}

/// Every version, who has which, and going back to one.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let id = secret_of_page();
    let asked = use_query_map().with_untracked(|query| {
        let version = |name| query.get(name).and_then(|text| text.parse().ok());
        Asked {
            compare: version("left").zip(version("right")),
            restore: version("restore"),
            destroy: version("destroy"),
        }
    });
    drawn_whole(
        move |store, caller| async move {
            let id = id.ok_or(StoreError::NotFound)?;
            let detail = store.secret(&caller, id).await?;
            let versions = store.list_versions(&caller, id).await?;
            Ok((detail, versions))
        },
        move |(detail, versions)| page(&detail, &versions, asked),
    )
}

fn page(detail: &SecretDetail, versions: &[VersionInfo], asked: Asked) -> AnyView {
    let viewer = use_viewer();
    let secret = &detail.summary;
    let rights = Rights::of(&viewer, secret.environment);
    let here = format!("/secrets/{}/history", secret.id);
    let rows = versions.iter().map(|one| row(one, secret.version, &here, rights)).collect_view();
    let find = |wanted: Version| versions.iter().find(|one| one.version == wanted);
    let posted = PostedForm::take();
    let shown =
        asks(&posted, "show").zip(posted.value("other").and_then(|other| other.parse().ok()));
    let compared = asked.compare.or(shown).and_then(|(left, right)| {
        Some(comparison([find(left)?, find(right)?], &here, rights.reveals, &posted))
    });
    let restoring = asked.restore.or_else(|| asks(&posted, "restore")).and_then(find);
    let destroying = asked.destroy.or_else(|| asks(&posted, "destroy")).and_then(find);
    view! {
        <SecretHead secret=secret.clone() page=SecretPage::History />
        <div class="stack loose">
            <FormAnswer
                done=&[
                    ("restored", "Restored, as a new version."),
                    ("destroyed", "Destroyed. The version stays in the list."),
                ]
                fields=&[Field::Name]
            />
            {restoring.filter(|_| rights.writes).map(|version| restore_form(version, secret.version, &here))}
            {destroying.filter(|_| rights.destroys).map(|version| destroy_form(version, &here, &posted))}
            {compared}
            <Table label="Versions" columns=["Version", "Made", "By way of", "Keys", "Read last by"] actions=true>
                {rows}
            </Table>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Rights {
    reveals: bool,
    writes: bool,
    destroys: bool,
}

impl Rights {
    fn of(viewer: &Viewer, environment: EnvironmentId) -> Self {
        Self {
            reveals: viewer.may_in(environment, Action::RevealValues),
            writes: viewer.may_in(environment, Action::WriteSecrets),
            destroys: viewer.may_in(environment, Action::DestroySecret),
        }
    }
}

/// The version that a form of this kind was about, if it is the one that comes back.
fn asks(posted: &PostedForm, what: &str) -> Option<Version> {
    let is_it = posted.value("asks") == Some(what);
    posted.value("version").filter(|_| is_it)?.parse().ok()
}

fn row(one: &VersionInfo, now: Version, here: &str, rights: Rights) -> impl IntoView + use<> {
    let version = one.version;
    let who = match &one.made_with {
        Some(token) => format!("{} with {token}", one.created_by),
        None => one.created_by.to_string(),
    };
    let from = (!one.made_from.is_empty()).then(|| format!(" from {}", one.made_from));
    let cause = match one.cause.as_str() {
        "rotation" => {
            view! { <Badge tone=Tone::Info icon="rotate-cw">"Rotation"</Badge> }.into_any()
        }
        cause => cause.to_owned().into_any(),
    };
    let destroyed = one.destroyed.as_ref().map(|destroyed| {
        let by = destroyed.by.as_ref().map_or("by its age".to_owned(), |who| format!("by {who}"));
        view! { <Badge tone=Tone::Bad icon="trash-2">"Destroyed "{by}</Badge> }
    });
    let changed = &one.changed;
    let marked = [('+', &changed.added), ('~', &changed.set), ('-', &changed.removed)]
        .into_iter()
        .flat_map(|(mark, keys)| keys.iter().map(move |key| format!("{mark}{key}")))
        .collect::<Vec<_>>()
        .join(" ");
    let readers = one.readers.iter().filter(|reader| !reader.gone);
    let readers = readers.map(|reader| reader.name.clone()).collect::<Vec<_>>().join(", ");
    let is_old = version != now;
    let is_there = one.destroyed.is_none();
    let compare = is_old.then(|| {
        let href = format!("{here}?left={version}&right={now}");
        view! { <a href=href>"Compare"</a>" " }
    });
    let restore = (is_old && is_there && rights.writes)
        .then(|| view! { <a href=format!("{here}?restore={version}")>"Restore"</a>" " });
    let destroy = (is_old && is_there && rights.destroys)
        .then(|| view! { <a href=format!("{here}?destroy={version}")>"Destroy"</a> });
    let note = (!one.note.is_empty()).then(|| view! { <p class="muted">{one.note.clone()}</p> });
    view! {
        <tr>
            <th class="cell-name" scope="row">{version.to_string()}</th>
            <td class="cell-wrap"><Time ms=one.created_at />" by "{who}{from}</td>
            <td class="cell-wrap">{cause}" "{destroyed}{note}</td>
            <td class="cell-wrap"><code>{marked}</code></td>
            <td class="cell-wrap">{readers}</td>
            <td class="cell-actions">{compare}{restore}{destroy}</td>
        </tr>
    }
}

/// Names and kinds, and whether a value was given anew. The values of a key are shown to whoever may see them and asks.
fn comparison(
    [left, right]: [&VersionInfo; 2],
    here: &str,
    reveals: bool,
    posted: &PostedForm,
) -> AnyView {
    fn find<'a>(keys: &'a [KeyInfo], key: &KeyInfo) -> Option<&'a KeyInfo> {
        keys.iter().find(|other| other.name == key.name)
    }
    let kind = |key: Option<&KeyInfo>| key.map_or("", |key| key.kind.as_str());
    let readable = reveals && left.destroyed.is_none() && right.destroyed.is_none();
    let gone = left.keys.iter().filter(|key| find(&right.keys, key).is_none());
    let rows = gone
        .chain(&right.keys)
        .map(|key| {
            let (before, after) = (find(&left.keys, key), find(&right.keys, key));
            let told = match (before, after) {
                (None, _) => view! { <Badge tone=Tone::Ok icon="plus">"Added"</Badge> },
                (_, None) => view! { <Badge tone=Tone::Bad icon="x">"Removed"</Badge> },
                (Some(before), Some(after)) if before.since != after.since => {
                    view! { <Badge tone=Tone::Warn icon="pencil">"Value given anew"</Badge> }
                }
                _ => view! { <Badge>"Same"</Badge> },
            };
            let name = key.name.to_string();
            let shown = posted.once.as_slice();
            let shown =
                shown.first().zip(shown.last()).filter(|_| posted.value("key") == Some(&name));
            let hides =
                [before, after].into_iter().flatten().any(|key| key.kind == ValueKind::WriteOnly);
            let show = (readable && !hides && shown.is_none())
                .then(|| show_form(&name, [left.version, right.version], here));
            let cell = |key: Option<&KeyInfo>, value: Option<&String>| {
                let value = value.filter(|_| key.is_some());
                let value = value.map(|value| view! { <div class="value">{value.clone()}</div> });
                view! { <td class="cell-wrap">{kind(key)}{value}</td> }
            };
            view! {
                <tr>
                    <th class="cell-name" scope="row">{name.clone()}</th>
                    {cell(before, shown.map(|(old, _)| old))}
                    {cell(after, shown.map(|(_, new)| new))}
                    <td>{told}</td>
                    <td class="cell-actions">{show}</td>
                </tr>
            }
        })
        .collect_view();
    let (old, new) = (format!("Version {}", left.version), format!("Version {}", right.version));
    let title = format!("{old} and {}", new.to_lowercase());
    let headings = [old, new].map(|title| view! { <th scope="col">{title}</th> }.into_any());
    let [old, new] = headings.map(Column::Heading);
    let columns = vec![Column::Words("Key"), old, new, Column::Words("Difference")];
    let text = if readable {
        "Values are shown key by key, on demand. Each time is logged."
    } else {
        "Values are shown to whoever may reveal them, while both versions have them."
    };
    view! {
        <Card title text>
            <Table label="What changed" columns=columns actions=true>
                {rows}
            </Table>
        </Card>
    }
    .into_any()
}

/// Asks for what the key holds in both.
fn show_form(key: &str, [left, right]: [Version; 2], here: &str) -> AnyView {
    let key = key.to_owned();
    let spoken = key.clone();
    view! {
        <PostForm action=here.to_owned() asks="show">
            <input type="hidden" name="version" value=left.to_string() />
            <input type="hidden" name="other" value=right.to_string() />
            <input type="hidden" name="key" value=key />
            <Button icon="eye" submit=true>
                "Show"
                <span class="visually-hidden">" the values of "{spoken}</span>
            </Button>
        </PostForm>
    }
    .into_any()
}

fn restore_form(version: &VersionInfo, now: Version, here: &str) -> AnyView {
    let keys = version
        .keys
        .iter()
        .map(|key| {
            let name = key.name.to_string();
            view! { <Checkbox name="key" value=name.clone() label=name /> }
        })
        .collect_view();
    let title = format!("Restore version {}", version.version);
    let (version, here, action) = (version.version.to_string(), here.to_owned(), here.to_owned());
    view! {
        <Card title=title text="Makes a new version; nothing is lost. Choose keys to restore these alone, and leave the others as they are. Without a choice everything becomes as it was.">
            <PostForm action=action asks="restore">
                <input type="hidden" name="version" value=version />
                <input type="hidden" name="from" value=now.to_string() />
                {keys}
                <TextField name="note" label="Note" hint="Why, for the history." maxlength=MOST autocomplete="off" optional=true />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Restore"</Button>
                    <ButtonLink href=here>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn destroy_form(version: &VersionInfo, here: &str, posted: &PostedForm) -> AnyView {
    let title = format!("Destroy the values of version {}", version.version);
    let (version, here, action) = (version.version.to_string(), here.to_owned(), here.to_owned());
    let error = posted.error_of(Field::Name);
    view! {
        <Card title=title text="This cannot be undone. The version stays in the list, and says who destroyed its values.">
            <PostForm action=action asks="destroy">
                <input type="hidden" name="version" value=version />
                <TextField name="name" label="The secret's name" hint="Type it to go on." error=error autocomplete="off" required=true mono=true />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Destroy values"</Button>
                    <ButtonLink href=here>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const MOST: u32 = NOTE_CHARS as u32;
