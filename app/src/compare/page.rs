//! `/compare`.

use super::{
    ComparisonLimit, PAGE,
    asked::{Asked, chosen_keys},
    review::review,
    table::table,
};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, EmptyState, Notice, NoticeKind, PageHeader, SegmentedLinks,
        SelectField, TextField, Ticked, counted,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, SecretReader};
use store::{ComparedEnvironments, Comparing, ShownKeys, StoreError, ValuesCompared};

/// Two environments by secret and key, and the review of what is promoted.
#[component]
pub fn ComparePage() -> impl IntoView {
    let viewer = use_viewer();
    let posted = PostedForm::take();
    let asked = Asked::of_page(&viewer, &posted);
    let is_there = viewer.environment_named(&asked.left).is_some();
    let content = if viewer.environments.len() < 2 {
        view! {
            <EmptyState icon="git-compare" title="Nothing to compare" text="It takes two environments that you see.">
                <ButtonLink href="/environments">"Environments"</ButtonLink>
            </EmptyState>
        }
        .into_any()
    } else if asked.left == asked.right && is_there {
        view! { <Notice title="Choose two environments that are not the same." /> }.into_any()
    } else if is_reviewed(&posted) {
        reviewed(asked.clone(), &posted)
    } else {
        compared(asked.clone(), &viewer, posted)
    };
    let switch = (viewer.environments.len() > 1).then(|| sides(&asked, &viewer));
    view! {
        <Title text="Compare" />
        <PageHeader title="Compare" text="Which keys two environments have, and which differ. No value is shown." />
        <div class="stack loose">
            <FormAnswer done=&[] fields=&[Field::Note] />
            {promoted()}
            {switch}
            {content}
        </div>
    }
    .into_any()
}

/// Whether the review comes next: it was asked for, or is drawn again for what was wrong in it.
fn is_reviewed(posted: &PostedForm) -> bool {
    match posted.value("asks") {
        Some("review") => posted.error.is_none() && posted.refused.is_none(),
        Some("promote") => matches!(posted.error, Some(AppError::Invalid(_))),
        _ => false,
    }
}

/// What was just promoted.
fn promoted() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let number = |name| query.get(name).and_then(|text| text.parse::<u64>().ok());
    let is_done = query.get("done").as_deref() == Some("promoted");
    let counts = number("keys").zip(number("secrets")).filter(|_| is_done);
    counts.map(|(keys, secrets)| {
        let right = query.get("right").unwrap_or_default();
        let (keys, secrets) = (counted(keys, "key"), counted(secrets, "secret"));
        let title = format!("Promoted {keys} of {secrets} to {right}.");
        view! { <Notice kind=NoticeKind::Ok title /> }
    })
}

fn sides(asked: &Asked, viewer: &Viewer) -> impl IntoView + use<> {
    let options = || {
        let names = viewer.environments.iter().map(|found| found.name.to_string());
        names.map(|name| (name.clone(), name)).collect::<Vec<_>>()
    };
    let only = asked.only.clone();
    let only = (!only.is_empty()).then(|| view! { <input type="hidden" name="only" value=only /> });
    let swapped = asked.swapped();
    view! {
        <form class="form wide" method="get" action=PAGE>
            {only}
            <div class="form-row">
                <SelectField name="left" label="Compare" options=options() value=asked.left.clone() />
                <SelectField name="right" label="With" options=options() value=asked.right.clone() />
                <TextField name="q" label="Secret or key" value=asked.search.clone() placeholder="Part of its name" autocomplete="off" mono=true />
            </div>
            <div class="actions">
                <Button submit=true>"Compare"</Button>
                <ButtonLink href=swapped icon="arrow-up-down">"Swap the sides"</ButtonLink>
            </div>
        </form>
    }
}

fn compared(asked: Asked, viewer: &Viewer, posted: PostedForm) -> AnyView {
    let reveals = [&asked.left, &asked.right].into_iter().all(|name| {
        let found = viewer.environment_named(name);
        found.is_some_and(|found| viewer.may_in(found.id, Action::RevealValues))
    });
    let limit: Option<ComparisonLimit> = use_context();
    let viewer = viewer.clone();
    let user = viewer.user;
    let of_page = asked.clone();
    drawn(
        move |store, caller| async move {
            let limit = limit.filter(|_| reveals);
            let limited = limit.and_then(|ComparisonLimit(take)| take(user).err());
            let wanted = Comparing {
                values: limited.is_none(),
                shown: of_page.shown(),
                search: of_page.search,
                secrets: None,
            };
            let (left, right) = (of_page.left, of_page.right);
            let found = store.compare_environments(&caller, &left, &right, &wanted).await;
            Ok((found.map_err(unknown)?, limited))
        },
        move |(found, limited)| {
            let told = telling(&asked, &found.values, limited);
            let rows = table(&asked, &found, &viewer, &posted);
            view! {
                {told}
                <SegmentedLinks label="Show" items=chips(&asked, &found) current=asked.with(&asked.only) />
                {rows}
            }
            .into_any()
        },
    )
}

