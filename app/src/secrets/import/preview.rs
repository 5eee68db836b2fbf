//! What would become of a text, before anything is added.

use super::{
    Arrivals, Sheet, Target, Variable, blocked,
    filter::{Counts, filter},
    head,
    otherwise::Otherwise,
    row::{Row, unread_row},
    said, said_all,
};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm},
    error::AppError,
    secrets::environments::{Environments, writable},
    ui::{
        Button, ButtonKind, ButtonLink, Card, Notice, NoticeKind, SelectField, Table, TextField,
        Ticked, counted, grouped,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Action, Field, KeyInfo, NOTE_CHARS, ValueKind};
use std::mem;

/// A row for each variable and for each line that cannot be read, in the text's order.
pub(super) fn preview(target: Option<Target>, kept: String, mut sheet: Sheet) -> AnyView {
    let posted = PostedForm::take();
    let blocked = blocked(target.as_ref());
    let told = (!sheet.differences.is_empty()).then(how_it_is_read);
    let mut otherwise = Otherwise::of(mem::take(&mut sheet.differences));
    let (counts, rows) = rows(&sheet, target.as_ref(), &posted, &mut otherwise);
    let summary = format!("{} read.", counted(sheet.variables.len(), "variable"));
    let back = match &target {
        Some(target) => format!("/secrets/import?into={}", target.detail.summary.id),
        None => "/secrets/import".to_owned(),
    };
    view! {
        {head(target.as_ref(), "Untick what shall stay out. Values are not shown here.")}
        <div class="stack loose">
            <FormAnswer done=&[] fields=&[Field::Name, Field::Environment] />
            {blocked.clone().map(|title| view! { <Notice title /> })}
            {unread(sheet.unread.len())}
            {untold(target.as_ref(), &sheet, &kept)}
            <PostForm action="/secrets/import" asks="add" class="form wide sifted">
                <input type="hidden" name="kept" value=kept />
                {destination(target.as_ref(), &posted)}
                <div class="section-head">
                    <p class="muted" role="status">{summary}</p>
                    {filter(&counts, posted.value("shown"))}
                </div>
                {told}
                <Table label="Variables" columns=["Add", "Key", "Value", "What happens"]>{rows}</Table>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>
                        <Ticked boxes="take" plain="Add the ticked variables" none="Add 0 variables" one="Add 1 variable" more="Add # variables" />
                    </Button>
                    <ButtonLink href=back kind=ButtonKind::Ghost>"Back"</ButtonLink>
                </div>
            </PostForm>
            {elsewhere(otherwise)}
        </div>
        <Arrivals />
    }
    .into_any()
}

/// Each key and each line that is read by nobody, and how many there are of each kind.
fn rows(
    sheet: &Sheet,
    target: Option<&Target>,
    posted: &PostedForm,
    otherwise: &mut Otherwise,
) -> (Counts, Vec<AnyView>) {
    let place = sheet.place();
    let mut counts = Counts::of_unread(sheet.unread.len());
    let mut rows = Vec::new();
    for variable in &sheet.variables {
        let at: Vec<usize> = variable.values.iter().map(|given| given.at).collect();
        let row = Row { variable, target, posted, place, elsewhere: otherwise.take(&at) };
        counts.add(row.fate(), row.is_problem());
        rows.push((at[0], row.draw()));
    }
    for (index, unread) in sheet.unread.iter().enumerate() {
        // Of the others it is not said either what programs make of them.
        let elsewhere = otherwise.take(&[unread.at]);
        if index < SHOWN {
            rows.push((unread.at, unread_row(unread, place, elsewhere)));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    (counts, rows.into_iter().map(|(_, row)| row).collect())
}

/// That some lines are lost; which and why stands in their rows.
fn unread(count: usize) -> Option<AnyView> {
    let title = match count {
        0 => return None,
        1 => "One line cannot be read, and stays out".to_owned(),
        count => format!("{} lines cannot be read, and stay out", grouped(count)),
    };
    let more = (count > SHOWN).then(|| {
        view! { <p>{format!("The table has the first {SHOWN} of them.")}</p> }
    });
    Some(view! { <Notice kind=NoticeKind::Warn title alert=true>{more}</Notice> }.into_any())
}

/// That hidden values may be the same too, and how to know it.
fn untold(target: Option<&Target>, sheet: &Sheet, kept: &str) -> Option<AnyView> {
    let target = target.filter(|target| target.same.is_none())?;
    let is_hidden = |info: &KeyInfo| info.kind == ValueKind::Hidden;
    let held = |variable: &Variable| target.info(&variable.key);
    if !sheet.variables.iter().filter_map(held).any(is_hidden) {
        return None;
    }
    let secret = &target.detail.summary;
    if !use_viewer().may_in(secret.environment, Action::RevealValues) {
        let title = "Which hidden values are the same as now is told to whoever may reveal them.";
        return Some(view! { <Notice title /> }.into_any());
    }
    if let Some(seconds) = target.limited {
        let title = format!(
            "Many comparisons in a minute. In {seconds} seconds the page tells again which hidden values are the same as now."
        );
        return Some(view! { <Notice kind=NoticeKind::Warn title /> }.into_any());
    }
    let (into, kept) = (secret.id.to_string(), kept.to_owned());
    Some(
        view! {
            <Notice title="Which hidden values are the same as now is told after your password.">
                <PostForm action="/secrets/import" asks="compare" class="row">
                    <input type="hidden" name="into" value=into />
                    <input type="hidden" name="kept" value=kept />
                    <Button icon="lock-open" submit=true>"Compare the values"</Button>
                </PostForm>
            </Notice>
        }
        .into_any(),
    )
}

/// Most unread lines that a person looks through.
const SHOWN: usize = 50;

/// Why rows may say that a program reads something else.
fn how_it_is_read() -> AnyView {
    view! {
        <p class="muted">
            "Keyloft reads it as python-dotenv does, without interpolation. Programs that get their variables from Keyloft all get the same values. What other programs make of the file itself stands in the rows."
        </p>
    }
    .into_any()
}

/// What other programs make of lines that have no row.
fn elsewhere(otherwise: Otherwise) -> Option<AnyView> {
    let told = otherwise.rest();
    let items = told.iter().map(|told| view! { <li>{told.clone()}</li> }).collect_view();
    (!told.is_empty()).then(|| {
        view! {
            <Card title="Other programs read more of this file">
                <ul class="wrap">{items}</ul>
            </Card>
        }
        .into_any()
    })
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
        let writable = writable(&viewer);
        let chosen = said_all(posted, "environment");
        let mut chosen: Vec<_> = chosen.iter().filter_map(|id| id.parse().ok()).collect();
        if chosen.is_empty() && posted.value("asks").is_none() {
            chosen.extend(writable.first().map(|one| one.id));
        }
        let problem = posted.error.as_ref().and_then(AppError::problems);
        let problem = problem.and_then(|problems| problems.of(Field::Environment));
        return view! {
            <div class="form-row">
                <TextField name="name" label="Name of the secret" value=typed("name") error=posted.error_of(Field::Name)
                    hint="Programs ask for it by this name." maxlength=64 required=true mono=true autocomplete="off" />
                <Environments name="environment" of=writable chosen problem=Signal::stored(problem) />
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

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const NOTE: u32 = NOTE_CHARS as u32;
