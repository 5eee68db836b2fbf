//! `/templates/new`.

use super::{
    fields::{TemplateFields, wrong_fields},
    find_template,
    form::TemplateForm,
};
use crate::{
    drawn::{FormAnswer, PostedForm, drawn_whole},
    ui::PageHeader,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::TemplateDraft;
use store::StoreError;

/// The form of a new template: empty, or as a template or a secret has it.
#[component]
pub fn NewTemplatePage() -> impl IntoView {
    let posted = PostedForm::take();
    let query = use_query_map();
    let source = move |name| query.with_untracked(|query| query.get(name).unwrap_or_default());
    let (from, secret) = (source("from"), source("secret"));
    view! {
        <Title text="New template" />
        {drawn_whole(
            move |store, caller| async move {
                if !posted.fields.is_empty() {
                    let mut form = TemplateForm::posted(&posted.fields);
                    form.rearrange(posted.value("rearrange").unwrap_or_default());
                    return Ok(form);
                }
                if !from.is_empty() {
                    let template = find_template(&store, &caller, &from).await?;
                    return Ok(TemplateForm::of(TemplateDraft::of(&template)));
                }
                if !secret.is_empty() {
                    let id = secret.parse().map_err(|_| StoreError::NotFound)?;
                    let detail = store.secret(&caller, id).await?;
                    let draft = TemplateDraft::of_secret(&detail.summary.name, &detail.keys);
                    return Ok(TemplateForm::of(draft));
                }
                Ok(TemplateForm::empty())
            },
            page,
        )}
    }
    .into_any()
}

fn page(form: TemplateForm) -> AnyView {
    let answer = wrong_fields().unwrap_or_else(|| view! { <FormAnswer done=&[] /> }.into_any());
    view! {
        <PageHeader
            title="New template"
            back=("/templates", "Templates")
            text="Fields in the order in which the form asks for them."
        />
        <div class="stack loose">
            {answer}
            <TemplateFields form action="/templates/new".to_owned() version=String::new() save="Make the template" />
        </div>
    }
    .into_any()
}
