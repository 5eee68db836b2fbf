//! For how long values are shown.

use super::PAGE;
use crate::{
    drawn::PostForm,
    ui::{Button, Card, SelectField},
    viewer::use_viewer,
};
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
    view! {
        <Card title="Values" text="Counts in this browser.">
            <PostForm action=PAGE asks="values">
                <SelectField name="seconds" label="A value that is shown hides" options value=chosen />
                <div class="actions">
                    <Button submit=true>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
