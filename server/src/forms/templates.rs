//! The forms about templates of the workspace's own.

use app::error::AppError;
use app::templates::TemplateForm;
use axum::extract::Path;
use axum::response::Response;
use catalog::pattern_is_safe;
use model::{Template, Version};
use store::StoreError;

use super::drawn::{Asking, Done};

/// `POST /templates/new`.
pub(crate) async fn make_template(asking: Asking) -> Response {
    let outcome = make(&asking).await;
    asking.answer(outcome).await
}

/// `POST /templates/{id}`.
pub(crate) async fn change_template(Path(id): Path<String>, asking: Asking) -> Response {
    let outcome = change(&asking, &id).await;
    asking.answer(outcome).await
}

async fn make(asking: &Asking) -> Result<Done, AppError> {
    if asks_for_the_form(asking) {
        return Ok(Done::Here(Vec::new()));
    }
    if asking.one("asks") != "save" {
        return Err(AppError::Misunderstood);
    }
    let new = template(asking)?;
    let made = asking.state.store.create_template(&asking.caller, new).await;
    asking.outcome(made, |made| Done::At(format!("/templates/{}?done=made", made.template.id)))
}

async fn change(asking: &Asking, id: &str) -> Result<Done, AppError> {
    let (store, caller) = (&asking.state.store, &asking.caller);
    if asks_for_the_form(asking) {
        return Ok(Done::Here(Vec::new()));
    }
    match asking.one("asks") {
        "save" => {
            let from: u32 = asking.one("version").parse().map_err(|_| AppError::Misunderstood)?;
            let new = template(asking)?;
            let changed = store.change_template(caller, id, Some(Version(from)), new).await;
            asking.outcome(changed, |_| Done::At(format!("/templates/{id}?done=changed")))
        }
        "delete" => {
            let own = store.own_template(caller, id).await.map_err(|error| asking.told(error))?;
            if asking.one("typed").trim() != own.template.name {
                let why = format!(
                    "Nothing was deleted. Type the name as it stands here: {}.",
                    own.template.name
                );
                return Ok(Done::Refused(why));
            }
            let deleted = store.delete_template(caller, id, None).await;
            asking.outcome(deleted, |()| Done::At("/templates?done=deleted".into()))
        }
        _ => Err(AppError::Misunderstood),
    }
}

/// Whether a button was pressed that only adds, moves or removes rows of the form: its page does that.
fn asks_for_the_form(asking: &Asking) -> bool {
    !asking.one("rearrange").is_empty()
}

fn template(asking: &Asking) -> Result<Template, AppError> {
    let draft = TemplateForm::posted(asking.fields()).draft().ok_or(AppError::Misunderstood)?;
    draft.parse(pattern_is_safe).map_err(|problems| asking.told(StoreError::from(problems)))
}
