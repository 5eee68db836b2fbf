//! `/rotation`.

use super::words::{schedule, state_badge, when};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{
        Button, ButtonKind, Card, EmptyState, Notice, NoticeKind, PageHeader, SelectField, Table,
        TextField, Time,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, Day, Field, OwnTemplate, RotationState, Schedule};
use store::{DueSecret, RotatorInfo};

/// What is overdue, due and due soon, and who still has old values.
#[component]
pub fn RotationPage() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <Title text="Rotation" />
        <PageHeader title="Rotation" text="Secrets whose values are to be replaced, the most urgent first; also those whose credential ends within two weeks, and those whose readers still have the values from before the last rotation." />
        {drawn(
            |store, caller| async move {
                let due = store.list_due(&caller).await?;
                let templates = store.template_schedules(&caller).await?;
                let own = store.own_templates(&caller).await?;
                let rotators = store.list_rotators(&caller).await?;
                Ok((due, templates, own, rotators))
            },
            move |(due, templates, own, rotators)| view! {
                <div class="stack loose">
                    <FormAnswer done=&[("saved", "Saved the schedule of the template.")] fields=&[Field::Days] />
                    {gave_up(&rotators)}
                    {table(&viewer, due)}
                    <p><a href="/rotation/automatic">"Rotators: what is replaced automatically"</a></p>
                    {templates_section(&viewer, templates, own)}
                </div>
            }.into_any(),
        )}
    }
    .into_any()
}

/// What should have been replaced automatically, and was not.
fn gave_up(rotators: &[RotatorInfo]) -> Option<AnyView> {
    let gave_up = rotators.iter().filter(|rotator| rotator.gave_up);
    let names: Vec<_> = gave_up.map(|rotator| rotator.secret_name.to_string()).collect();
    (!names.is_empty()).then(|| {
        let title =
            format!("Rotators gave up: {}. Each says why under Rotators.", names.join(", "));
        view! { <Notice kind=NoticeKind::Bad title /> }.into_any()
    })
}

fn table(viewer: &Viewer, due: Vec<DueSecret>) -> AnyView {
    if due.is_empty() {
        return view! {
            <EmptyState icon="check" title="Nothing is due" text="A secret gets a schedule on its page for rotation, all secrets of a template below. What is due within two weeks stands here." />
        }
        .into_any();
    }
    let of = |state| due.iter().filter(|one| one.detail.rotation.state == state).count();
    let counts = format!(
        "{} overdue, {} due today, {} due within two weeks.",
        of(RotationState::Overdue),
        of(RotationState::Due),
        of(RotationState::Soon)
    );
    let rows = due.into_iter().map(|one| row(viewer, one)).collect_view();
    view! {
        <div class="stack">
            <p>{counts}</p>
            <Table label="What wants a rotation" columns=["Secret", "Environment", "State", "Due", "Schedule", "Credential ends", "Readers with old values"] actions=true>
                {rows}
            </Table>
        </div>
    }
    .into_any()
}

fn row(viewer: &Viewer, one: DueSecret) -> impl IntoView + use<> {
    let DueSecret { detail, behind } = one;
    let (secret, info) = (detail.summary, detail.rotation);
    let environment = viewer.environment(secret.environment);
    let environment = environment.map(|environment| environment.name.to_string());
    let access = format!("/secrets/{}/access", secret.id);
    let rotate = viewer
        .may_in(secret.environment, Action::RotateValues)
        .then(|| view! { <a href=format!("/secrets/{}/rotate", secret.id)>"Rotate"</a> });
    view! {
        <tr>
            <th class="cell-name" scope="row"><a href=format!("/secrets/{}", secret.id)>{secret.name.to_string()}</a></th>
            <td>{environment}</td>
            <td>{state_badge(info.state)}</td>
            <td class="cell-wrap">{info.due_at.map(|ms| view! { <Time ms /> })}</td>
            <td class="cell-wrap">{schedule(&info)}</td>
            <td>{info.expires_at.map(|ms| Day::of(ms).to_string())}</td>
            <td>{(behind > 0).then(|| view! { <a href=access>{behind}</a> })}</td>
            <td>{rotate}</td>
        </tr>
    }
}

/// Schedules of whole templates, which count for secrets that have none of their own.
fn templates_section(
    viewer: &Viewer,
    schedules: Vec<(String, Schedule)>,
    own: Vec<OwnTemplate>,
) -> AnyView {
    let blocked = (!viewer.may(Action::ManageSchedules, false))
        .then(|| AppError::Denied(Action::ManageSchedules).to_string());
    let mut options: Vec<(String, String)> =
        own.into_iter().map(|own| (own.template.id, own.template.name)).collect();
    let built_in = catalog::summaries().iter();
    options.extend(built_in.map(|summary| (summary.id.clone(), summary.name.clone())));
    let name_of = |id: &str| {
        let found = options.iter().find(|(other, _)| other == id);
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    };
    let manages = blocked.is_none();
    let rows = schedules
        .into_iter()
        .map(|(template, schedule)| {
            let name = name_of(&template);
            let remove = manages.then(|| {
                view! {
                    <PostForm action=PAGE asks="template" class="row">
                        <input type="hidden" name="template" value=template />
                        <Button submit=true>"Take away"</Button>
                    </PostForm>
                }
            });
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">{name}</th>
                    <td class="cell-meta">{when(schedule)}</td>
                    <td class="cell-actions">{remove}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let table = (!rows.is_empty()).then(|| {
        view! { <Table label="Schedules of templates" columns=["Template", "Schedule"] actions=true>{rows}</Table> }
    });
    let posted = PostedForm::take();
    let days = posted.value("days").unwrap_or_default().to_owned();
    let on = posted.value("on").unwrap_or_default().to_owned();
    let chosen = posted.value("template").unwrap_or("postgres").to_owned();
    view! {
        <section class="stack">
            <div class="section-head"><h2>"Schedules of templates"</h2></div>
            <p class="muted">"They count for every secret of the template that has no schedule of its own."</p>
            {table}
            <Card title="Give a template a schedule">
                <PostForm action=PAGE asks="template">
                    <SelectField name="template" label="Template" options value=chosen />
                    <TextField name="days" label="Every so many days" input="number" value=days error=posted.error_of(Field::Days)
                        hint="Counted from the last rotation: 90 is a good start." optional=true />
                    <TextField name="on" label="Or on a day" input="date" value=on
                        hint="Without either, the template has no schedule." optional=true />
                    <div class="actions">
                        <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Save"</Button>
                    </div>
                </PostForm>
            </Card>
        </section>
    }
    .into_any()
}

const PAGE: &str = "/rotation";
