//! The rows of the editor, as they come, go and move.

use super::{
    editor::RowSeed,
    row_state::{Mark, RowState},
};
use leptos::prelude::*;
use model::KeyName;

/// The rows of one form.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    list: RwSignal<Vec<RowState>>,
    /// Keys of the secret whose rows were taken out here.
    removed: RwSignal<Vec<RowState>>,
    next: StoredValue<u32>,
    /// Rows belong to the form, whatever adds them: those of an effect would end with its next run.
    owner: StoredValue<Owner>,
}

impl Rows {
    /// One row for each seed, and spare ones.
    pub(super) fn new(seeds: Vec<RowSeed>) -> Self {
        let rows = Self {
            list: RwSignal::default(),
            removed: RwSignal::default(),
            next: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().expect("a component has an owner")),
        };
        // Without scripts no row can be added: a few spare ones are there from the start.
        let spare = if seeds.is_empty() { 3 } else { 1 };
        let seeds = seeds.into_iter().chain((0..spare).map(|_| RowSeed::default()));
        rows.list.set(seeds.map(|seed| rows.make(seed)).collect());
        // The last row is always empty: whoever fills it gets the next.
        Effect::new(move |_| {
            let full = rows.list.with(|list| list.last().is_none_or(|row| !row.is_empty()));
            if full {
                rows.add(RowSeed::default());
            }
        });
        rows
    }

    /// The rows in their order.
    pub(super) const fn list(self) -> RwSignal<Vec<RowState>> {
        self.list
    }

    /// What was removed and can be put back.
    pub(super) const fn removed(self) -> RwSignal<Vec<RowState>> {
        self.removed
    }

    /// Runs what asks again whenever something in a row changes.
    pub(super) fn track(self) {
        self.list.with(|list| {
            for row in list {
                row.key.track();
                row.value.track();
                row.kind.track();
                row.kept.track();
            }
        });
    }

    /// Adds a row at the end.
    pub(super) fn add(self, seed: RowSeed) -> RowState {
        let row = self.make(seed);
        self.list.update(|list| list.push(row));
        row
    }

    /// Adds a row for a key of the secret before the empty one at the end. If it was taken out here, it is back.
    pub(super) fn add_filled(self, seed: RowSeed) {
        self.removed
            .update(|removed| removed.retain(|row| row.key.with_untracked(|key| *key != seed.key)));
        self.insert(self.make(seed));
    }

    fn insert(self, row: RowState) {
        self.list.update(|list| list.insert(list.len().saturating_sub(1), row));
    }

    /// The row for that key.
    pub(super) fn find(self, key: &KeyName) -> Option<RowState> {
        self.list.with_untracked(|list| list.iter().find(|row| row.is_for(key)).copied())
    }

    /// Takes a row out.
    pub(super) fn take_out(self, row: RowState) {
        self.list.update(|list| list.retain(|other| other.id != row.id));
    }

    /// Takes a row out, which can be put back if it stood for a key of the secret.
    pub(super) fn remove(self, row: RowState) {
        self.take_out(row);
        if row.mark() != Some(Mark::New) && !row.is_empty() {
            self.removed.update(|removed| removed.push(row));
        }
    }

    /// Knows of rows that were taken out of this form before it was drawn.
    pub(super) fn were_removed(self, seeds: impl IntoIterator<Item = RowSeed>) {
        self.removed.set(seeds.into_iter().map(|seed| self.make(seed)).collect());
    }

    /// Undoes [`Self::remove`].
    pub(super) fn put_back(self, row: RowState) {
        self.removed.update(|removed| removed.retain(|other| other.id != row.id));
        self.insert(row);
        row.focus();
    }

    /// Moves a row up (-1) or down (1), as far as there is room.
    pub(super) fn shift(self, row: RowState, step: isize) {
        self.list.update(|list| {
            let Some(from) = list.iter().position(|other| other.id == row.id) else { return };
            let to = from.saturating_add_signed(step).min(list.len() - 1);
            list.swap(from, to);
        });
    }

    /// The row so many places after another, or before it.
    pub(super) fn beside(self, row: RowState, step: isize) -> Option<RowState> {
        self.list.with_untracked(|list| {
            let at = list.iter().position(|other| other.id == row.id)?;
            list.get(at.checked_add_signed(step)?).copied()
        })
    }

    /// The place of an earlier row with the same key.
    pub(super) fn first_of(self, row: RowState) -> Option<usize> {
        let key = row.key.with(|key| key.trim().to_owned());
        self.list.with(|list| {
            let same = |other: &RowState| other.key.with(|other| other.trim() == key);
            let first = list.iter().position(same).filter(|_| !key.is_empty())?;
            (list[first].id != row.id).then_some(first)
        })
    }

    /// Puts a row in the place of another.
    pub(super) fn replace(self, row: RowState, seed: RowSeed) -> RowState {
        let new = self.make(seed);
        self.list.update(|list| {
            if let Some(old) = list.iter_mut().find(|other| other.id == row.id) {
                *old = new;
            }
        });
        new
    }

    fn make(self, seed: RowSeed) -> RowState {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.owner.with_value(|owner| owner.with(|| RowState::new(id, seed)))
    }
}
