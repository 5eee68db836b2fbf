//! Out of the trash again.

use super::Restoring;
use crate::{
    error::AppError,
    form_action::ActionForm,
    ui::{Button, ButtonKind, Field, field_id},
    viewer::use_viewer,
};
use leptos::{html, prelude::*};
use model::{Action, EnvironmentId, NAME_CHARS, Problem, Reason, SecretId, SecretName};

/// Restores a secret under its own name.
#[component]
pub(super) fn RestoreButton(
    id: SecretId,
    name: SecretName,
    environment: EnvironmentId,
    restoring: Restoring,
) -> impl IntoView {
    let viewer = use_viewer();
    let busy = move || restoring.action.pending().get() && restoring.id.get() == Some(id);
    let blocked = (!viewer.may_in(environment, Action::WriteSecrets))
        .then(|| AppError::Denied(Action::WriteSecrets).to_string());
    view! {
        <ActionForm action=restoring.action>
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=id.to_string() />
            <Button submit=true icon="undo-2" busy=Signal::derive(busy) nostrip:blocked=blocked>
                "Restore" <span class="visually-hidden">{name.to_string()}</span>
            </Button>
        </ActionForm>
    }
    .into_any()
}

/// A second row, which asks for another name where the secret's own is taken.
#[component]
pub(super) fn RestoreUnderName(
    id: SecretId,
    name: SecretName,
    restoring: Restoring,
) -> impl IntoView {
    let problem = move || restoring.name_problem().filter(|_| restoring.id.get() == Some(id));
    let in_address = move || restoring.taken_by.get().filter(|_| restoring.id.get() == Some(id));
    let taken_by = Memo::new(move |_| match problem() {
        Some(Problem { reason: Reason::TakenBySecret(other), .. }) => Some(other),
        Some(_) => None,
        None => in_address(),
    });
    let error = Signal::derive(move || {
        let taken = taken_by.get().map(Reason::TakenBySecret);
        problem().or_else(|| Some(Problem::new(model::Field::Name, taken?))).map(|p| p.to_string())
    });
    let asks = Memo::new(move |_| error.with(Option::is_some));
    move || {
        asks.get().then(|| {
            let name = name.clone();
            view! { <NameForm id name restoring error taken_by /> }
        })
    }
}

#[component]
fn NameForm(
    id: SecretId,
    name: SecretName,
    restoring: Restoring,
    error: Signal<Option<String>>,
    taken_by: Memo<Option<SecretId>>,
) -> impl IntoView {
    let viewer = use_viewer();
    let field = field_id("restore-name");
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            _ = input.focus();
        }
    });
    let other = move || {
        taken_by.get().map(|other| {
            view! {
                <p><a href=format!("/secrets/{other}")>"Open the secret that has the name"</a></p>
            }
        })
    };
    view! {
        <tr>
            <td class="cell-form" colspan="8">
                <ActionForm action=restoring.action class="form">
                    <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                    <input type="hidden" name="id" value=id.to_string() />
                    <Field id=field.clone() label=format!("Restore {name} under another name") error>
                        <input
                            node_ref=input
                            class="input mono"
                            aria-describedby=format!("{field}-error")
                            id=field
                            name="name"
                            value=suggestion(&name)
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            required=true
                            aria-invalid=move || error.with(Option::is_some).then_some("true")
                        />
                    </Field>
                    {other}
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true busy=restoring.action.pending()>
                            "Restore secret"
                        </Button>
                    </div>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}

/// A name that is likely free, and not too long.
fn suggestion(name: &SecretName) -> String {
    const SUFFIX: &str = "-restored";
    let mut suggestion: String = name.as_str().chars().take(NAME_CHARS - SUFFIX.len()).collect();
    suggestion.push_str(SUFFIX);
    suggestion
}
