//! `/tokens/new`.

use super::{
    PostedForm, TokenDraft,
    asked::{Asked, Asking},
    made::ShownOnce,
};
use crate::{
    answer::{Refusal, problem_of},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, Checkbox, ErrorSummary, Icon, PageHeader, SelectField,
        TextField,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, Problems, Scope};

/// The form of a new token; in its place the token, once it is made.
#[component]
pub fn NewTokenPage() -> impl IntoView {
    let asking = Asking::new();
    let draft = match use_context::<PostedForm>() {
        Some(form) => form.draft,
        None => use_query_map().with_untracked(TokenDraft::of_query),
    };
    let body = move || match asking.made_now() {
        Some(made) => {
            let title = format!("The token {} is ready", made.info.name);
            view! { <ShownOnce made title /> }.into_any()
        }
        None => view! { <NewForm draft=draft.clone() asking /> }.into_any(),
    };
    view! {
        <Title text="New token" />
        <PageHeader
            title="New token"
            back=("/tokens", "Tokens")
            text="A token never does more than whoever made it: a right that you lose, your tokens lose too."
        />
        {body}
    }
    .into_any()
}

#[component]
fn NewForm(draft: TokenDraft, asking: Asking) -> impl IntoView {
    let viewer = use_viewer();
    let error = asking.error;
    let back = draft.href();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(draft) = draft_of(&event) {
            asking.ask(Asked::Make(draft));
        }
    };
    let may = viewer.may(Action::ManageTokens, false);
    view! {
        <div class="stack">
            <Refusal error fields=&FIELDS page=back />
            <ErrorSummary errors=summary(error) title="No token was made" />
            <form class="form" method="post" action="/tokens/new" on:submit=submit>
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <TextField
                    name="name"
                    label="Name"
                    value=draft.name.clone()
                    placeholder="ci-deploy"
                    hint="Which program shows it, so that people know what stops when it ends."
                    error=problem_of(error, Field::TokenName)
                    maxlength=80
                    required=true
                    autocomplete="off"
                />
                <Scopes draft=draft.clone() error />
                <Environments draft=draft.clone() error />
                <TextField
                    name="secrets"
                    label="Secrets"
                    value=draft.secrets
                    placeholder="prod-postgres, ci-*"
                    hint="Up to 8 names, or beginnings of names with a star. Empty: all secrets of its environments."
                    error=problem_of(error, Field::TokenSecrets)
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
                    error=problem_of(error, Field::Addresses)
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
                        error=problem_of(error, Field::Days)
                        required=true
                    />
                    <TextField
                        name="max_uses"
                        label="Most uses"
                        input="number"
                        value=draft.max_uses
                        hint="Empty: no limit."
                        error=problem_of(error, Field::MaxUses)
                        optional=true
                        autocomplete="off"
                    />
                </div>
                <div class="form-foot">
                    <Button
                        kind=ButtonKind::Primary
                        submit=true
                        busy=asking.pending()
                        nostrip:blocked=(!may).then(|| AppError::Denied(Action::ManageTokens).to_string())
                    >
                        "Make token"
                    </Button>
                    <ButtonLink href="/tokens" kind=ButtonKind::Ghost>"Cancel"</ButtonLink>
                </div>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn Scopes(draft: TokenDraft, error: Signal<Option<AppError>>) -> impl IntoView {
    let viewer = use_viewer();
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
    view! {
        <fieldset class="form-group" aria-describedby="scopes-error">
            <legend>"What it may do"</legend>
            {boxes}
            <FieldsetError id="scopes-error" error=problem_of(error, Field::Scopes) />
        </fieldset>
    }
    .into_any()
}

#[component]
fn Environments(draft: TokenDraft, error: Signal<Option<AppError>>) -> impl IntoView {
    let boxes = use_viewer()
        .environments
        .into_iter()
        .map(|environment| {
            let name = environment.name.to_string();
            let checked = draft.environments.contains(&name);
            view! { <Checkbox name="environments" label=name.clone() value=name checked /> }
        })
        .collect_view();
    view! {
        <fieldset class="form-group" aria-describedby="environments-hint environments-error">
            <legend>"Environments"</legend>
            <div class="choices">{boxes}</div>
            <p class="field-hint" id="environments-hint">
                "None chosen: all of them, and those that are made later."
            </p>
            <FieldsetError id="environments-error" error=problem_of(error, Field::Environment) />
        </fieldset>
    }
    .into_any()
}

#[component]
fn FieldsetError(id: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="field-error" id=id>
            {move || error.get().map(|text| view! { <Icon name="circle-alert" /><span>{text}</span> })}
        </p>
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
fn summary(error: Signal<Option<AppError>>) -> Signal<Vec<(String, String)>> {
    let of = |problems: &Problems| {
        let known = problems.iter().filter_map(|problem| {
            let place = FIELDS.iter().position(|field| *field == problem.field)?;
            Some((CONTROLS[place].to_owned(), problem.to_string()))
        });
        known.collect()
    };
    Signal::derive(move || {
        error.with(|error| error.as_ref().and_then(AppError::problems).map(of).unwrap_or_default())
    })
}

/// The form as it stands in the browser.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers send forms"))]
fn draft_of(event: &ev::SubmitEvent) -> Option<TokenDraft> {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let form = event.target()?.dyn_into().ok()?;
        let data = web_sys::FormData::new_with_form(&form).ok()?;
        let values =
            |name| data.get_all(name).iter().filter_map(|value| value.as_string()).collect();
        Some(TokenDraft::of(values))
    }
    #[cfg(not(feature = "hydrate"))]
    None
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
/// The names of their controls; of checkboxes, the first one's.
const CONTROLS: [&str; 7] =
    ["name", "scopes-read", "environments", "secrets", "addresses", "days", "max_uses"];
