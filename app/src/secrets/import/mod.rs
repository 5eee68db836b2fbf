//! `/secrets/import`: a `.env` file, JSON or YAML becomes a secret, or a part of one.

mod arrivals;
mod sheet;

pub use arrivals::Arrivals;
pub use sheet::{Pasted, Sheet, Unfit, Variable};

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Card, Field as FieldFrame, Notice,
        NoticeKind, PageHeader, SelectField, Table, TextArea, TextField, Tone, counted, field_id,
    },
    viewer::use_viewer,
};
use envfile::{Difference, Format};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, KeyInfo, KeyName, NOTE_CHARS, SecretDetail, SecretId, WireValue};
use store::StoreError;

/// Takes a text, or shows what would become of the one that was taken.
#[component]
pub fn ImportPage() -> impl IntoView {
    let posted = PostedForm::take();
    let (into, kept) = (said(&posted, "into"), said(&posted, "kept"));
    view! {
        <Title text="Import variables" />
        {drawn_whole(
            move |store, caller| async move {
                let target = match into.as_str() {
                    "" => None,
                    id => {
                        let id: SecretId = id.parse().map_err(|_| StoreError::NotFound)?;
                        let detail = store.secret(&caller, id).await?;
                        let plain = store.plain_values(&caller, id).await?.values;
                        Some(Target { detail, plain })
                    }
                };
                let form = match kept.as_str() {
                    "" => None,
                    kept => store.kept_form(&caller, kept).await?,
                };
                let sheet = form.and_then(Pasted::of).and_then(|pasted| Sheet::read(&pasted).ok());
                let lost = !kept.is_empty() && sheet.is_none();
                Ok((target, kept, sheet, lost))
            },
            |(target, kept, sheet, lost)| match sheet {
                Some(sheet) => preview(target, kept, sheet),
                None => question(target, lost),
            },
        )}
    }
    .into_any()
}

/// What the form says that came back, or else the address.
fn said(posted: &PostedForm, name: &str) -> String {
    let typed = posted.value(name).map(str::to_owned);
    typed.or_else(|| use_query_map().with_untracked(|query| query.get(name))).unwrap_or_default()
}

/// The secret that takes the variables.
struct Target {
    detail: SecretDetail,
    /// What its plain keys hold.
    plain: Vec<(KeyName, WireValue)>,
}

impl Target {
    fn at(&self) -> String {
        format!("/secrets/{}", self.detail.summary.id)
    }
}

fn head(target: Option<&Target>, text: &'static str) -> AnyView {
    let mut items = vec![("/secrets".to_owned(), "Secrets".to_owned())];
    let mut title = "Import variables".to_owned();
    if let Some(target) = target {
        let name = target.detail.summary.name.to_string();
        title = format!("Import into {name}");
        items.push((target.at(), name));
    }
    view! {
        <Breadcrumb items=items current="Import" />
        <PageHeader title=title text=text />
    }
    .into_any()
}

/// Where the text is pasted.
fn question(target: Option<Target>, lost: bool) -> AnyView {
    let viewer = use_viewer();
    let into = target.as_ref().map(|target| target.detail.summary.id.to_string());
    let blocked = blocked(target.as_ref());
    let format = PostedForm::take().value("format").unwrap_or_default().to_owned();
    let mut formats = vec![(String::new(), "Find out".to_owned())];
    formats.extend(Format::ALL.map(|format| (format.word().to_owned(), format.to_string())));
    let file = field_id("file");
    let lost = lost.then(|| {
        view! { <Notice kind=NoticeKind::Warn title="What you pasted was kept for ten minutes, and is gone. Paste it again." /> }
    });
    view! {
        {head(target.as_ref(), "Nothing is added before you have seen what would happen, line by line.")}
        <div class="stack">
            <FormAnswer done=&[] />
            {lost}
            <form class="form wide" method="post" action="/secrets/import" enctype="multipart/form-data">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="asks" value="read" />
                <input type="hidden" name="into" value=into />
                <TextArea name="text" label="Text" rows=12 mono=true
                    hint="A .env file, or one object in JSON or YAML." placeholder="PGHOST=db.example.org" />
                <FieldFrame id=file.clone() label="Or a file" hint="Choose it, or drop it here. At most 1 MiB.">
                    <input class="input" type="file" id=file name="file" />
                </FieldFrame>
                <SelectField name="format" label="Format" options=formats value=format />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Preview"</Button>
                </div>
            </form>
        </div>
        <Arrivals />
    }
    .into_any()
}

