//! After a deletion.

use super::{super::api::RestoreSecret, state::ListState};
use crate::{
    form_action::{ActionForm, FormAction},
    ui::{Button, Notice, NoticeKind},
    viewer::use_viewer,
};
use leptos::prelude::*;

/// After a deletion: where the secret went, and the way back.
#[component]
pub(super) fn Undo(id: String, state: Memo<ListState>) -> impl IntoView {
    let viewer = use_viewer();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| say_once(&state.get_untracked()));
    #[cfg(not(feature = "hydrate"))]
    let _ = state;
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

/// Whoever comes back to this page by the history is not told again.
#[cfg(feature = "hydrate")]
fn say_once(state: &ListState) {
    if let Ok(history) = window().history() {
        let now = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&now, "", Some(&state.href()));
    }
}
