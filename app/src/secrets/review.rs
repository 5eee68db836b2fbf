//! What a save would do, before it is done.

use super::{
    api::reveal_value,
    changes::{Base, Change, What},
    plain_values::PlainValues,
    readers::RecentReaders,
};
use crate::{
    error::AppError,
    session::{SudoPrompt, use_sudo},
    ui::{Button, ButtonKind, Dialog, DialogFoot, TextArea},
    viewer::use_viewer,
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    Action, EnvironmentId, KeyName, NOTE_CHARS, SecretId, ValueKind, WireValue, WorkspaceId,
};

/// The secret that is reviewed.
#[derive(Clone, Copy)]
pub(super) struct Reviewed {
    pub(super) id: SecretId,
    pub(super) environment: EnvironmentId,
    pub(super) base: RwSignal<Base>,
    pub(super) staged: Memo<Vec<Change>>,
    /// Its name and tags as they are typed.
    pub(super) name: RwSignal<String>,
    pub(super) tags: RwSignal<String>,
}

impl Reviewed {
    /// How many things a save changes.
    pub(super) fn count(self) -> usize {
        self.staged.with(Vec::len) + self.others().len()
    }

    /// What changes besides keys, in words.
    fn others(self) -> Vec<String> {
        self.base.with(|base| {
            let name = self.name.with(|name| {
                let name = name.trim();
                (name != base.name).then(|| format!("Name: {} becomes {name}", base.name))
            });
            let tags = self.tags.with(|tags| {
                let mut words = split(tags);
                words.sort_unstable();
                words.dedup();
                (words != split(&base.tags)).then(|| match words.as_slice() {
                    [] => "Tags: none from now on".to_owned(),
                    words => format!("Tags: {}", words.join(", ")),
                })
            });
            name.into_iter().chain(tags).collect()
        })
    }
}

/// Tags are kept sorted.
fn split(tags: &str) -> Vec<&str> {
    tags.split([',', ' ', '\n', '\t']).filter(|word| !word.is_empty()).collect()
}

