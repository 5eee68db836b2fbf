//! The state of the list, all of it in the address, so that a link or the back button brings it back.

use super::pages::PAGE;
use crate::{ui::grouped, viewer::Viewer};
use leptos_router::{location::Url, params::ParamsMap};
use model::{Cursor, ListQuery, Sort, Tag, Urgency};

/// What the address of the list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::secrets) struct ListState {
    /// The environment's name; all of them if empty.
    pub(super) environment: String,
    /// The words looked for.
    pub(super) search: String,
    /// The id of a template.
    pub(super) template: String,
    /// A tag.
    pub(super) tag: String,
    /// How urgently the values are to be replaced: one of [`URGENCIES`].
    pub(super) rotation: String,
    /// The order.
    pub(super) sort: Sort,
    /// Where the page begins.
    pub(super) after: String,
    /// Which row that is, from 1, as it was when the link was drawn.
    pub(super) row: u32,
}

impl ListState {
    /// Reads the address.
    pub(super) fn read(params: &ParamsMap) -> Self {
        Self::of(|name| params.get(name).unwrap_or_default())
    }

    /// What stands under the names of [`ListState::fields`].
    pub(in crate::secrets) fn of(param: impl Fn(&str) -> String) -> Self {
        Self {
            environment: param("env"),
            search: param("q"),
            template: param("template"),
            tag: param("tag"),
            rotation: param("rotation"),
            sort: Sort::parse(&param("sort")),
            after: param("after"),
            row: param("row").parse().unwrap_or(1).max(1),
        }
    }

    /// What narrows and orders the list, under the names that it has in the address and in forms.
    pub(super) fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("env", self.environment.as_str()),
            ("q", &self.search),
            ("template", &self.template),
            ("tag", &self.tag),
            ("rotation", &self.rotation),
            ("sort", self.order()),
        ]
    }

    /// The order, unless it is the usual one.
    pub(super) fn order(&self) -> &'static str {
        if self.sort == Sort::default() { "" } else { self.sort.as_str() }
    }

    /// The address that says this.
    pub(in crate::secrets) fn href(&self) -> String {
        format!("/secrets{}", self.query_string())
    }

    /// The same as the address's query; empty for the whole list.
    pub(in crate::secrets) fn query_string(&self) -> String {
        let row = if self.row > 1 { self.row.to_string() } else { String::new() };
        let pairs =
            self.fields().into_iter().chain([("after", self.after.as_str()), ("row", &row)]);
        let mut params = ParamsMap::new();
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            // Inserting unescapes.
            params.insert(name, Url::escape(value));
        }
        params.to_query_string()
    }

    /// The same from the first page on, with something changed.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = Self { after: String::new(), row: 1, ..self.clone() };
        change(&mut changed);
        changed
    }

    /// Whether it begins at the first row.
    pub(super) fn is_first(&self) -> bool {
        self.after.is_empty() && self.row <= 1
    }

    /// The page that begins so many rows further down, right after the cursor.
    pub(super) fn next(&self, rows: u32, after: Cursor) -> Self {
        Self { after: after.0, row: self.row.saturating_add(rows), ..self.clone() }
    }

    /// Which rows of how many a page shows. An address may say no row, or one that is not there any more.
    pub(super) fn range(&self, rows: u32, total: u64) -> Option<String> {
        let last = self.row.saturating_add(rows).saturating_sub(1);
        let is_known = (self.after.is_empty() || self.row > 1) && u64::from(last) <= total;
        is_known
            .then(|| format!("{} to {} of {}", grouped(self.row), grouped(last), grouped(total)))
    }

    /// The page that ends where this one begins. No cursor leads backwards: its rows are counted.
    pub(super) fn previous(&self) -> Self {
        let row = self.row.saturating_sub(PAGE).max(1);
        self.with(|state| state.row = row)
    }

    /// Whether anything but the environment narrows the list.
    pub(super) fn is_filtered(&self) -> bool {
        [&self.search, &self.template, &self.tag, &self.rotation].iter().any(|by| !by.is_empty())
    }

    /// What the server is asked. An environment that is not there finds nothing rather than everything.
    pub(super) fn query(&self, viewer: &Viewer) -> Option<ListQuery> {
        let environment = match self.environment.as_str() {
            "" => None,
            name => Some(viewer.environment_named(name)?.id),
        };
        let tag = match self.tag.as_str() {
            "" => None,
            tag => Some(Tag::parse(tag).ok()?),
        };
        let rotation = match self.rotation.as_str() {
            "" => None,
            word => Some(URGENCIES.iter().find(|(known, ..)| *known == word)?.2),
        };
        Some(ListQuery {
            environment,
            search: self.search.clone(),
            template: Some(self.template.clone()).filter(|id| !id.is_empty()),
            tag,
            rotation,
            stale: None,
            sort: self.sort,
            after: Some(Cursor(self.after.clone())).filter(|cursor| !cursor.0.is_empty()),
            skip: if self.after.is_empty() { self.row.saturating_sub(1) } else { 0 },
        })
    }
}

/// How urgency stands in the address, and in words.
pub(super) const URGENCIES: [(&str, &str, Urgency); 3] = [
    ("overdue", "Overdue", Urgency::Overdue),
    ("due", "Due", Urgency::Due),
    ("soon", "Due soon", Urgency::Soon),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_the_whole_state() {
        let state = ListState {
            environment: "prod".into(),
            search: "pg 5%20 host&=".into(),
            sort: Sort::Updated,
            ..ListState::default()
        };
        let href = state.href();
        assert_eq!(href, "/secrets?env=prod&q=pg%205%2520%20host%26%3D&sort=updated");
        assert_eq!(ListState::default().href(), "/secrets");
    }

    #[test]
    fn pages_lead_on_by_cursor_and_back_by_rows() {
        let first = ListState { search: "pg".into(), row: 1, ..ListState::default() };
        let third = first.next(50, Cursor("a".into())).next(50, Cursor("b".into()));
        assert_eq!(third.href(), "/secrets?q=pg&after=b&row=101");
        assert_eq!(third.previous().href(), "/secrets?q=pg&row=51");
        assert_eq!(third.previous().previous().href(), "/secrets?q=pg");
        assert!(first.is_first() && !third.previous().is_first());
        assert_eq!(third.range(20, 1_120).as_deref(), Some("101 to 120 of 1,120"));
        assert_eq!(third.range(20, 119), None, "rows went since");
        assert_eq!(
            ListState { row: 1, ..third }.range(20, 1_120),
            None,
            "nobody says which they are"
        );
    }
}
