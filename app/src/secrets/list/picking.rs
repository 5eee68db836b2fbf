//! Selecting rows: one, from one to another, or all that match.

use super::{long_list::LongList, selection::MOST};
use crate::ui::{Toaster, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// Selects rows of a list, whether or not they were read.
#[derive(Clone, Copy)]
pub(super) struct Picking {
    list: LongList,
    /// Where a range begins: the row that was picked last.
    last: StoredValue<Option<u32>>,
    toasts: Toaster,
}

impl Picking {
    pub(super) fn new(list: LongList) -> Self {
        Self { list, last: StoredValue::new(None), toasts: use_toasts() }
    }

    /// Selects a row, or does so no longer.
    pub(super) fn toggle(self, place: u32) {
        let Some(secret) = self.list.secret(place) else { return };
        if untrack(|| self.list.selection.has(secret.id)) {
            self.list.selection.remove(secret.id);
        } else if !self.list.selection.add(&[secret.id]) {
            self.say_full();
        }
        self.last.set_value(Some(place));
    }

    /// Selects the rows from the one that was picked last, or else from `here`, up to this one.
    pub(super) fn stretch(self, here: u32, place: u32) {
        let from = self.last.get_value().unwrap_or(here);
        self.last.set_value(Some(from));
        self.range(from, place);
    }

    /// Selects all that match, as far as there is room.
    pub(super) fn all(self) {
        let total = self.list.total.get_untracked();
        let room = u32::try_from(MOST).unwrap_or(u32::MAX);
        self.range(0, total.min(room).saturating_sub(1));
    }

    fn range(self, from: u32, to: u32) {
        // One more than there is room for: then it is said.
        let room = u32::try_from(MOST).unwrap_or(u32::MAX);
        let to = to.clamp(from.saturating_sub(room), from.saturating_add(room));
        spawn_local(async move {
            match self.list.ids(from, to).await {
                Ok(ids) if self.list.selection.add(&ids) => {}
                Ok(_) => self.say_full(),
                Err(error) => {
                    self.list.failed.try_set(Some(error));
                }
            }
        });
    }

    fn say_full(self) {
        self.toasts.say(format!("Selected {MOST}, and no more: so many can be changed at once."));
    }
}
