//! How lists come.

use super::PAGE;
use crate::{
    drawn::PostForm,
    ui::{Button, Card, Checkbox},
    viewer::use_viewer,
};
use leptos::prelude::*;

/// Chooses pages in place of one long list, and low rows.
pub(super) fn list() -> AnyView {
    let looks = use_viewer().list;
    view! {
        <Card title="Lists" text="Counts in this browser.">
            <PostForm action=PAGE asks="list">
                <Checkbox
                    name="pages"
                    label="Secrets in pages of 50"
                    checked=looks.in_pages
                    hint="With links between them, in place of one list that is scrolled: the browser's own search finds all of a page."
                />
                <Checkbox name="compact" label="Low rows" checked=looks.compact hint="In every table: more of them fit on the screen." />
                <div class="actions">
                    <Button submit=true>"Save"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