/// Why this person cannot import there.
fn blocked(target: Option<&Target>) -> Option<String> {
    let viewer = use_viewer();
    let may = match target {
        Some(target) => viewer.may_in(target.detail.summary.environment, Action::WriteSecrets),
        None => viewer
            .environments
            .iter()
            .any(|environment| viewer.may_in(environment.id, Action::WriteSecrets)),
    };
    (!may).then(|| AppError::Denied(Action::WriteSecrets).to_string())
}

/// What would become of each line.
fn preview(target: Option<Target>, kept: String, sheet: Sheet) -> AnyView {
    let posted = PostedForm::take();
    let blocked = blocked(target.as_ref());
    let count = sheet.variables.len();
    let mut counts = [0; 3];
    let rows = sheet
        .variables
        .iter()
        .map(|variable| {
            let fate = Fate::of(variable, target.as_ref());
            counts[fate as usize] += 1;
            row(variable, fate, target.as_ref(), &posted)
        })
        .collect_view();
    let [new, changes, same] = counts;
    let parts = [(new, "new"), (changes, "replaced"), (same, "as they are now")];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts = parts.map(|(number, words)| format!("{number} {words}")).collect::<Vec<_>>();
    let summary = format!("{} read: {}.", counted(count, "variable"), parts.join(", "));
    let back = match &target {
        Some(target) => format!("/secrets/import?into={}", target.detail.summary.id),
        None => "/secrets/import".to_owned(),
    };
    view! {
        {head(target.as_ref(), "Untick what shall stay out. Values are not shown here.")}
        <div class="stack loose">
            <FormAnswer done=&[] fields=&[Field::Name, Field::Environment] />
            {unread(&sheet.unread)}
            <PostForm action="/secrets/import" asks="add" class="form wide">
                <input type="hidden" name="kept" value=kept />
                {destination(target.as_ref(), &posted)}
                <p class="muted" role="status">{summary}</p>
                <Table label="Variables" columns=["Add", "Key", "What happens"]>{rows}</Table>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>
                        <span data-counts-ticked>"Add the ticked variables"</span>
                    </Button>
                    <ButtonLink href=back kind=ButtonKind::Ghost>"Back"</ButtonLink>
                </div>
            </PostForm>
            {other_readers(&sheet.differences)}
        </div>
        <Arrivals />
    }
    .into_any()
}

/// The fields that say where the variables go.
fn destination(target: Option<&Target>, posted: &PostedForm) -> AnyView {
    let viewer = use_viewer();
    let typed = |name: &str| said(posted, name);
    let note = typed("note");
    let kinds = [
        ("hidden", "Hidden until someone reveals it"),
        ("plain", "Plain: whoever sees the secret sees it"),
        ("write-only", "Write-only: for programs alone"),
    ];
    let kinds = kinds.map(|(word, text)| (word.to_owned(), text.to_owned())).to_vec();
    let kind = view! { <SelectField name="kind" label="Values of new keys" options=kinds value=typed("kind") /> };
    let note = view! {
        <TextField name="note" label="Note" value=note hint="Why, for the history." maxlength=NOTE autocomplete="off" optional=true />
    };
    let Some(target) = target else {
        let writable = viewer
            .environments
            .iter()
            .filter(|environment| viewer.may_in(environment.id, Action::WriteSecrets))
            .map(|environment| (environment.id.to_string(), environment.name.to_string()))
            .collect::<Vec<_>>();
        return view! {
            <div class="form-row">
                <TextField name="name" label="Name of the secret" value=typed("name") error=posted.error_of(Field::Name)
                    hint="Programs ask for it by this name." maxlength=64 required=true mono=true autocomplete="off" />
                <SelectField name="environment" label="Environment" options=writable value=typed("environment")
                    error=posted.error_of(Field::Environment) required=true />
            </div>
            <div class="form-row">{kind}{note}</div>
        }
        .into_any();
    };
    let secret = &target.detail.summary;
    // What is shown after a conflict is compared with the version that came in between.
    let from = match (&posted.error, typed("from")) {
        (Some(AppError::Conflict { .. }), _) => secret.version.to_string(),
        (_, from) if from.is_empty() => secret.version.to_string(),
        (_, from) => from,
    };
    view! {
        <input type="hidden" name="into" value=secret.id.to_string() />
        <input type="hidden" name="from" value=from />
        <div class="form-row">{kind}{note}</div>
    }
    .into_any()
}

/// What an import makes of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Changes,
    Same,
}

impl Fate {
    fn of(variable: &Variable, target: Option<&Target>) -> Self {
        let Some(target) = target else { return Self::New };
        if target.info(&variable.key).is_none() {
            return Self::New;
        }
        let value = target.plain.iter().find(|(key, _)| *key == variable.key);
        match value {
            Some((_, value)) if *value == variable.last().value => Self::Same,
            _ => Self::Changes,
        }
    }
}

