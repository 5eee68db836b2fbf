//! For how long values are shown.

use super::of_this_browser;
use crate::{ui::SelectField, viewer::use_viewer};
use leptos::prelude::*;

/// Chooses when a value that is shown hides itself (WCAG 2.2, 2.2.1: whoever reads slowly has the time).
pub(super) fn values() -> AnyView {
    let options = [
        ("30", "After half a minute"),
        ("120", "After two minutes"),
        ("0", "When I hide it, or leave the page"),
    ];
    let options = options.map(|(seconds, text)| (seconds.to_owned(), text.to_owned())).into();
    let chosen = use_viewer().shown_for.unwrap_or_default().to_string();
    let choice = view! { <SelectField name="seconds" label="A value that is shown hides" options value=chosen /> };
    of_this_browser("Values", "values", choice.into_any())
}
