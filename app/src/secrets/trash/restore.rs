//! Out of the trash again.

use super::PAGE;
use crate::{
    drawn::{PostForm, PostedForm},
    error::AppError,
    ui::{Button, ButtonKind, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, NAME_CHARS, Problem, Reason, SecretId, SecretName, SecretSummary};

/// Restores a secret under its own name.
pub(super) fn restore_button(secret: &SecretSummary) -> AnyView {
    let blocked = (!use_viewer().may_in(secret.environment, Action::WriteSecrets))
        .then(|| AppError::Denied(Action::WriteSecrets).to_string());
    let (id, name) = (secret.id.to_string(), secret.name.to_string());
    view! {
        <PostForm action=PAGE asks="restore" class="row">
            <input type="hidden" name="id" value=id />
            <Button submit=true icon="undo-2" nostrip:blocked=blocked>
                "Restore" <span class="visually-hidden">{name}</span>
            </Button>
        </PostForm>
    }
    .into_any()
}

/// A second row, which asks for another name where the secret's own is taken.
pub(super) fn restore_under_name(secret: &SecretSummary) -> Option<AnyView> {
    let SecretSummary { id, name, .. } = secret;
    let posted = PostedForm::take_of("restore");
    let problem = match posted.value("id") {
        Some(restored) if restored == id.to_string() => {
            posted.error.as_ref()?.problems()?.of(Field::Name)?
        }
        Some(_) => return None,
        None => taken_in_address(*id)?,
    };
    let typed = posted.value("name").filter(|typed| !typed.is_empty());
    let value = typed.map_or_else(|| suggestion(name), str::to_owned);
    let (id, label) = (id.to_string(), format!("Restore {name} under another name"));
    let other = match problem.reason {
        Reason::TakenBySecret(other) => Some(view! {
            <p><a href=format!("/secrets/{other}")>"Open the secret that has the name"</a></p>
        }),
        _ => None,
    };
    let row = view! {
        <tr>
            <td class="cell-form" colspan="8">
                <PostForm action=PAGE asks="restore">
                    <input type="hidden" name="id" value=id />
                    <TextField
                        name="name"
                        label
                        value
                        error=Signal::stored(Some(problem.to_string()))
                        autocomplete="off"
                        required=true
                        autofocus=true
                        mono=true
                    />
                    {other}
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true>"Restore secret"</Button>
                    </div>
                </PostForm>
            </td>
        </tr>
    };
    Some(row.into_any())
}

/// What an undo without scripts found: it leads here when the name was given away since.
fn taken_in_address(id: SecretId) -> Option<Problem> {
    let param =
        |name| use_query_map().with_untracked(|query| query.get(name)?.parse::<SecretId>().ok());
    let other = param("taken").filter(|_| param("restore") == Some(id))?;
    Some(Problem::new(Field::Name, Reason::TakenBySecret(other)))
}

/// A name that is likely free, and not too long.
fn suggestion(name: &SecretName) -> String {
    const SUFFIX: &str = "-restored";
    let mut suggestion: String = name.as_str().chars().take(NAME_CHARS - SUFFIX.len()).collect();
    suggestion.push_str(SUFFIX);
    suggestion
}
