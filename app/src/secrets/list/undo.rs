//! After a deletion.

use super::super::api::RestoreSecret;
use crate::{
    form_action::{ActionForm, FormAction},
    ui::{Button, Notice, NoticeKind},
    viewer::use_viewer,
};
use leptos::prelude::*;

/// After a deletion: where the secret went, and the way back.
#[component]
pub(super) fn Undo(id: String) -> impl IntoView {
    let viewer = use_viewer();
    let restore = FormAction::of::<RestoreSecret>();
    let failed = move || match restore.answer().get() {
        Some(Err(error)) => {
            Some(view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> })
        }
        _ => None,
    };
    view! {
        <Notice kind=NoticeKind::Ok title="Moved to the trash, where it stays for 30 days.">
            <ActionForm action=restore class="row">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="id" value=id />
                <Button submit=true icon="undo-2" shortcut="Control+Z Meta+Z" busy=restore.pending()>"Undo"</Button>
                <a href="/trash" rel="external">"Open the trash"</a>
            </ActionForm>
        </Notice>
        {failed}
    }
    .into_any()
}