impl Target {
    fn info(&self, key: &KeyName) -> Option<&KeyInfo> {
        self.detail.keys.iter().find(|info| info.name == *key)
    }
}

fn row(
    variable: &Variable,
    fate: Fate,
    target: Option<&Target>,
    posted: &PostedForm,
) -> impl IntoView + use<> {
    let key = variable.key.to_string();
    let answered = posted.value("asks") == Some("add");
    let ticked =
        posted.fields.iter().any(|(name, value)| name == "take" && *value == key) || !answered;
    let lines = format!("line-{key}");
    let chosen = posted.value(&lines).and_then(|line| line.parse().ok());
    let chosen = chosen.unwrap_or_else(|| variable.last().at);
    let since = target.and_then(|target| target.info(&variable.key)).map(|info| info.since);
    let badge = match fate {
        Fate::New => view! { <Badge tone=Tone::Ok icon="plus">"New"</Badge> }.into_any(),
        Fate::Same => view! { <Badge>"Same as now"</Badge> }.into_any(),
        Fate::Changes => {
            view! { <Badge tone=Tone::Warn icon="pencil">"Replaced"</Badge> }.into_any()
        }
    };
    let since = since.filter(|_| fate == Fate::Changes).map(|since| {
        view! { <span class="muted">{format!(" the value of version {since}")}</span> }
    });
    let mut notes: Vec<String> = Vec::new();
    if let Some(written) = variable.values.iter().find_map(|given| given.written.as_deref()) {
        notes
            .push(format!("The text says {written}, which no environment variable can be called."));
    }
    if variable.last().value.dangerously_expose().is_empty() {
        notes.push("Its value is empty.".to_owned());
    }
    notes.extend(variable.key.risk().map(|risk| risk.warning().to_owned()));
    let notes = notes.into_iter().map(|note| view! { <p class="muted">{note}</p> }).collect_view();
    let several = variable.values.len() > 1;
    let choice = several.then(|| {
        let last = variable.last().at;
        let options = variable.values.iter().map(|given| {
            let at = given.at;
            let words = if at == last { format!("Line {at}, the last") } else { format!("Line {at}") };
            view! {
                <label class="radio">
                    <input type="radio" name=lines.clone() value=at.to_string() checked=at == chosen />
                    {words}
                </label>
            }
        });
        view! {
            <fieldset class="row">
                <legend class="visually-hidden">{format!("Which value of {key}")}</legend>
                <span>"It stands there more than once. Keep:"</span>
                {options.collect_view()}
            </fieldset>
        }
    });
    let single = (!several)
        .then(|| view! { <input type="hidden" name=lines.clone() value=chosen.to_string() /> });
    view! {
        <tr>
            <td>
                <input type="checkbox" name="take" value=key.clone() checked=ticked aria-label=format!("Add {key}") />
                {single}
            </td>
            <th class="cell-name" scope="row">{key.clone()}</th>
            <td class="cell-wrap">{badge}{since}{notes}{choice}</td>
        </tr>
    }
    .into_any()
}

fn unread(lines: &[String]) -> Option<AnyView> {
    let count = lines.len();
    if count == 0 {
        return None;
    }
    let title = match count {
        1 => "One line cannot be read, and stays out".to_owned(),
        count => format!("{count} lines cannot be read, and stay out"),
    };
    let more = (count > SHOWN).then(|| view! { <p>{format!("And {} more.", count - SHOWN)}</p> });
    let lines = list(lines);
    Some(
        view! {
            <Notice kind=NoticeKind::Warn title alert=true>
                <ul>{lines}</ul>
                {more}
            </Notice>
        }
        .into_any(),
    )
}

/// Most lines of a list that a person reads through.
const SHOWN: usize = 50;

fn list<T: ToString>(lines: &[T]) -> AnyView {
    let items =
        lines.iter().take(SHOWN).map(|line| view! { <li>{sentence(&line.to_string())}</li> });
    items.collect_view().into_any()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect()
}

/// What other programs make of the same text.
fn other_readers(differences: &[Difference]) -> Option<AnyView> {
    if differences.is_empty() {
        return None;
    }
    let more = differences.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| view! { <p>{format!("And {more} more.")}</p> });
    let items = list(differences);
    Some(
        view! {
            <Card title="Other programs read this file otherwise"
                text="Keyloft reads it as python-dotenv does, without interpolation. Programs that get their variables from Keyloft all get the same values.">
                <ul class="wrap">{items}</ul>
                {more}
            </Card>
        }
        .into_any(),
    )
}

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const NOTE: u32 = NOTE_CHARS as u32;
