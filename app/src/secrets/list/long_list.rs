//! A list whose pages are read as they are scrolled to.

#[cfg(feature = "hydrate")]
mod dom;

use super::{
    super::api::list_secrets,
    pages::{PAGE, Pages},
    selection::Selection,
};
use crate::error::AppError;
#[cfg(feature = "hydrate")]
pub(super) use dom::focused;
use leptos::prelude::*;
use model::{ListQuery, Page, SecretId, SecretSummary, WorkspaceId};

/// The rows of a list, those of its first page from the start.
#[derive(Clone, Copy)]
pub(super) struct LongList {
    pages: StoredValue<Pages>,
    asked: StoredValue<(WorkspaceId, ListQuery)>,
    /// The rows that are selected.
    pub(super) selection: Selection,
    /// How many rows there are, by the newest answer.
    pub(super) total: RwSignal<u32>,
    /// How many pages were read since: for what waits for a row.
    pub(super) reads: RwSignal<u32>,
    /// Why a page could not be read.
    pub(super) failed: RwSignal<Option<AppError>>,
    #[cfg(feature = "hydrate")]
    dom: StoredValue<dom::Dom, LocalStorage>,
}

impl LongList {
    /// What `query` finds, of which `first` is the first page.
    pub(super) fn new(
        workspace: WorkspaceId,
        query: ListQuery,
        first: Page<SecretSummary>,
    ) -> Self {
        let pages = Pages::new(first);
        Self {
            total: RwSignal::new(pages.total()),
            pages: StoredValue::new(pages),
            asked: StoredValue::new((workspace, query)),
            selection: Selection::new(),
            reads: RwSignal::new(0),
            failed: RwSignal::new(None),
            #[cfg(feature = "hydrate")]
            dom: StoredValue::new_local(dom::Dom::default()),
        }
    }

    /// The secret of a row, if it was read.
    pub(super) fn secret(self, row: u32) -> Option<SecretSummary> {
        self.pages.try_with_value(|pages| pages.row(row).cloned()).flatten()
    }

    /// The ids of the rows between two, both of them too. Reads the pages that are missing.
    pub(super) async fn ids(self, from: u32, to: u32) -> Result<Vec<SecretId>, AppError> {
        let rows = from.min(to)..=from.max(to);
        for number in rows.start() / PAGE..=rows.end() / PAGE {
            if self.pages.try_with_value(|pages| pages.has(number)) == Some(false) {
                self.read(number).await?;
            }
        }
        Ok(rows.filter_map(|row| Some(self.secret(row)?.id)).collect())
    }

    /// Reads a page.
    async fn read(self, number: u32) -> Result<(), AppError> {
        let way = self.pages.try_with_value(|pages| pages.way_to(number));
        let asked = self.asked.try_get_value();
        // The list is gone, and nobody waits for the page.
        let (Some((after, skip)), Some((workspace, query))) = (way, asked) else { return Ok(()) };
        let page = list_secrets(workspace, ListQuery { after, skip, ..query }).await?;
        let total = self.pages.try_update_value(|pages| {
            pages.keep(number, page);
            pages.total()
        });
        if let Some(total) = total {
            self.total.try_set(total);
            self.reads.try_update(|reads| *reads += 1);
        }
        Ok(())
    }
}

/// The server draws the first page, and no browser scrolls there.
#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "only browsers have windows")]
impl LongList {
    pub(super) fn update(self) {}

    pub(super) fn show(self, _: u32) {}

    pub(super) fn focus(self, _: u32) {}

    pub(super) fn hold(self, _: Option<u32>) {}
}
