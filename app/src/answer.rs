//! What the server answered to a form: words beside its fields, and the way on where there is one.

use crate::{
    error::AppError,
    form_action::FormAction,
    ui::{Notice, NoticeKind},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};
use model::Field;

/// Why the server did not do it: as an action says, or as the address does where the form was sent without scripts.
pub(crate) fn error_of(action: FormAction) -> Signal<Option<AppError>> {
    // An action made later finds the error of the first address too, though the person went on since.
    let in_address = use_query_map().with_untracked(|params| params.get("__err").is_some());
    Signal::derive(move || {
        let tells = in_address || action.answers().get() > 0;
        let error = action.answer().with(|answer| answer.as_ref()?.as_ref().err().cloned());
        error.filter(|_| tells)
    })
}

/// What is wrong with a field, in words.
pub(crate) fn problem_of(error: Signal<Option<AppError>>, field: Field) -> Signal<Option<String>> {
    Signal::derive(move || {
        error.with(|error| {
            let problem = error.as_ref().and_then(AppError::problems)?.of(field)?;
            Some(problem.to_string())
        })
    })
}

/// Runs `then` each time the server did it.
pub(crate) fn on_success(action: FormAction, then: impl Fn() + 'static) {
    Effect::new(move |_| {
        if action.answer().with(|answer| matches!(answer, Some(Ok(())))) {
            then();
        }
    });
}

/// An error that none of the form's `fields` shows, with the way on where there is one.
#[component]
pub(crate) fn Refusal(
    error: Signal<Option<AppError>>,
    #[prop(optional)] fields: &'static [Field],
    /// The page to come back to from giving the password.
    #[prop(into)]
    page: String,
) -> impl IntoView {
    let elsewhere = move |error: &AppError| match error.problems() {
        Some(problems) => problems.iter().any(|problem| !fields.contains(&problem.field)),
        None => true,
    };
    move || {
        let error = error.get().filter(elsewhere)?;
        let way = match error {
            AppError::SudoNeeded => Some((with_next("/sudo", &page), "Give your password")),
            AppError::SignInRequired => Some((with_next("/sign-in", &page), "Sign in")),
            _ => None,
        };
        let way = way.map(|(href, label)| view! { <p><a href=href rel="external">{label}</a></p> });
        Some(view! {
            <Notice kind=NoticeKind::Bad title=error.to_string() alert=true>{way}</Notice>
        })
    }
}

fn with_next(path: &str, page: &str) -> String {
    let mut params = ParamsMap::new();
    // Inserting unescapes, and the page's own query must come through as it is.
    params.insert("next", Url::escape(page));
    format!("{path}{}", params.to_query_string())
}
