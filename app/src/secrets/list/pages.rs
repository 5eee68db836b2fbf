//! The pages of a list that were read so far.

use model::{Cursor, Page, SecretSummary};
use std::collections::BTreeMap;

/// How many rows a page has: the server answers so many at once, and draws them.
pub(super) const PAGE: u32 = 50;

/// Pages by their number, and how long the list is by the newest of them.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    total: u32,
    read: BTreeMap<u32, Page<SecretSummary>>,
}

impl Pages {
    /// The first page is there from the start.
    pub(super) fn new(first: Page<SecretSummary>) -> Self {
        let mut pages = Self { total: 0, read: BTreeMap::new() };
        pages.keep(0, first);
        pages
    }

    pub(super) const fn total(&self) -> u32 {
        self.total
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.read.contains_key(&number)
    }

    pub(super) fn keep(&mut self, number: u32, page: Page<SecretSummary>) {
        self.total = u32::try_from(page.total).unwrap_or(u32::MAX);
        self.read.insert(number, page);
    }

    /// The secret of a row, if it was read.
    pub(super) fn row(&self, row: u32) -> Option<&SecretSummary> {
        self.read.get(&(row / PAGE))?.rows.get(usize::try_from(row % PAGE).ok()?)
    }

    /// The row of a secret, if it was read.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn place_of(&self, id: model::SecretId) -> Option<u32> {
        self.read.iter().find_map(|(number, page)| {
            let place = page.rows.iter().position(|secret| secret.id == id)?;
            Some(number * PAGE + u32::try_from(place).ok()?)
        })
    }

    /// From where the server shall read a page: the end of the nearest one before it, and how many rows to skip from there. Right after it
    /// none are: a row that came or went since does not show one twice, or none.
    pub(super) fn way_to(&self, number: u32) -> (Option<Cursor>, u32) {
        let before = self.read.range(..number).next_back();
        match before.and_then(|(before, page)| Some((before + 1, page.next.clone()?))) {
            Some((next, cursor)) => (Some(cursor), (number - next) * PAGE),
            None => (None, number * PAGE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{EnvironmentId, PersonName, SecretName, Version};

    fn secret(number: u32) -> SecretSummary {
        SecretSummary {
            id: format!("sec_{number:032}").parse().unwrap(),
            name: SecretName::parse(&format!("name-{number}")).unwrap(),
            environment: "env_00000000000000000000000000000001".parse::<EnvironmentId>().unwrap(),
            template: None,
            keys: 1,
            tags: Vec::new(),
            version: Version::FIRST,
            updated_at: 0,
            updated_by: PersonName::parse("Mara").unwrap(),
            rotation: model::RotationState::default(),
            found_by: None,
        }
    }

    fn page(number: u32, total: u64) -> Page<SecretSummary> {
        let rows = (number * PAGE..(number + 1) * PAGE).map(secret).collect();
        Page { rows, total, next: Some(Cursor(format!("end of {number}"))) }
    }

    #[test]
    fn rows_are_found_on_the_pages_that_were_read() {
        let mut pages = Pages::new(page(0, 500));
        pages.keep(3, page(3, 501));
        assert_eq!(pages.total(), 501, "the newest answer counts");
        assert_eq!(pages.row(49).unwrap().name.as_str(), "name-49");
        assert_eq!(pages.row(50), None);
        assert_eq!(pages.row(151).unwrap().name.as_str(), "name-151");
        assert_eq!(pages.place_of(secret(151).id), Some(151));
        assert_eq!(pages.place_of(secret(50).id), None);
        assert!(pages.has(3) && !pages.has(2));
    }

    #[test]
    fn a_page_is_read_from_the_nearest_end_that_is_known() {
        let end = |number: u32| Some(Cursor(format!("end of {number}")));
        let mut pages = Pages::new(page(0, 500));
        assert_eq!(pages.way_to(1), (end(0), 0));
        assert_eq!(pages.way_to(7), (end(0), 300));
        pages.keep(6, page(6, 500));
        assert_eq!(pages.way_to(7), (end(6), 0));
        assert_eq!(pages.way_to(5), (end(0), 200));
        // A page that was the last has no end to go on from.
        pages.keep(6, Page { next: None, ..page(6, 500) });
        assert_eq!(pages.way_to(8), (None, 400));
    }
}
