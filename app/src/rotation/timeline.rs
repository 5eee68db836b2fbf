//! The versions of a secret, newest first.

use crate::{
    members::capitalized,
    ui::{Badge, Button, ButtonKind, ButtonLink, Time, Tone, counted},
    viewer::Viewer,
};
use leptos::prelude::*;
use model::{Action, EnvironmentId, KeyName, Version, VersionInfo};

/// What somebody may do with the versions.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    pub(super) reveals: bool,
    pub(super) writes: bool,
    pub(super) destroys: bool,
}

impl Rights {
    pub(super) fn of(viewer: &Viewer, environment: EnvironmentId) -> Self {
        Self {
            reveals: viewer.may_in(environment, Action::RevealValues),
            writes: viewer.may_in(environment, Action::WriteSecrets),
            destroys: viewer.may_in(environment, Action::DestroySecret),
        }
    }
}

/// What every entry is drawn with.
pub(super) struct Timeline<'a> {
    pub(super) versions: &'a [VersionInfo],
    /// The version of now.
    pub(super) now: Version,
    /// The two that are compared, or would be.
    pub(super) chosen: (Version, Version),
    /// The page's address.
    pub(super) here: &'a str,
    pub(super) rights: Rights,
}

impl Timeline<'_> {
    pub(super) fn draw(&self) -> AnyView {
        let entries = self.versions.iter().map(|one| self.entry(one)).collect_view();
        let compares = self.compares().then(|| {
            view! {
                <div class="form-foot">
                    <span class="muted">"Choose two versions, From and To."</span>
                    <Button submit=true icon="git-compare">"Compare"</Button>
                </div>
            }
        });
        view! {
            <section class="stack" aria-label="Versions">
                <h2>"Versions"</h2>
                <form class="stack" method="get" action=self.here.to_owned()>
                    <ol class="timeline">{entries}</ol>
                    {compares}
                </form>
            </section>
        }
        .into_any()
    }

    /// It takes two.
    const fn compares(&self) -> bool {
        self.versions.len() > 1
    }

    fn entry(&self, one: &VersionInfo) -> AnyView {
        let is_now = one.version == self.now;
        let acts =
            !is_now && one.destroyed.is_none() && (self.rights.writes || self.rights.destroys);
        let current = is_now.then(|| view! { <Badge tone=Tone::Info>"Current"</Badge> });
        let destroyed = one.destroyed.as_ref().map(|destroyed| {
            let by = destroyed.by.as_ref();
            let by = by.map_or("by its age".to_owned(), |who| format!("by {who}"));
            view! {
                <Badge tone=Tone::Bad icon="trash-2">"Destroyed"</Badge>
                <span class="muted">{by}</span>
            }
        });
        let mut who = format!(" by {}", one.created_by);
        if let Some(token) = &one.made_with {
            who.push_str(" with ");
            who.push_str(token);
        }
        if !one.made_from.is_empty() {
            who.push_str(" from ");
            who.push_str(&one.made_from);
        }
        let note = (!one.note.is_empty()).then(|| view! { <p>{one.note.clone()}</p> });
        view! {
            <li aria-current=is_now.then_some("true")>
                <div class="section-head">
                    <div class="row"><h3>{name(one.version)}</h3>{current}{destroyed}</div>
                    {self.compares().then(|| self.choice(one.version))}
                </div>
                <p class="muted wrap">
                    {made(&one.cause)}" "<Time ms=one.created_at />{who}
                </p>
                {note}
                {changes(one)}
                {readers(one)}
                {acts.then(|| self.actions(one.version))}
            </li>
        }
        .into_any()
    }

    /// Makes it one of the two that are compared.
    fn choice(&self, version: Version) -> AnyView {
        let (left, right) = self.chosen;
        let radio = |side: &'static str, words: &'static str, chosen: bool| {
            view! {
                <label class="radio">
                    <input type="radio" name=side value=version.to_string() checked=chosen />
                    {words}
                    <span class="visually-hidden">{format!(" version {version}")}</span>
                </label>
            }
        };
        view! {
            <div class="choices">
                {radio("left", "From", version == left)}
                {radio("right", "To", version == right)}
            </div>
        }
        .into_any()
    }

    fn actions(&self, version: Version) -> AnyView {
        let link = |asks: &'static str, words: &'static str, icon: &'static str| {
            let href = format!("{}?{asks}={version}", self.here);
            let spoken = format!(" version {version}");
            view! {
                <ButtonLink href icon kind=ButtonKind::Ghost>
                    {words}
                    <span class="visually-hidden">{spoken}</span>
                </ButtonLink>
            }
        };
        let Rights { writes, destroys, .. } = self.rights;
        view! {
            <div class="row">
                {writes.then(|| link("restore", "Restore", "undo-2"))}
                {destroys.then(|| link("destroy", "Destroy", "trash-2"))}
            </div>
        }
        .into_any()
    }
}

/// What a version is called.
pub(super) fn name(version: Version) -> String {
    format!("Version {version}")
}

/// How it came to be.
fn made(cause: &str) -> AnyView {
    let said = match cause {
        "create" => "Created",
        "edit" => "Edited",
        "copy" => "Copied",
        "promote" => "Promoted",
        "restore" => "Restored",
        "rotation" => {
            return view! { <Badge tone=Tone::Info icon="rotate-cw">"Rotated"</Badge> }.into_any();
        }
        other => return capitalized(other).into_any(),
    };
    said.into_any()
}

/// Its keys that are not as before. A first version has all of its keys here: many fold up.
fn changes(one: &VersionInfo) -> AnyView {
    const MANY: usize = 20;
    let changed = &one.changed;
    let marked = [
        ("+", "Added", &changed.added),
        ("~", "Changed", &changed.set),
        ("−", "Removed", &changed.removed),
    ];
    let count: usize = marked.iter().map(|(.., keys)| keys.len()).sum();
    if count == 0 {
        return ().into_any();
    }
    let keys = marked.iter().flat_map(|(mark, said, keys)| {
        keys.iter().map(move |key: &KeyName| {
            view! {
                <li>
                    <code>
                        <span aria-hidden="true">{*mark}</span>
                        <span class="visually-hidden">{format!("{said} ")}</span>
                        {key.to_string()}
                    </code>
                </li>
            }
        })
    });
    let keys = view! { <ul class="row">{keys.collect_view()}</ul> };
    if count <= MANY {
        return keys.into_any();
    }
    let parts = marked.iter().filter(|(.., keys)| !keys.is_empty());
    let parts: Vec<String> =
        parts.map(|(_, said, keys)| format!("{} {}", keys.len(), said.to_lowercase())).collect();
    let summary = format!("{}: {}", counted(count, "key"), parts.join(", "));
    view! { <details><summary>{summary}</summary>{keys}</details> }.into_any()
}

/// Who has its values.
fn readers(one: &VersionInfo) -> Option<AnyView> {
    let readers = one.readers.iter().filter(|reader| !reader.gone);
    let readers = readers.map(|reader| reader.name.clone()).collect::<Vec<_>>().join(", ");
    let said = format!("Read last by {readers}");
    (!readers.is_empty()).then(|| view! { <p class="muted wrap">{said}</p> }.into_any())
}
