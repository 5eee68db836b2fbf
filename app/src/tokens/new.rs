//! `/tokens/new`.

use super::{PAGE, TokenDraft, made::shown_once};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, Checkbox, ErrorSummary, FieldGroup, PageHeader,
        SelectField, TextField,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, Problems, Scope};

/// The form of a new token; in its place the token, once it is made.
#[component]
pub fn NewTokenPage() -> impl IntoView {
    let posted = PostedForm::take();
    let body = match posted.once.as_slice() {
        [id, text] => shown_once(id, text, |made| format!("The token {} is ready", made.name)),
        _ => view! { <NewForm posted /> }.into_any(),
    };
    view! {
        <Title text="New token" />
        <PageHeader
            title="New token"
            back=(PAGE, "Tokens")
            text="A token never does more than whoever made it: a right that you lose, your tokens lose too."
        />
        {body}
    }
    .into_any()
}

#[component]
fn NewForm(posted: PostedForm) -> impl IntoView {
    let viewer = use_viewer();
    let draft = if posted.fields.is_empty() {
        use_query_map().with_untracked(TokenDraft::of_query)
    } else {
        TokenDraft::of(|name| posted.all(name))
    };
    let wrong = posted.error.as_ref().and_then(AppError::problems).map(summary);
    let head = match wrong {
        Some(wrong) if !wrong.is_empty() => {
            view! { <ErrorSummary errors=wrong title="No token was made" /> }.into_any()
        }
        _ => view! { <FormAnswer done=&[] /> }.into_any(),
    };
    let problem_of = move |field| posted.error_of(field);
    let may = viewer.may(Action::ManageTokens, false);
    view! {
        <div class="stack">
            {head}
            <PostForm action="/tokens/new" asks="make">
                <TextField
                    name="name"
                    label="Name"
                    value=draft.name.clone()
                    placeholder="ci-deploy"
                    hint="Which program shows it, so that people know what stops when it ends."
                    error=problem_of(Field::TokenName)
                    maxlength=80
                    required=true
                    autocomplete="off"
                />
                {scopes(&draft, &viewer, problem_of(Field::Scopes))}
                {environments(&draft, &viewer, problem_of(Field::Environment))}
                <TextField
                    name="secrets"
                    label="Secrets"
                    value=draft.secrets
                    placeholder="prod-postgres, ci-*"
                    hint="Up to 8 names, or beginnings of names with a star. Empty: all secrets of its environments."
                    error=problem_of(Field::TokenSecrets)
                    optional=true
                    autocomplete="off"
                    mono=true
                />
                <TextField
                    name="addresses"
                    label="Addresses"
                    value=draft.addresses
                    placeholder="10.0.0.0/8"
                    hint="From where it may be used. Empty: from anywhere."
                    error=problem_of(Field::Addresses)
                    optional=true
                    autocomplete="off"
                    mono=true
                />
                <div class="form-row">
                    <SelectField
                        name="days"
                        label="Ends"
                        options=lifetimes(&viewer)
                        value=draft.days
                        error=problem_of(Field::Days)
                        required=true
                    />
                    <TextField
                        name="max_uses"
                        label="Most uses"
                        input="number"
                        value=draft.max_uses
                        hint="Empty: no limit."
                        error=problem_of(Field::MaxUses)
                        optional=true
                        autocomplete="off"
                    />
                </div>
                <div class="form-foot">
                    <Button
                        kind=ButtonKind::Primary
                        submit=true
                        nostrip:blocked=(!may).then(|| AppError::Denied(Action::ManageTokens).to_string())
                    >
                        "Make token"
                    </Button>
                    <ButtonLink href=PAGE kind=ButtonKind::Ghost>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </div>
    }
    .into_any()
}

fn scopes(draft: &TokenDraft, viewer: &Viewer, error: Signal<Option<String>>) -> AnyView {
    let boxes = Scope::ALL
        .into_iter()
        .filter(|scope| {
            *scope != Scope::Admin || viewer.may(Action::MakeStrongTokens, false)
        })
        .map(|scope| {
            let name = scope.to_string();
            let checked = draft.scopes.contains(&name);
            view! {
                <Checkbox name="scopes" label=name.clone() value=name checked hint=scope.meaning() />
            }
        })
        .collect_view();
    view! { <FieldGroup id="scopes" legend="What it may do" error>{boxes}</FieldGroup> }.into_any()
}

fn environments(draft: &TokenDraft, viewer: &Viewer, error: Signal<Option<String>>) -> AnyView {
    let boxes = viewer
        .environments
        .iter()
        .map(|environment| {
            let name = environment.name.to_string();
            let checked = draft.environments.contains(&name);
            view! { <Checkbox name="environments" label=name.clone() value=name checked /> }
        })
        .collect_view();
    let hint = "None chosen: all of them, and those that are made later.";
    view! {
        <FieldGroup id="environments" legend="Environments" hint error>
            <div class="choices">{boxes}</div>
        </FieldGroup>
    }
    .into_any()
}

fn lifetimes(viewer: &Viewer) -> Vec<(String, String)> {
    let mut lifetimes: Vec<_> =
        [7, 30, 90, 180, 366].map(|days: u32| (days.to_string(), format!("In {days} days"))).into();
    if viewer.may(Action::MakeStrongTokens, false) {
        lifetimes.push(("0".to_owned(), "Never".to_owned()));
    }
    lifetimes
}

/// What is wrong, with the control that mends it.
fn summary(problems: &Problems) -> Vec<(String, String)> {
    let known = problems.iter().filter_map(|problem| {
        let place = FIELDS.iter().position(|field| *field == problem.field)?;
        Some((CONTROLS[place].to_owned(), problem.to_string()))
    });
    known.collect()
}

const FIELDS: [Field; 7] = [
    Field::TokenName,
    Field::Scopes,
    Field::Environment,
    Field::TokenSecrets,
    Field::Addresses,
    Field::Days,
    Field::MaxUses,
];
/// The ids of their controls; of the scopes, the first one's.
const CONTROLS: [&str; 7] = [
    "field-name",
    "field-scopes-read",
    "environments",
    "field-secrets",
    "field-addresses",
    "field-days",
    "field-max_uses",
];