/// An environment that is not there is nothing to find, as the page's address names it.
fn unknown(error: StoreError) -> StoreError {
    match error {
        StoreError::UnknownEnvironment(_) => StoreError::NotFound,
        error => error,
    }
}

/// Why nobody is told which values are the same, and what to do.
fn telling(asked: &Asked, values: &ValuesCompared, limited: Option<u32>) -> AnyView {
    match (values, limited) {
        (_, Some(seconds)) => {
            let title = format!(
                "Many comparisons in a minute. In {seconds} seconds the page tells again which values are the same."
            );
            view! { <Notice kind=NoticeKind::Warn title /> }.into_any()
        }
        (ValuesCompared::PasswordNeeded, _) => {
            let hidden = asked.hidden();
            view! {
                <Notice title="Which values are the same is told after your password.">
                    <PostForm action=PAGE asks="compare" class="row">
                        {hidden}
                        <Button icon="lock-open" submit=true>"Compare the values"</Button>
                    </PostForm>
                </Notice>
            }
            .into_any()
        }
        (ValuesCompared::Refused(environment), _) => {
            let title = format!(
                "You see which keys there are. Which values are the same is told to whoever may reveal in both: you may not reveal in {environment}."
            );
            view! { <Notice title /> }.into_any()
        }
        (ValuesCompared::Told | ValuesCompared::NotAsked, None) => ().into_any(),
    }
}

fn chips(asked: &Asked, found: &ComparedEnvironments) -> Vec<(String, String)> {
    let counts = found.counts;
    let differing = counts.only_left + counts.only_right + counts.changed + counts.untold;
    let told = found.values == ValuesCompared::Told;
    let mut chips = vec![
        ("", "Differences".to_owned(), differing),
        ("left", format!("Only in {}", found.left.name), counts.only_left),
        ("right", format!("Only in {}", found.right.name), counts.only_right),
    ];
    if told {
        chips.push(("different", "Different".to_owned(), counts.changed));
    }
    if counts.untold > 0 || asked.only == "untold" {
        chips.push(("untold", "May differ".to_owned(), counts.untold));
    }
    if told {
        chips.push(("same", "Same".to_owned(), counts.same));
    }
    chips.push(("all", "All".to_owned(), differing + counts.same));
    let chips = chips.into_iter();
    chips.map(|(only, words, count)| (asked.with(only), format!("{words} {count}"))).collect()
}

fn reviewed(asked: Asked, posted: &PostedForm) -> AnyView {
    let keys = posted.fields.iter().filter(|(name, _)| name == "key");
    let chosen = chosen_keys(keys.map(|(_, value)| value)).unwrap_or_default();
    let note = posted.value("note").unwrap_or_default().to_owned();
    let error = posted.error_of(Field::Note);
    let viewer = use_viewer();
    let wanted = Comparing {
        secrets: Some(chosen.iter().map(|secret| secret.name.clone()).collect()),
        shown: ShownKeys::All,
        ..Comparing::default()
    };
    let sides = [asked.left.clone(), asked.right.clone()];
    drawn(
        move |store, caller| async move {
            let [left, right] = sides;
            let found = store.compare_environments(&caller, &left, &right, &wanted).await;
            let found = found.map_err(unknown)?;
            let mut readers: Vec<Vec<SecretReader>> = Vec::new();
            for secret in &found.secrets {
                readers.push(match secret.right {
                    Some(side) => store.list_readers(&caller, side.id, 30).await?,
                    None => Vec::new(),
                });
            }
            Ok((found, readers))
        },
        move |(found, readers)| match blocked(&viewer, &found) {
            Some(title) => view! { <Notice kind=NoticeKind::Bad title /> }.into_any(),
            None => review(&asked, &found, &readers, &chosen, note, error),
        },
    )
}

/// Why this person may not promote from one to the other, if so.
pub(super) fn blocked(viewer: &Viewer, found: &ComparedEnvironments) -> Option<String> {
    let (left, right) = (&found.left, &found.right);
    let lacking = if !viewer.may_in(right.id, Action::WriteSecrets) {
        (Action::WriteSecrets, right)
    } else if left.protected && !viewer.may_in(left.id, Action::RevealValues) {
        (Action::RevealValues, left)
    } else {
        return None;
    };
    Some(format!("In {}: {}", lacking.1.name, AppError::Denied(lacking.0)))
}

/// The button that leads to the review, or says why it does not.
pub(super) fn foot(right: &str, blocked: Option<String>) -> AnyView {
    if let Some(why) = blocked {
        let shown = why.clone();
        return view! {
            <div class="form-foot">
                <span class="muted">{shown}</span>
                <Button blocked=why>"Review promotion"</Button>
            </div>
        }
        .into_any();
    }
    let text = format!("Chosen keys go to {right}, after a review.");
    let (one, more) = (format!("Promote 1 key to {right}…"), format!("Promote # keys to {right}…"));
    view! {
        <div class="form-foot">
            <span class="muted">{text}</span>
            <Button kind=ButtonKind::Primary submit=true>
                <Ticked boxes="key" plain="Review promotion" one more />
            </Button>
        </div>
    }
    .into_any()
}
