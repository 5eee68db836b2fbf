//! The keys of the list: among its rows, and what they select.

use super::{
    long_list::{LongList, focused},
    picking::Picking,
    row_menu::{Asked, Wanted},
};
use crate::keyboard::{Letters, is_free};
use leptos::{ev, prelude::*};

/// What the keys work on.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) list: LongList,
    pub(super) picking: Picking,
    /// The row that is looked at.
    pub(super) look: RwSignal<Option<u32>>,
    /// Whether it is asked if all shall be selected.
    pub(super) asks_for_all: RwSignal<bool>,
    /// What is wanted of a row.
    pub(super) asked: Asked,
}

impl Keys {
    /// Listens for as long as the list is there.
    pub(super) fn listen(self) {
        let letters: Letters = expect_context();
        let listener = window_event_listener(ev::keydown, move |event| {
            if is_free(&event) && self.press(&event, &letters) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }

    fn press(self, event: &ev::KeyboardEvent, letters: &Letters) -> bool {
        let key = event.key();
        if event.ctrl_key() || event.meta_key() {
            let all = key.eq_ignore_ascii_case("a");
            if all {
                self.asks_for_all.set(true);
            }
            return all;
        }
        let Some(key) = letters.meant_by(&key) else { return false };
        let Some(here) = focused().or_else(|| self.look.get_untracked()) else {
            // The keys go into the menu of a row, which lies outside of the rows.
            if self.asked.with_untracked(Option::is_some) {
                return false;
            }
            return match key.as_str() {
                "j" | "k" => self.go(self.list.first_seen()),
                "escape" => self.close_look() || self.clear(),
                _ => false,
            };
        };
        let last = self.list.total.get_untracked().saturating_sub(1);
        match key.as_str() {
            "arrowdown" | "arrowup" if event.shift_key() => {
                let to =
                    if key == "arrowdown" { last.min(here + 1) } else { here.saturating_sub(1) };
                self.picking.stretch(here, to);
                self.go(to)
            }
            "j" | "arrowdown" => self.go(last.min(here + 1)),
            "k" | "arrowup" => self.go(here.saturating_sub(1)),
            "home" => self.go(0),
            "end" => self.go(last),
            "pagedown" => self.go(last.min(here + self.list.seen())),
            "pageup" => self.go(here.saturating_sub(self.list.seen())),
            "x" if event.shift_key() => {
                self.picking.stretch(here, here);
                true
            }
            "x" => {
                self.picking.toggle(here);
                true
            }
            // A box that has the focus is ticked with it.
            " " if is_link() => {
                self.look.set(Some(here));
                true
            }
            "escape" => self.close_look() || self.clear(),
            "e" => self.ask(here, Wanted::Edit),
            "r" => self.ask(here, Wanted::Rotate),
            "c" => self.ask(here, Wanted::Copy),
            _ => false,
        }
    }

    fn ask(self, here: u32, wanted: Wanted) -> bool {
        self.list.show(here);
        self.list.remember();
        self.asked.set(Some((here, wanted)));
        true
    }

    fn close_look(self) -> bool {
        let looks = self.look.get_untracked().is_some();
        if looks {
            self.look.set(None);
        }
        looks
    }

    fn go(self, place: u32) -> bool {
        self.list.focus(place);
        true
    }

    fn clear(self) -> bool {
        let any = untrack(|| self.list.selection.count()) > 0;
        self.list.selection.clear();
        any
    }
}

fn is_link() -> bool {
    document().active_element().is_some_and(|element| element.matches(".row-link") == Ok(true))
}
