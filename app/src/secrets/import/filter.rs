//! Which rows of a preview are shown. It is the answer to a form, so that no link leads to a part of it: the rows are hidden by rules of
//! the stylesheet, and stay in the form.

use super::row::Fate;
use crate::ui::grouped;
use leptos::prelude::*;

/// How many rows there are of each kind.
pub(super) struct Counts {
    fates: [usize; 3],
    unread: usize,
    problems: usize,
}

impl Counts {
    /// So many lines that cannot be read, and no variable yet.
    pub(super) const fn of_unread(unread: usize) -> Self {
        Self { fates: [0; 3], unread, problems: unread }
    }

    pub(super) fn add(&mut self, fate: Fate, is_problem: bool) {
        self.fates[fate as usize] += 1;
        self.problems += usize::from(is_problem);
    }

    /// The value of each choice, what it is called, and how many rows it shows. What shows none is no choice.
    fn choices(&self) -> impl Iterator<Item = (&'static str, &'static str, usize)> {
        let [new, changes, same] = self.fates;
        let all = new + changes + same + self.unread;
        let choices = [
            ("all", "All", all),
            (Fate::New.word(), "New", new),
            (Fate::Changes.word(), "Changes", changes),
            (Fate::Same.word(), "Same", same),
            (PROBLEMS, "Problems", self.problems),
        ];
        choices.into_iter().filter(|(.., count)| *count > 0)
    }
}

/// What rows are marked with that want a look, beside what happens to them.
pub(super) const PROBLEMS: &str = "problems";

/// The choice, which the form brings back when it was not right.
pub(super) fn filter(counts: &Counts, shown: Option<&str>) -> impl IntoView + use<> {
    let shown = counts.choices().map(|(word, ..)| word).find(|word| shown == Some(word));
    let shown = shown.unwrap_or("all");
    let choices = counts.choices().map(|(word, name, count)| {
        view! {
            <label>
                <input type="radio" name="shown" value=word checked=word == shown />
                {format!("{name} {}", grouped(count))}
            </label>
        }
    });
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">"Rows to show"</legend>
            <div>{choices.collect_view()}</div>
        </fieldset>
    }
}
