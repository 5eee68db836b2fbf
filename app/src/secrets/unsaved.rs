//! What is typed and not saved: the server keeps it, a moment after each change, and brings it back.

use super::{
    api::{DiscardUnsaved, KeepUnsaved},
    rows::Rows,
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    ui::{Button, ButtonKind, ButtonLink, Dialog, DialogFoot, Notice, NoticeKind, Time},
    viewer::use_viewer,
};
use leptos::{ev, html, prelude::*};
use std::time::Duration;

/// Sends a form to be kept after each change of what it holds.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    keep: FormAction,
    /// The form, which can be sent once more after it left the page.
    pub(super) form: NodeRef<html::Form>,
    /// Whether it is being saved, or was.
    saving: Signal<bool>,
    /// How many changes there were, how many of them were sent, and how many the server has.
    changes: RwSignal<u32>,
    sent: StoredValue<u32>,
    kept: RwSignal<u32>,
}

impl Keeper {
    /// Keeps the form until `save` is under way.
    pub(super) fn new(save: FormAction, rows: Rows, texts: [RwSignal<String>; 3]) -> Self {
        let keeper = Self {
            keep: FormAction::of::<KeepUnsaved>(),
            form: NodeRef::new(),
            saving: Signal::derive(move || {
                save.pending().get() || matches!(save.answer().get(), Some(Ok(())))
            }),
            changes: RwSignal::new(0),
            sent: StoredValue::new(0),
            kept: RwSignal::new(0),
        };
        Effect::new(move |drawn: Option<()>| {
            rows.track();
            texts.iter().for_each(Track::track);
            if drawn.is_some() {
                keeper.note_change();
            }
        });
        Effect::new(move |_| {
            keeper.keep.answers().track();
            match keeper.keep.answer().get_untracked() {
                Some(Ok(())) => keeper.kept.set(keeper.sent.get_value()),
                // The server may come back, and the person may sign in elsewhere; a refusal stays one.
                Some(Err(AppError::Denied(_) | AppError::Invalid(_))) | None => {}
                Some(Err(_)) => keeper.send_after(AGAIN),
            }
        });
        #[cfg(feature = "hydrate")]
        keeper.mind_leaving();
        keeper
    }

    /// Keeps the form in a moment.
    pub(super) fn note_change(self) {
        self.changes.update(|changes| *changes += 1);
        self.send_after(PAUSE);
    }

    #[cfg(feature = "hydrate")]
    fn send(self) {
        if let Some(form) = self.form.get_untracked() {
            self.keep.send_form(&form);
        }
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "the server draws forms, and sends none")]
    fn send(self) {}

    fn send_after(self, pause: Duration) {
        let mine = self.changes.get_untracked();
        set_timeout(
            move || {
                // The page may be gone by then.
                let Some(changes) = self.changes.try_get_untracked() else { return };
                if changes != mine
                    || self.kept.get_untracked() == mine
                    || self.saving.get_untracked()
                {
                    return;
                }
                if self.keep.pending().get_untracked() {
                    self.send_after(pause);
                } else {
                    self.sent.set_value(mine);
                    self.send();
                }
            },
            pause,
        );
    }

    /// Whether anything was typed here and is not saved.
    pub(super) fn has_unsaved(self) -> bool {
        self.changes.get() > 0
    }

    /// Whether the server has what is typed, in words.
    pub(super) fn told(self) -> Option<String> {
        let changes = self.changes.get();
        if changes == 0 {
            return None;
        }
        if self.kept.get() == changes {
            return Some("Kept as a draft.".to_owned());
        }
        match self.keep.answer().get() {
            Some(Err(error)) => Some(format!("Not kept as a draft: {error}")),
            _ => None,
        }
    }

    /// What the server does not have yet is not lost by a stray click: the browser asks first, and on the way to another page of ours
    /// it is sent.
    #[cfg(feature = "hydrate")]
    fn mind_leaving(self) {
        let lacks = move || {
            self.changes.get_untracked() != self.kept.get_untracked()
                && !self.saving.get_untracked()
        };
        let handle = window_event_listener(ev::beforeunload, move |event| {
            if lacks() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            handle.remove();
            if lacks() {
                self.send();
            }
        });
    }
}

/// The way out of a form, which `asks` first if there is something unsaved: see [`AskToLeave`].
#[component]
pub(super) fn Leave(
    href: String,
    #[prop(into)] unsaved: Signal<bool>,
    asks: RwSignal<bool>,
) -> impl IntoView {
    let ask = move |event: ev::MouseEvent| {
        if unsaved.get_untracked() {
            event.prevent_default();
            asks.set(true);
        }
    };
    view! { <ButtonLink href kind=ButtonKind::Ghost shortcut="Escape" on:click=ask>"Cancel"</ButtonLink> }
}

/// Whether somebody leaves without saving. It has a form of its own, so that it stands outside of what is left.
#[component]
pub(super) fn AskToLeave(href: String, asks: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="leave" open=asks title="Leave without saving?">
            <div class="dialog-body">
                <p>"What you typed is kept as a draft. It is back when you open this form again, and can be discarded there."</p>
            </div>
            <DialogFoot dialog="leave" open=asks cancel="Keep editing">
                <ButtonLink href kind=ButtonKind::Primary>"Leave"</ButtonLink>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}

/// Says that what was typed before is back, and takes it away again.
#[component]
pub(super) fn BroughtBack(
    /// What it is to become.
    of: String,
    /// The page that it came back to.
    page: String,
    at: i64,
) -> impl IntoView {
    let viewer = use_viewer();
    let discard = FormAction::of::<DiscardUnsaved>();
    let failed = move || match discard.answer().get() {
        Some(Err(error)) => Some(view! { <p class="field-error">{error.to_string()}</p> }),
        _ => None,
    };
    view! {
        <Notice kind=NoticeKind::Info title="What you typed before is back. It was never saved.">
            <ActionForm action=discard class="row">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="of" value=of />
                <input type="hidden" name="typed" value=page />
                <span>"Last typed "<Time ms=at />"."</span>
                <Button submit=true busy=discard.pending()>"Discard it"</Button>
            </ActionForm>
            {failed}
        </Notice>
    }
    .into_any()
}

/// How long nobody types before it is sent.
const PAUSE: Duration = Duration::from_secs(1);
/// When it is tried again.
const AGAIN: Duration = Duration::from_secs(10);