/// Lists what is added, removed and changed, takes a note, and saves.
#[component]
pub(super) fn Review(
    open: RwSignal<bool>,
    of: Reviewed,
    plain: PlainValues,
    note: RwSignal<String>,
    /// The id of the form that is sent.
    form: &'static str,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let viewer = use_viewer();
    let workspace = viewer.workspace;
    let place = viewer.environment(of.environment).cloned();
    let protected = place.as_ref().is_some_and(|found| found.protected);
    let place = place.map(|found| found.name.to_string()).unwrap_or_default();
    let next = move || of.base.with(|base| base.version.next());
    let title = {
        let place = place.clone();
        Signal::derive(move || {
            let name = of.base.with(|base| base.name.clone());
            format!("Save version {} of {name} in {place}?", next())
        })
    };
    let reveals = viewer.may_in(of.environment, Action::RevealValues);
    let lines = move || {
        let others = of
            .others()
            .into_iter()
            .map(|text| view! { <li class="changed"><span>{text}</span></li> });
        let others = others.collect_view();
        let lines = of.staged.get().into_iter().map(|change| {
            let old = Old { workspace, id: of.id, reveals, plain };
            view! { <Line change old /> }
        });
        view! { <ul class="diff">{others}{lines.collect_view()}</ul> }
    };
    view! {
        <Dialog id="review" open title>
            <div class="dialog-body">
                {move || open.get().then(lines)}
                {protected.then(|| view! { <p class="muted">{format!("{place} is protected: programs there get this at once.")}</p> })}
                <RecentReaders id=of.id when=open />
                <TextArea name="review-note" label="Note" bind=note rows=2 hint="Why, for the history."
                    maxlength=u32::try_from(NOTE_CHARS).unwrap_or(u32::MAX) optional=true />
            </div>
            <DialogFoot dialog="review" open cancel="Keep editing">
                <Button kind=ButtonKind::Primary submit=true form=form busy>{move || format!("Save version {}", next())}</Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}

/// Where the values of before come from.
#[derive(Clone, Copy)]
struct Old {
    workspace: WorkspaceId,
    id: SecretId,
    reveals: bool,
    plain: PlainValues,
}

#[component]
fn Line(change: Change, old: Old) -> impl IntoView {
    let Change { key, what } = change;
    if key.is_empty() {
        return line(
            "removed",
            "A row has a value and no key: name it, or remove the row".to_owned(),
        );
    }
    let (kind, new, is_added) = match what {
        What::Removed => return line("removed", format!("{key} is removed")),
        What::Renamed { from } => return line("changed", format!("{from} becomes {key}")),
        What::Kind { to } => {
            return line(
                "changed",
                format!("{key} is {} from now on", to.label().to_ascii_lowercase()),
            );
        }
        What::Added { kind, new } => (kind, new, true),
        What::Value { kind, new } => (kind, new, false),
    };
    let (class, did) =
        if is_added { ("added", "is added") } else { ("changed", "gets another value") };
    let Some(new) = new else {
        return line(class, format!("{key} {did}, as typed before this page was opened"));
    };
    if kind == ValueKind::Plain {
        let was = key.clone();
        let before = move || {
            let value = old.plain.of(&was)?;
            Some(line("removed", format!("{was} {}", value.dangerously_expose())))
        };
        return view! { {before} {line("added", format!("{key} {new}"))} }.into_any();
    }
    view! { <Hidden key new class did=did old=old.of(is_added, kind) /> }.into_any()
}

fn line(class: &'static str, text: String) -> AnyView {
    view! { <li class=class><span>{text}</span></li> }.into_any()
}

impl Old {
    /// Nothing where there is no value of before, or this person may not see it.
    fn of(self, is_added: bool, kind: ValueKind) -> Option<Self> {
        (!is_added && self.reveals && kind != ValueKind::WriteOnly).then_some(self)
    }
}

/// A hidden value: shown on demand, as it was and as it was typed.
#[component]
fn Hidden(
    #[prop(into)] key: String,
    new: String,
    class: &'static str,
    did: &'static str,
    #[prop(optional_no_strip)] old: Option<Old>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let before = RwSignal::new(None::<Result<WireValue, String>>);
    let sudo = use_sudo();
    let name = key.clone();
    let show = move |_| {
        shown.set(true);
        if let (Some(old), Ok(key)) = (old, KeyName::parse(&name)) {
            reveal(old, key, before, sudo);
        }
    };
    let asks = if old.is_some() { "Show both" } else { "Show" };
    let label = format!("{asks} of {key}");
    let told = format!("{key} {did}, hidden ");
    let was = key.clone();
    view! {
        <li class=class>
            <span>
                {told}
                <Show when=move || !shown.get()>
                    <button type="button" class="link" aria-label=label.clone() on:click=show.clone()>{asks}</button>
                </Show>
            </span>
        </li>
        {move || before.get().filter(|_| shown.get()).map(|before| match before {
            Ok(value) => line("removed", format!("{was} {}", value.dangerously_expose())),
            Err(why) => line("removed", why),
        })}
        {move || shown.get().then(|| line("added", format!("{key} {new}")))}
    }
    .into_any()
}

/// Fetches the value of before, once more after the password was given if that is wanted.
fn reveal(
    old: Old,
    key: KeyName,
    into: RwSignal<Option<Result<WireValue, String>>>,
    sudo: SudoPrompt,
) {
    spawn_local(async move {
        match reveal_value(old.workspace, old.id, key.clone()).await {
            Err(AppError::SudoNeeded) => sudo.ask(move || reveal(old, key.clone(), into, sudo)),
            answer => {
                let _ = into.try_set(Some(answer.map_err(|error| error.to_string())));
            }
        }
    });
}
