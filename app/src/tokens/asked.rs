//! What a person can want of tokens, through one action: each more would make the browser's half larger.

use super::{
    TokenDraft,
    api::{Made, adopt_token, create_token, revoke_token, rotate_token},
};
use crate::{answer::ask_when, error::AppError, viewer::use_viewer};
use leptos::prelude::*;
use model::TokenId;

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    Adopt(TokenId),
    Make(TokenDraft),
    Revoke(TokenId),
    /// With the hours for which the text of now works on.
    Rotate(TokenId, u32),
}

/// What came of a form about tokens that was sent without scripts. Its page is the answer to it, so that the text of a token stands in no
/// address, and no page that is opened again holds it.
#[derive(Clone, Debug, Default)]
pub struct PostedForm {
    /// What was typed.
    pub draft: TokenDraft,
    /// The token, if it was made.
    pub made: Option<Made>,
    /// Why it was not done.
    pub error: Option<AppError>,
    /// The address of this server.
    pub server: String,
}

/// Asks the server, and knows what it answered last.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    action: Action<Asked, Result<Option<Made>, AppError>>,
    sent: StoredValue<Option<Asked>>,
    pub(super) error: Signal<Option<AppError>>,
    made: Signal<Option<Made>>,
    is_made: Memo<bool>,
}

impl Asking {
    /// Nothing was asked yet; on a page that answers a form, that was.
    pub(super) fn new() -> Self {
        let workspace = use_viewer().workspace;
        let action = Action::new(move |asked: &Asked| {
            let asked = asked.clone();
            async move {
                match asked {
                    Asked::Adopt(id) => adopt_token(workspace, id).await.map(|()| None),
                    Asked::Make(draft) => create_token(workspace, draft).await.map(Some),
                    Asked::Revoke(id) => revoke_token(workspace, id).await.map(|()| None),
                    Asked::Rotate(id, overlap) => {
                        rotate_token(workspace, id, overlap).await.map(Some)
                    }
                }
            }
        });
        let answer = action.value();
        let form: Option<PostedForm> = use_context();
        let (posted_error, posted_made) = form.map(|form| (form.error, form.made)).unzip();
        let error = Signal::derive(move || {
            let error = answer.with(|answer| answer.as_ref()?.as_ref().err().cloned());
            error.or_else(|| posted_error.clone().flatten())
        });
        let made = Signal::derive(move || {
            let made = answer.with(|answer| answer.as_ref()?.as_ref().ok().cloned().flatten());
            made.or_else(|| posted_made.clone().flatten())
        });
        let is_made = Memo::new(move |_| made.with(Option::is_some));
        let sent = StoredValue::new(None);
        let asking = Self { action, sent, error, made, is_made };
        let wanted = Signal::derive(move || error.get() == Some(AppError::SudoNeeded));
        let again = Callback::new(move |()| {
            if let Some(asked) = sent.try_get_value().flatten() {
                asking.ask(asked);
            }
        });
        ask_when(wanted, again);
        asking
    }

    /// Asks, unless it waits for an answer.
    pub(super) fn ask(self, asked: Asked) {
        if !self.action.pending().get_untracked() {
            self.sent.set_value(Some(asked.clone()));
            self.action.dispatch(asked);
        }
    }

    pub(super) fn pending(self) -> Memo<bool> {
        self.action.pending()
    }

    /// The token that was made; for views that change when there is one. What fails must not draw a form anew, which holds what
    /// was typed.
    pub(super) fn made_now(self) -> Option<Made> {
        self.is_made.get().then(|| self.made.get_untracked()).flatten()
    }
}
