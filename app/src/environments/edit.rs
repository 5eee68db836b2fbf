//! The settings of one environment.

use super::{
    api::{DeleteEnvironment, ProtectEnvironment, RenameEnvironment},
    page::refusal,
};
use crate::{
    answer::{Refusal, again_after_sudo, error_of, on_success, problem_of},
    form_action::{ActionForm, FormAction},
    ui::{Button, ButtonKind, ButtonLink, TextField},
    viewer::{CurrentViewer, use_viewer},
};
use leptos::{html, prelude::*};
use model::{Action, Environment, Field};

/// Renames an environment, changes its protection, deletes it: three forms.
#[component]
pub(super) fn EditEnvironment(environment: Environment) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            _ = heading.focus();
        }
    });
    let title = format!("Edit {}", environment.name);
    view! {
        <section class="card" id="edit" aria-labelledby="edit-title">
            <div class="section-head">
                <h2 id="edit-title" tabindex="-1" node_ref=heading>{title}</h2>
                <ButtonLink href="/environments" kind=ButtonKind::Ghost icon="x">"Close"</ButtonLink>
            </div>
            <RenameForm environment=environment.clone() />
            <hr />
            <ProtectForm environment=environment.clone() />
            <hr />
            <DeleteForm environment />
        </section>
    }
    .into_any()
}

#[component]
fn RenameForm(environment: Environment) -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let rename = FormAction::of::<RenameEnvironment>();
    let error = error_of(rename);
    on_success(rename, move || resource.refetch());
    view! {
        <Refusal error fields=&[Field::Environment] page=page(&environment) />
        <ActionForm action=rename class="form">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=environment.id.to_string() />
            <TextField
                name="name"
                label="Name"
                value=environment.name.to_string()
                hint="Programs that ask for the old name get nothing until they are changed."
                error=problem_of(error, Field::Environment)
                required=true
                autocomplete="off"
                mono=true
            />
            <div class="actions">
                <Button
                    submit=true
                    busy=rename.pending()
                    nostrip:blocked=refusal(&viewer, Action::ManageEnvironments)
                >
                    "Rename environment"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn ProtectForm(environment: Environment) -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let protect = FormAction::of::<ProtectEnvironment>();
    again_after_sudo(protect);
    on_success(protect, move || resource.refetch());
    let (title, text, icon, verb) = if environment.protected {
        (
            "Protected",
            "Revealing a value asks for the password again, and developers can neither reveal nor change anything here.",
            "lock-open",
            "Lift protection",
        )
    } else {
        (
            "Not protected",
            "Developers reveal and change values here. Protecting it keeps that to owners and admins, and asks for their password again before each reveal.",
            "shield",
            "Protect environment",
        )
    };
    view! {
        <div class="stack tight">
            <h3>{title}</h3>
            <p class="muted">{text}</p>
        </div>
        <Refusal error=error_of(protect) page=page(&environment) />
        <ActionForm action=protect class="actions">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=environment.id.to_string() />
            <input type="hidden" name="protected" value=(!environment.protected).to_string() />
            <Button
                submit=true
                icon
                busy=protect.pending()
                nostrip:blocked=refusal(&viewer, Action::ProtectEnvironments)
            >
                {verb}
            </Button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn DeleteForm(environment: Environment) -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let delete = FormAction::of::<DeleteEnvironment>();
    on_success(delete, move || resource.refetch());
    let kept = match environment.secrets {
        _ if viewer.environments.len() == 1 => {
            Some("This is the last environment, and a workspace keeps at least one.".to_owned())
        }
        0 => None,
        1 => {
            Some("1 secret lives here. Move it to the trash and destroy it there first.".to_owned())
        }
        n => Some(format!(
            "{n} secrets live here. Move them to the trash and destroy them there first."
        )),
    };
    let text = kept
        .clone()
        .unwrap_or_else(|| "It must be empty, and hold nothing in the trash either.".to_owned());
    view! {
        <div class="stack tight">
            <h3>"Delete"</h3>
            <p class="muted">{text}</p>
        </div>
        <Refusal error=error_of(delete) page=page(&environment) />
        <ActionForm action=delete class="actions">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=environment.id.to_string() />
            <Button
                kind=ButtonKind::Danger
                submit=true
                icon="trash-2"
                busy=delete.pending()
                nostrip:blocked=refusal(&viewer, Action::ManageEnvironments).or(kept)
            >
                "Delete environment"
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn page(environment: &Environment) -> String {
    format!("/environments?edit={}", environment.id)
}
