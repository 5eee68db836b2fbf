//! Credentials of programs, and of people at a command line.

pub mod api;
mod asked;
mod draft;
mod list;
mod made;
mod new;
mod one;
mod words;

use self::api::{ShownToken, list_tokens};
use crate::{
    error::AppError,
    page_data::{PageJson, page_data},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::TokenId;

pub use asked::PostedForm;
pub use draft::TokenDraft;
pub use list::TokensPage;
pub use new::NewTokenPage;
pub use one::TokenPage;

/// All tokens, or the one of this id.
fn shown_tokens(
    id: Signal<Option<String>>,
) -> Resource<Result<Vec<ShownToken>, AppError>, PageJson> {
    let workspace = use_viewer().workspace;
    page_data(
        move || id.get(),
        move |id| async move {
            let only = id.map(|id| TokenId::parse(&id)).transpose();
            list_tokens(workspace, only.map_err(|_| AppError::NotFound)?).await
        },
    )
}
