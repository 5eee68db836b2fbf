//! What a promotion would do, before it is done.

use super::{
    PAGE,
    asked::{Asked, ChosenSecret, LookedAt},
};
use crate::{
    drawn::PostForm,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Card, Notice, NoticeKind, TextField, Tone, counted,
    },
};
use leptos::prelude::*;
use model::{NOTE_CHARS, ReaderKind, SecretReader, Version, api::ComparedKey};
use store::{ComparedEnvironments, ComparedSecret};

/// The secrets and keys that change over there, who reads them, and the form that does it.
pub(super) fn review(
    asked: &Asked,
    found: &ComparedEnvironments,
    readers: &[Vec<SecretReader>],
    chosen: &[ChosenSecret],
    note: String,
    error: Signal<Option<String>>,
) -> AnyView {
    let (left, right) = (found.left.name.to_string(), found.right.name.to_string());
    let back = asked.with(&asked.only);
    let mut keys = 0;
    let mut secrets = Vec::new();
    for (secret, readers) in found.secrets.iter().zip(readers) {
        let Some(side) = secret.left else { continue };
        let wanted = chosen.iter().find(|chosen| chosen.name == secret.name);
        let is_taken = |key: &&ComparedKey| {
            key.left_kind.is_some() && wanted.is_some_and(|wanted| wanted.keys.contains(&key.key))
        };
        let taken: Vec<_> = secret.keys.iter().filter(is_taken).collect();
        if taken.is_empty() {
            continue;
        }
        keys += taken.len();
        secrets.push(one(secret, side.version, &taken, readers, &right));
    }
    if secrets.is_empty() {
        let title = format!("{left} has none of the chosen keys any more.");
        return view! {
            <Notice kind=NoticeKind::Warn title>
                <a href=back>"Compare again"</a>
            </Notice>
        }
        .into_any();
    }
    let keys = counted(keys, "key");
    let title = format!("Promote {keys} from {left} to {right}?");
    let does = format!("Promote {keys} to {right}");
    let protected = found.right.protected.then(|| {
        let text = format!(" {right} is protected: it takes your password.");
        view! { <p><Badge tone=Tone::Warn icon="lock">"Protected"</Badge>{text}</p> }
    });
    let hidden = asked.hidden();
    view! {
        <Card title text="Each secret gets one new version; its other keys stay as they are.">
            <PostForm action=PAGE asks="promote">
                {hidden}
                {protected}
                {secrets}
                <TextField name="note" label="Note" hint="Why, for the history." value=note error=error maxlength=MOST autocomplete="off" optional=true />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>{does}</Button>
                    <ButtonLink href=back>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn one(
    secret: &ComparedSecret,
    from: Version,
    taken: &[&ComparedKey],
    readers: &[SecretReader],
    right: &str,
) -> AnyView {
    let name = secret.name.to_string();
    let onto = secret.right.map(|side| side.version);
    let becomes = match onto {
        Some(version) => format!("Version {version} in {right} becomes {}.", version.next()),
        None => format!("It is not in {right} yet, and is made there with these keys."),
    };
    let lines = taken
        .iter()
        .map(|key| {
            let (class, done) = match key.right_kind {
                None => ("added", "is added"),
                Some(_) => ("changed", "is replaced"),
            };
            let kinds = match (key.left_kind, key.right_kind) {
                (Some(left), Some(right)) if left != right => {
                    format!(", and becomes {} from {}", left.as_str(), right.as_str())
                }
                _ => String::new(),
            };
            view! { <li class=class><span>{format!("{} {done}{kinds}", key.key)}</span></li> }
        })
        .collect_view();
    let fields = taken
        .iter()
        .map(|key| format!("{name}/{}", key.key))
        .map(|key| view! { <input type="hidden" name="key" value=key /> })
        .collect_view();
    let at = LookedAt { name: secret.name.clone(), from, onto }.to_string();
    let reads = onto.is_some().then(|| view! { <p class="muted">{read_by(readers)}</p> });
    view! {
        <section class="stack">
            <h3 class="mono">{name}</h3>
            <p>{becomes}</p>
            <ul class="diff">{lines}</ul>
            {reads}
            <input type="hidden" name="at" value=at />
            {fields}
        </section>
    }
    .into_any()
}

/// Who will notice.
fn read_by(readers: &[SecretReader]) -> String {
    let names = |kind: ReaderKind| {
        let of_kind = readers.iter().filter(|reader| !reader.gone && reader.reader.kind() == kind);
        of_kind.map(|reader| reader.name.clone()).collect::<Vec<_>>()
    };
    let (programs, people) = (names(ReaderKind::Program), names(ReaderKind::Person));
    let mut words = Vec::new();
    if !programs.is_empty() {
        words.push(format!("{} ({})", counted(programs.len(), "program"), programs.join(", ")));
    }
    if !people.is_empty() {
        words.push(people.join(", "));
    }
    if words.is_empty() {
        return "Nobody read it in the last 30 days.".to_owned();
    }
    format!("Read in the last 30 days by {}.", words.join(" and "))
}

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const MOST: u32 = NOTE_CHARS as u32;
