//! What the forms of a new secret and of one that is edited share: what was wrong, and where.

use crate::{
    error::AppError,
    ui::{Notice, NoticeKind, TextArea},
};
use leptos::prelude::*;
use model::{Field, NOTE_CHARS, Problem, Problems, Reason, SecretName};

/// What went wrong with the form as a whole.
#[component]
pub(super) fn FormError(answer: Signal<Option<Result<(), AppError>>>) -> impl IntoView {
    move || match answer.get() {
        None | Some(Ok(()) | Err(AppError::Invalid(_) | AppError::Conflict { .. })) => None,
        Some(Err(error)) => {
            Some(view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> })
        }
    }
}

/// Why it is done.
#[component]
pub(super) fn NoteField(
    note: RwSignal<String>,
    problems: RwSignal<Option<Problems>>,
) -> impl IntoView {
    view! {
        <TextArea
            name="draft[note]"
            label="Note"
            bind=note
            rows=2
            hint="Why, for the history."
            error=error_of(problems, Field::Note)
            maxlength=u32::try_from(NOTE_CHARS).unwrap_or(u32::MAX)
            optional=true
        />
    }
    .into_any()
}

/// A link to the secret that has the name already.
#[component]
pub(super) fn TakenBy(problems: RwSignal<Option<Problems>>) -> impl IntoView {
    move || {
        let problem = problems.with(|problems| problems.as_ref()?.of(Field::Name))?;
        let Reason::TakenBySecret(id) = problem.reason else { return None };
        Some(view! {
            <p class="field-hint">
                <a href=format!("/secrets/{id}") target="_blank">"Open the secret that has this name"</a>
            </p>
        })
    }
}

/// What was wrong with the form last: as the server said it, or at first as the failed form says that is drawn again.
pub(super) fn problems_of(
    answer: Signal<Option<Result<(), AppError>>>,
    kept: Option<Problems>,
) -> RwSignal<Option<Problems>> {
    let problems = RwSignal::new(kept);
    Effect::new(move |_| {
        if let Some(answer) = answer.get() {
            problems.set(answer.err().and_then(|error| error.problems().cloned()));
        }
    });
    problems
}

/// What is wrong with one field.
pub(super) fn error_of(
    problems: RwSignal<Option<Problems>>,
    field: Field,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        problems.with(|problems| problems.as_ref()?.of(field).map(|problem| problem.to_string()))
    })
}

/// What is wrong with the name, with the nearest legal one.
pub(super) fn name_error(
    problems: RwSignal<Option<Problems>>,
    typed: RwSignal<String>,
) -> Signal<Option<String>> {
    let error = error_of(problems, Field::Name);
    Signal::derive(move || {
        let typed = typed.get();
        let fault = SecretName::parse(&typed).err().filter(|_| !typed.is_empty());
        match (fault, SecretName::mend(&typed)) {
            (Some(fault), mended) => {
                let problem = Problem::new(Field::Name, Reason::Name(fault));
                Some(match mended {
                    Some(mended) => format!("{problem} Use {mended}?"),
                    None => problem.to_string(),
                })
            }
            (None, _) => error.get(),
        }
    })
}
