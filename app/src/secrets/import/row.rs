//! What would become of one variable, or why nothing becomes of a line.

use super::{Target, Unread, Variable, filter::PROBLEMS, sheet::Given};
use crate::{
    drawn::PostedForm,
    secrets::value_cell::mask,
    ui::{Badge, Tone},
};
use leptos::prelude::*;

/// What an import makes of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    Changes,
    Same,
}

impl Fate {
    /// What its rows are marked with.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changes => "changes",
            Self::Same => "same",
        }
    }

    fn badge(self) -> AnyView {
        match self {
            Self::New => view! { <Badge tone=Tone::Ok icon="plus">"New"</Badge> }.into_any(),
            Self::Same => view! { <Badge>"Same as now"</Badge> }.into_any(),
            Self::Changes => {
                view! { <Badge tone=Tone::Warn icon="pencil">"Changes"</Badge> }.into_any()
            }
        }
    }
}

/// A variable, and what its row is drawn with.
pub(super) struct Row<'a> {
    pub(super) variable: &'a Variable,
    pub(super) target: Option<&'a Target>,
    pub(super) posted: &'a PostedForm,
    /// What a place of the text is called.
    pub(super) place: &'static str,
    /// What other programs make of it.
    pub(super) elsewhere: Vec<String>,
}

impl Row<'_> {
    pub(super) fn fate(&self) -> Fate {
        let Some(target) = self.target else { return Fate::New };
        let key = &self.variable.key;
        if target.info(key).is_none() {
            return Fate::New;
        }
        if target.holds(key, &self.variable.last().value) { Fate::Same } else { Fate::Changes }
    }

    /// Whether there is something to choose, or the key is not the text's.
    pub(super) fn is_problem(&self) -> bool {
        self.variable.values.len() > 1 || self.written().is_some()
    }

    fn written(&self) -> Option<&str> {
        self.variable.values.iter().find_map(|given| given.written.as_deref())
    }

    pub(super) fn draw(self) -> AnyView {
        let key = self.variable.key.to_string();
        let answered = self.posted.value("asks") == Some("add");
        let is_taken = |(name, value): &(String, String)| name == "take" && *value == key;
        let ticked = !answered || self.posted.fields.iter().any(is_taken);
        let fate = self.fate();
        let marks = if self.is_problem() {
            format!("{} {PROBLEMS}", fate.word())
        } else {
            fate.word().to_owned()
        };
        let since = self.target.and_then(|target| target.info(&self.variable.key));
        let since = since.filter(|_| fate == Fate::Changes).map(|info| {
            view! { <span class="muted">{format!(" the value of version {}", info.since)}</span> }
        });
        let is_empty = self.variable.values.iter().all(Given::is_empty);
        let value = if is_empty {
            view! { <span class="value blank">"(empty)"</span> }.into_any()
        } else {
            mask(&key).into_any()
        };
        view! {
            <tr data-fate=marks>
                <td class="cell-check">
                    <input type="checkbox" name="take" value=key.clone() checked=ticked aria-label=format!("Add {key}") />
                </td>
                <th class="cell-name" scope="row">{key}</th>
                <td class="cell-meta">{value}</td>
                <td class="cell-wrap">{fate.badge()}{since}{self.notes()}{self.line()}</td>
            </tr>
        }
        .into_any()
    }

    fn notes(&self) -> impl IntoView + use<> {
        let mended = self.written().map(|written| {
            format!("The text says {written}, which no environment variable can be called: it is added as {}.", self.variable.key)
        });
        let risk = self.variable.key.risk().map(|risk| risk.warning().to_owned());
        let notes = mended.into_iter().chain(risk).chain(self.elsewhere.iter().cloned());
        notes.map(|note| view! { <p class="muted">{note}</p> }).collect_view()
    }

    /// Where its value stands: a choice if it has several.
    fn line(&self) -> AnyView {
        let variable = self.variable;
        let name = format!("line-{}", variable.key);
        let last = variable.last().at;
        let chosen = self.posted.value(&name).and_then(|line| line.parse().ok()).unwrap_or(last);
        if variable.values.len() == 1 {
            return view! { <input type="hidden" name=name value=chosen.to_string() /> }.into_any();
        }
        let options = variable.values.iter().map(|given| {
            let at = given.at;
            let is_last = if at == last { ", the last" } else { "" };
            let is_empty = if given.is_empty() { ", empty" } else { "" };
            let words = format!("{} {at}{is_last}{is_empty}", self.place);
            view! {
                <label class="radio">
                    <input type="radio" name=name.clone() value=at.to_string() checked=at == chosen />
                    {words}
                </label>
            }
        });
        view! {
            <fieldset class="row">
                <legend class="visually-hidden">{format!("Which value of {}", variable.key)}</legend>
                <span>"It stands there more than once. Keep:"</span>
                {options.collect_view()}
            </fieldset>
        }
        .into_any()
    }
}

/// A line that stays out.
pub(super) fn unread_row(unread: &Unread, place: &str, elsewhere: Vec<String>) -> AnyView {
    let notes = [sentence(&unread.why)].into_iter().chain(elsewhere);
    let notes = notes.map(|note| view! { <p class="muted">{note}</p> }).collect_view();
    view! {
        <tr data-fate=PROBLEMS>
            <td class="cell-check"></td>
            <th class="cell-name plain" scope="row">{format!("{place} {}", unread.at)}</th>
            <td class="cell-meta"></td>
            <td class="cell-wrap"><Badge tone=Tone::Bad icon="x">"Stays out"</Badge>{notes}</td>
        </tr>
    }
    .into_any()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect()
}
