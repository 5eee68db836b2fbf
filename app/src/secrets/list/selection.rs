//! Which secrets are selected, whether or not their rows stand in the page.

use leptos::prelude::*;
use model::SecretId;

/// The selected secrets, at most [`MOST`].
#[derive(Clone, Copy)]
pub(super) struct Selection(RwSignal<Vec<SecretId>>);

impl Selection {
    pub(super) fn new() -> Self {
        Self(RwSignal::default())
    }

    pub(super) fn ids(self) -> Vec<SecretId> {
        self.0.get()
    }

    pub(super) fn count(self) -> usize {
        self.0.with(Vec::len)
    }

    pub(super) fn has(self, id: SecretId) -> bool {
        self.0.with(|ids| ids.contains(&id))
    }

    /// Selects these too; returns whether there was room for all.
    pub(super) fn add(self, more: &[SecretId]) -> bool {
        let mut fits = true;
        self.0.update(|ids| {
            for id in more {
                if !ids.contains(id) {
                    fits &= ids.len() < MOST;
                    if ids.len() < MOST {
                        ids.push(*id);
                    }
                }
            }
        });
        fits
    }

    pub(super) fn remove(self, id: SecretId) {
        self.0.update(|ids| ids.retain(|selected| *selected != id));
    }

    pub(super) fn clear(self) {
        self.0.set(Vec::new());
    }
}

/// How many secrets can be changed at once: their ids stand in an address.
pub(in crate::secrets) const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_selected_once_and_no_more_than_there_is_room_for() {
        let owner = Owner::new();
        owner.with(|| {
            let ids: Vec<SecretId> =
                (0..120).map(|number| format!("sec_{number:032}").parse().unwrap()).collect();
            let selection = Selection::new();
            assert!(selection.add(&ids[..60]));
            assert!(selection.add(&ids[..60]), "they are selected already");
            assert_eq!(selection.count(), 60);
            assert!(!selection.add(&ids[50..]));
            assert_eq!(selection.count(), MOST);
            selection.remove(ids[0]);
            assert!(!selection.has(ids[0]) && selection.has(ids[1]));
            assert!(selection.add(&ids[119..]));
            selection.clear();
            assert_eq!(selection.ids(), []);
        });
    }
}
