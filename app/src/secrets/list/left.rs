//! The way back to the list.

use leptos::prelude::*;

/// The address of the list as it was left.
#[derive(Clone, Copy)]
pub(crate) struct ListLeft(RwSignal<String>);

impl ListLeft {
    /// For the pages that are drawn from here on.
    pub(crate) fn provide() {
        provide_context(Self(RwSignal::new(WHOLE.to_owned())));
    }

    pub(super) fn set(self, address: String) {
        self.0.set(address);
    }
}

/// Where the list is as it was left; the whole list if it was not open since the browser loaded a page.
pub(in crate::secrets) fn list_left() -> String {
    use_context::<ListLeft>().map_or_else(|| WHOLE.to_owned(), |left| left.0.get_untracked())
}

const WHOLE: &str = "/secrets";
