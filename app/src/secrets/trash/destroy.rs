//! Gone for good.

use super::PAGE;
use crate::{
    drawn::{PostForm, PostedForm},
    error::AppError,
    ui::{Button, ButtonKind, ButtonLink, Card, TextField, counted},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, SecretId, SecretSummary, TrashedSecret, Version};

/// Leads to the question whether to destroy a secret.
pub(super) fn destroy_button(secret: &SecretSummary) -> AnyView {
    let name = secret.name.to_string();
    let label = view! { "Destroy" <span class="visually-hidden">{name}</span> };
    if !may_destroy(secret) {
        let reason = AppError::Denied(Action::DestroySecret).to_string();
        return view! { <Button kind=ButtonKind::Ghost blocked=reason>{label}</Button> }.into_any();
    }
    let href = format!("{PAGE}?ask={}", secret.id);
    view! { <ButtonLink kind=ButtonKind::Ghost href>{label}</ButtonLink> }.into_any()
}

/// Asks once more, and for the name: of the secret in the address, or whose form came back.
pub(super) fn destroy_question(all: &[TrashedSecret]) -> Option<AnyView> {
    let posted = PostedForm::take_of("destroy");
    let id: SecretId = match posted.value("id") {
        Some(_) if posted.asks_to_confirm() => return None,
        Some(id) => id.parse().ok()?,
        None => use_query_map().with_untracked(|query| query.get("ask"))?.parse().ok()?,
    };
    let secret = all.iter().map(|trashed| &trashed.summary).find(|secret| secret.id == id)?;
    may_destroy(secret).then(|| question(secret, &posted))
}

fn question(secret: &SecretSummary, posted: &PostedForm) -> AnyView {
    let SecretSummary { id, name, version, keys, .. } = secret;
    let (id, effect) = (id.to_string(), effect(*version, *keys));
    let (title, label) = (format!("Destroy {name}?"), format!("Type {name} to confirm"));
    let typed = posted.value("name").unwrap_or_default().to_owned();
    // What is wrong with a name in general says too little here.
    let mistyped = posted.error_of(Field::Name).with_untracked(Option::is_some);
    let error = mistyped.then(|| NOT_ITS_NAME.to_owned());
    view! {
        <Card title text=effect>
            <PostForm action=PAGE asks="destroy">
                <input type="hidden" name="id" value=id />
                <TextField
                    name="name"
                    label
                    value=typed
                    error=Signal::stored(error)
                    autocomplete="off"
                    required=true
                    autofocus=true
                    mono=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Destroy secret"</Button>
                    <ButtonLink kind=ButtonKind::Ghost href=PAGE>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

const NOT_ITS_NAME: &str = "Not destroyed: the name typed is not the secret's name.";

fn may_destroy(secret: &SecretSummary) -> bool {
    let viewer = use_viewer();
    let environment = viewer.environment(secret.environment);
    let protected = environment.is_some_and(|environment| environment.protected);
    viewer.may(Action::DestroySecret, protected)
}

fn effect(version: Version, keys: u32) -> String {
    let keys = counted(keys, "key");
    let versions = if version == Version::FIRST {
        "Its only version".to_owned()
    } else {
        format!("All {version} versions")
    };
    let verb = if version == Version::FIRST { "goes" } else { "go" };
    format!("{versions}, with the values of {keys}, {verb} for good. Nothing brings them back.")
}
