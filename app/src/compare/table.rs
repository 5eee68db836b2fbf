//! The list of secrets and keys that differ.

use super::{
    PAGE,
    asked::Asked,
    page::{blocked, foot},
};
use crate::{
    drawn::{PostForm, PostedForm},
    ui::{Badge, Column, EmptyState, Table, Tone, counted},
    viewer::Viewer,
};
use leptos::prelude::*;
use model::{
    ValueKind,
    api::{ComparedKey, Difference},
};
use store::{ComparedEnvironments, ComparedSecret, ComparedSide, ValuesCompared};

/// What every row is drawn with.
struct Rows<'a> {
    left: &'a str,
    right: &'a str,
    /// Whether keys can be chosen.
    promotes: bool,
    /// Whether it is told which values are the same. If not, what stands above the list says why.
    told: bool,
    posted: &'a PostedForm,
}

/// The secrets and their keys, in a form if some can be promoted.
pub(super) fn table(
    asked: &Asked,
    found: &ComparedEnvironments,
    viewer: &Viewer,
    posted: &PostedForm,
) -> AnyView {
    let (left, right) = (found.left.name.to_string(), found.right.name.to_string());
    if found.secrets.is_empty() {
        let text = if asked.search.is_empty() {
            format!("No key of {left} and {right} is like that.")
        } else {
            format!("Nothing matches “{}” in {left} and {right}.", asked.search)
        };
        return view! { <EmptyState icon="git-compare" title="None" text /> }.into_any();
    }
    let blocked = blocked(viewer, found);
    let rows = Rows {
        left: &left,
        right: &right,
        promotes: blocked.is_none(),
        told: found.values == ValuesCompared::Told,
        posted,
    };
    let takes = |key: &ComparedKey| is_promotable(key.difference);
    let some = found.secrets.iter().any(|secret| secret.keys.iter().any(takes));
    let foot = some.then(|| foot(&right, blocked));
    let body = found.secrets.iter().map(|secret| rows.secret(secret)).collect_view();
    let heading = |name: &str| {
        let name = name.to_owned();
        Column::Heading(view! { <th scope="col">{name}</th> }.into_any())
    };
    let columns = vec![
        Column::Words("Secret and key"),
        heading(&left),
        heading(&right),
        Column::Words("Difference"),
    ];
    let more = (found.more > 0).then(|| {
        let more = counted(found.more, "more secret");
        view! { <p class="muted">{more}". Part of a name above finds them."</p> }
    });
    let hidden = asked.hidden();
    view! {
        <PostForm action=PAGE asks="review" class="stack">
            {hidden}
            <Table label="What differs" columns=columns>
                {body}
            </Table>
            {more}
            {foot}
        </PostForm>
    }
    .into_any()
}

/// Whether the left has it, and the right perhaps something else.
const fn is_promotable(difference: Difference) -> bool {
    matches!(difference, Difference::Changed | Difference::Present | Difference::Removed)
}

impl Rows<'_> {
    fn secret(&self, secret: &ComparedSecret) -> AnyView {
        let name = secret.name.to_string();
        let state = match (secret.left, secret.right) {
            (Some(_), None) => only(self.left),
            (None, _) => only(self.right),
            _ => ().into_any(),
        };
        let keys = secret.keys.iter().map(|key| self.key(&name, key)).collect_view();
        view! {
            <tr class="row-group">
                <th class="cell-name" scope="row">{name.clone()}</th>
                {version(secret.left, self.left, &name)}
                {version(secret.right, self.right, &name)}
                <td class="cell-status">{state}</td>
            </tr>
            {keys}
        }
        .into_any()
    }

    fn key(&self, secret: &str, key: &ComparedKey) -> AnyView {
        let name = key.key.to_string();
        let chosen = format!("{secret}/{name}");
        let spoken = format!("{secret}/");
        let label = view! { <span class="visually-hidden">{spoken}</span>{name} };
        let head = if self.promotes && is_promotable(key.difference) {
            let fields = &self.posted.fields;
            let checked = fields.iter().any(|(name, value)| name == "key" && *value == chosen);
            let id = format!("key-{chosen}");
            view! {
                <div class="checkbox">
                    <input type="checkbox" id=id.clone() name="key" value=chosen checked=checked />
                    <label class="checkbox-label" for=id>{label}</label>
                </div>
            }
            .into_any()
        } else {
            label.into_any()
        };
        view! {
            <tr>
                <th class="cell-name" scope="row">{head}</th>
                {kind(key.left_kind, self.left)}
                {kind(key.right_kind, self.right)}
                <td class="cell-wrap">{self.difference(key)}</td>
            </tr>
        }
        .into_any()
    }

    fn difference(&self, key: &ComparedKey) -> AnyView {
        match key.difference {
            Difference::Removed => lacking(self.left, self.right),
            Difference::Added => lacking(self.right, self.left),
            Difference::Changed => {
                view! { <Badge tone=Tone::Warn icon="pencil">"Different"</Badge> }.into_any()
            }
            Difference::Same => {
                view! { <Badge tone=Tone::Ok icon="check">"Same"</Badge> }.into_any()
            }
            Difference::Present => {
                let why = self.told.then_some(" write-only values are not compared");
                view! { <Badge icon="lock">"May differ"</Badge>{why} }.into_any()
            }
        }
    }
}

/// A key that the other side does not have.
fn lacking(has: &str, lacks: &str) -> AnyView {
    let lacks = format!(" {lacks} does not have it");
    view! { {only(has)}{lacks} }.into_any()
}

fn only(side: &str) -> AnyView {
    let side = side.to_owned();
    view! { <Badge tone=Tone::Info icon="circle-alert">"Only in "{side}</Badge> }.into_any()
}

/// Which version a side has, and the way there.
fn version(side: Option<ComparedSide>, environment: &str, secret: &str) -> AnyView {
    let unit = format!("in {environment}");
    let Some(ComparedSide { id, version }) = side else {
        return view! { <td data-unit=unit>"Missing"</td> }.into_any();
    };
    let spoken = format!(" of {secret} in {environment}");
    view! {
        <td data-unit=unit>
            <a href=format!("/secrets/{id}")>
                {format!("Version {version}")}
                <span class="visually-hidden">{spoken}</span>
            </a>
        </td>
    }
    .into_any()
}

fn kind(kind: Option<ValueKind>, environment: &str) -> AnyView {
    let text = match kind {
        None => "Missing",
        Some(ValueKind::Plain) => "Plain",
        Some(ValueKind::Hidden) => "Hidden",
        Some(ValueKind::WriteOnly) => "Write-only",
    };
    view! { <td data-unit=format!("in {environment}")>{text}</td> }.into_any()
}
