//! `/rotation/automatic`, and one rotator of it.

use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn, drawn_whole},
    error::AppError,
    ui::{
        Badge, Breadcrumb, Button, ButtonKind, Card, EmptyState, Facts, Notice, NoticeKind,
        PageHeader, Table, TextField, Time, Tone,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Action, Field, RotatorId, RotatorSettings, RotatorState};
use store::{LogEntry, RotatorInfo, StoreError};

const PAGE: &str = "/rotation/automatic";

/// What replaces values by itself.
#[component]
pub fn AutomaticPage() -> impl IntoView {
    view! {
        <Title text="Automatic rotation" />
        <Breadcrumb items=vec![("/rotation".to_owned(), "Rotation".to_owned())] current="Automatic" />
        <PageHeader title="Automatic rotation" text="Rotators make new values by themselves, try them, and store them as a new version." />
        <div class="stack loose">
            <FormAnswer done=&[("deleted", "Deleted the rotator. Its secret stays as it is.")] />
            {drawn(|store, caller| async move { store.list_rotators(&caller).await }, listed)}
        </div>
    }
    .into_any()
}

fn listed(rotators: Vec<RotatorInfo>) -> AnyView {
    if rotators.is_empty() {
        return view! {
            <EmptyState icon="rotate-cw" title="No rotators" text="Open a secret's rotation, and choose to rotate it automatically." />
        }
        .into_any();
    }
    let viewer = use_viewer();
    let rows = rotators
        .into_iter()
        .map(|rotator| {
            let environment = viewer.environment(rotator.environment);
            let environment = environment.map(|environment| environment.name.to_string());
            view! {
                <tr>
                    <th class="cell-name" scope="row">
                        <a class="row-link" href=format!("{PAGE}/{}", rotator.id)>{rotator.secret_name.to_string()}</a>
                    </th>
                    <td class="cell-status">{badge(&rotator)}</td>
                    <td class="cell-meta">{environment}</td>
                    <td class="cell-meta">{kind(&rotator.settings)}</td>
                    <td class="cell-meta">{every(rotator.days)}</td>
                    <td class="cell-meta" data-unit="next">{moment(rotator.next_at, "By hand")}</td>
                    <td class="cell-meta" data-unit="last">{moment(rotator.last_at, "Never")}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label="Rotators" columns=["Secret", "State", "Environment", "Kind", "How often", "Next", "Last"]>{rows}</Table>
    }
    .into_any()
}

/// One rotator: how its rotation stands, what it did, running it now, deleting it.
#[component]
pub fn RotatorPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    view! {
        <Title text="Rotator" />
        {drawn_whole(
            |store, caller| async move {
                let id: RotatorId = id.parse().map_err(|_| StoreError::NotFound)?;
                let rotator = store.rotator(&caller, id).await?;
                Ok((rotator, store.rotator_log(&caller, id).await?))
            },
            |(rotator, log)| one(&rotator, log),
        )}
    }
    .into_any()
}

fn one(rotator: &RotatorInfo, log: Vec<LogEntry>) -> AnyView {
    let viewer = use_viewer();
    let posted = PostedForm::take();
    let blocked = |action| {
        let may = viewer.may_in(rotator.environment, action);
        (!may).then(|| AppError::Denied(action).to_string())
    };
    let running = blocked(Action::RotateValues);
    let deleting = blocked(Action::ManageRotators);
    let here = format!("{PAGE}/{}", rotator.id);
    let name = rotator.secret_name.to_string();
    let keys: Vec<_> = rotator.keys.iter().map(ToString::to_string).collect();
    let secret = format!("/secrets/{}", rotator.secret);
    let facts = vec![
        ("State", badge(rotator)),
        ("Secret", view! { <a href=secret rel="external">{name.clone()}</a> }.into_any()),
        ("Keys", keys.join(", ").into_any()),
        ("Kind", kind(&rotator.settings).into_any()),
        ("How often", every(rotator.days).into_any()),
        ("Old value works on", overlap(rotator.overlap_minutes).into_any()),
        ("Next", moment(rotator.next_at, "By hand")),
        ("Last", moment(rotator.last_at, "Never")),
        ("Acts with the rights of", rotator.created_by.to_string().into_any()),
    ];
    let failed = rotator.error.clone().map(|error| {
        let title = if rotator.gave_up { "Gave up" } else { "The last try failed" };
        view! { <Notice kind=NoticeKind::Bad title><p>{error}</p></Notice> }
    });
    let (run, delete) = (here.clone(), here);
    let mistyped = posted.error_of(Field::Name);
    let words = if rotator.gave_up { "Go on" } else { "Run now" };
    view! {
        <Breadcrumb items=vec![("/rotation".to_owned(), "Rotation".to_owned()), (PAGE.to_owned(), "Automatic".to_owned())] current=name.clone() />
        <PageHeader title=format!("Rotator of {name}") mono=true />
        <div class="stack loose">
            <FormAnswer
                done=&[("made", "Made the rotator."), ("asked", "It begins within a few seconds. Load this page again to see how far it is.")]
                fields=&[Field::Name]
            />
            {failed}
            <div class="split">
                <section class="stack">
                    <div class="section-head"><h2>"What it did"</h2></div>
                    {steps(log)}
                </section>
                <Facts items=facts />
            </div>
            <Card title=words text="A rotation runs at once, whatever the schedule says; the next one is counted from it. One that gave up goes on where it stopped.">
                <PostForm action=run asks="run">
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true nostrip:blocked=running>{words}</Button>
                    </div>
                </PostForm>
            </Card>
            <Card title="Delete the rotator" text="The secret stays as it is. During a rotation the rotator may hold the only copy of a value that is in use already: wait until it is done.">
                <PostForm action=delete asks="delete">
                    <TextField name="name" label="Name of the secret" error=mistyped
                        hint="Type it, to be sure." autocomplete="off" required=true />
                    <div class="actions">
                        <Button kind=ButtonKind::Danger submit=true nostrip:blocked=deleting>"Delete"</Button>
                    </div>
                </PostForm>
            </Card>
        </div>
    }
    .into_any()
}

fn steps(log: Vec<LogEntry>) -> AnyView {
    if log.is_empty() {
        return view! { <p class="muted">"Nothing yet."</p> }.into_any();
    }
    let rows = log
        .into_iter()
        .map(|entry| {
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{entry.step}</th>
                    <td class="cell-status"><Time ms=entry.at /></td>
                    <td class="cell-wrap">{entry.message}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label="What it did" columns=["Step", "When", "What happened"]>{rows}</Table> }
        .into_any()
}

fn badge(rotator: &RotatorInfo) -> AnyView {
    let (tone, icon, text) = match (rotator.gave_up, rotator.error.is_some(), rotator.state) {
        (true, _, _) => (Tone::Bad, "circle-alert", "Gave up"),
        (_, true, _) => (Tone::Warn, "clock", "Tries again"),
        (_, _, RotatorState::Idle) => (Tone::Ok, "check", "At rest"),
        (_, _, RotatorState::Overlap) => (Tone::Info, "clock", "Old value works on"),
        _ => (Tone::Info, "rotate-cw", "Under way"),
    };
    view! { <Badge tone icon>{text}</Badge> }.into_any()
}

const fn kind(settings: &RotatorSettings) -> &'static str {
    match settings {
        RotatorSettings::Generated { .. } => "Random value",
        RotatorSettings::Postgres { other_role: None, .. } => "PostgreSQL, one role",
        RotatorSettings::Postgres { .. } => "PostgreSQL, two roles in turn",
        RotatorSettings::Webhook { .. } => "A program of yours",
    }
}

fn every(days: u32) -> String {
    match days {
        0 => "By hand".into(),
        1 => "Every day".into(),
        days => format!("Every {days} days"),
    }
}

fn overlap(minutes: u32) -> String {
    match minutes {
        1 => "1 minute".into(),
        minutes => format!("{minutes} minutes"),
    }
}

fn moment(ms: Option<i64>, otherwise: &'static str) -> AnyView {
    ms.map_or_else(|| otherwise.into_any(), |ms| view! { <Time ms /> }.into_any())
}
