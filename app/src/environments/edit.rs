//! The settings of one environment.

use super::{PAGE, page::refusal};
use crate::{
    drawn::{PostForm, PostedForm},
    ui::{Button, ButtonKind, ButtonLink, TextField, counted},
    viewer::use_viewer,
};
use leptos::prelude::*;
use model::{Action, Environment, Field};

/// Renames an environment, changes its protection, deletes it: three forms.
pub(super) fn edit(environment: &Environment, is_last: bool) -> AnyView {
    let title = format!("Edit {}", environment.name);
    view! {
        <section class="card" id="edit" aria-labelledby="edit-title">
            <div class="section-head">
                <h2 id="edit-title" tabindex="-1">{title}</h2>
                <ButtonLink href=PAGE kind=ButtonKind::Ghost icon="x">"Close"</ButtonLink>
            </div>
            {rename(environment)}
            <hr />
            {protect(environment)}
            <hr />
            {delete(environment, is_last)}
        </section>
    }
    .into_any()
}

fn rename(environment: &Environment) -> AnyView {
    let posted = PostedForm::take();
    let typed = posted.value("name").map(str::to_owned);
    let name = typed.unwrap_or_else(|| environment.name.to_string());
    let id = environment.id.to_string();
    view! {
        <PostForm action=PAGE asks="rename">
            <input type="hidden" name="id" value=id />
            <TextField
                name="name"
                label="Name"
                value=name
                hint="Programs that ask for the old name get nothing until they are changed."
                error=posted.error_of(Field::Environment)
                required=true
                autocomplete="off"
                mono=true
            />
            <div class="actions">
                <Button submit=true nostrip:blocked=refusal(&use_viewer(), Action::ManageEnvironments)>
                    "Rename environment"
                </Button>
            </div>
        </PostForm>
    }
    .into_any()
}

fn protect(environment: &Environment) -> AnyView {
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
    let (id, protects) = (environment.id.to_string(), (!environment.protected).to_string());
    view! {
        <div class="stack tight">
            <h3>{title}</h3>
            <p class="muted">{text}</p>
        </div>
        <PostForm action=PAGE asks="protect" class="actions">
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="protected" value=protects />
            <Button submit=true icon nostrip:blocked=refusal(&use_viewer(), Action::ProtectEnvironments)>
                {verb}
            </Button>
        </PostForm>
    }
    .into_any()
}

fn delete(environment: &Environment, is_last: bool) -> AnyView {
    let kept = match environment.secrets {
        _ if is_last => {
            Some("This is the last environment, and a workspace keeps at least one.".to_owned())
        }
        0 => None,
        1 => {
            Some("1 secret lives here. Move it to the trash and destroy it there first.".to_owned())
        }
        n => Some(format!(
            "{} live here. Move them to the trash and destroy them there first.",
            counted(n, "secret")
        )),
    };
    let text = kept
        .clone()
        .unwrap_or_else(|| "It must be empty, and hold nothing in the trash either.".to_owned());
    let blocked = refusal(&use_viewer(), Action::ManageEnvironments).or(kept);
    let id = environment.id.to_string();
    view! {
        <div class="stack tight">
            <h3>"Delete"</h3>
            <p class="muted">{text}</p>
        </div>
        <PostForm action=PAGE asks="delete" class="actions">
            <input type="hidden" name="id" value=id />
            <Button kind=ButtonKind::Danger submit=true icon="trash-2" nostrip:blocked=blocked>
                "Delete environment"
            </Button>
        </PostForm>
    }
    .into_any()
}
