//! How lists come.

use super::of_this_browser;
use crate::{ui::Checkbox, viewer::use_viewer};
use leptos::prelude::*;

/// Chooses pages in place of one long list, and low rows.
pub(super) fn list() -> AnyView {
    let looks = use_viewer().list;
    let choices = view! {
                <Checkbox
                    name="pages"
                    label="Secrets in pages of 50"
                    checked=looks.in_pages
                    hint="With links between them, in place of one list that is scrolled: the browser's own search finds all of a page."
                />
                <Checkbox name="compact" label="Low rows" checked=looks.compact hint="In every table: more of them fit on the screen." />
    };
    of_this_browser("Lists", "list", choices.into_any())
}
