//! `/environments`.

use super::{
    api::{CreateEnvironment, MoveEnvironment},
    edit::EditEnvironment,
};
use crate::{
    answer::{Refusal, error_of, on_success, problem_of},
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    session::api::load_viewer,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Card, Column, IconButton, Notice, PageHeader,
        Skeleton, Table, TextField, Tone,
    },
    viewer::{CurrentViewer, Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Environment, Field, WorkspaceId};

/// The environments of the workspace in their order. `?edit=` opens the settings of one, so that each of its forms comes
/// back to it without scripts too.
#[component]
pub fn EnvironmentsPage() -> impl IntoView {
    // The frame's viewer is from when the dashboard was opened: since then secrets came and went.
    let fresh = page_data(|| (), |()| load_viewer());
    view! {
        <Title text="Environments" />
        <PageHeader
            title="Environments"
            text="Where secrets live. Each environment has its own, and programs ask for the secrets of one."
        />
        <Transition fallback=|| view! { <Skeleton rows=3 /> }>
            {move || Suspend::new(async move {
                match fresh.await {
                    Err(error) => view! { <Failure error /> }.into_any(),
                    Ok(viewer) => view! { <Environments viewer /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Environments(viewer: Viewer) -> impl IntoView {
    provide_context(viewer.clone());
    let refused = refusal(&viewer, Action::ManageEnvironments);
    let params = use_query_map();
    let edited = Memo::new(move |_| params.with(|params| params.get("edit")));
    let below = {
        let viewer = viewer.clone();
        move || {
            let id = edited.get().and_then(|id| id.parse().ok());
            match id.and_then(|id| viewer.environment(id)).cloned() {
                Some(environment) => view! { <EditEnvironment environment /> }.into_any(),
                None => view! { <CreateForm /> }.into_any(),
            }
        }
    };
    view! {
        <div class="stack loose">
            {refused.map(|reason| view! { <Notice title=reason /> })}
            <EnvironmentTable viewer />
            {below}
        </div>
    }
    .into_any()
}

/// Why this person may not, if they may not.
pub(super) fn refusal(viewer: &Viewer, action: Action) -> Option<String> {
    (!viewer.may(action, false)).then(|| AppError::Denied(action).to_string())
}

#[component]
fn EnvironmentTable(viewer: Viewer) -> impl IntoView {
    let moving = FormAction::of::<MoveEnvironment>();
    let resource = expect_context::<CurrentViewer>();
    on_success(moving, move || resource.refetch());
    let workspace = viewer.workspace;
    let may = viewer.may(Action::ManageEnvironments, false);
    let last = viewer.environments.len().saturating_sub(1);
    let rows = viewer
        .environments
        .into_iter()
        .enumerate()
        .map(|(place, environment)| {
            let (up, down) = (may && place > 0, may && place < last);
            view! { <Row environment workspace moving up down /> }
        })
        .collect_view();
    view! {
        <Refusal error=error_of(moving) page="/environments" />
        <Table label="Environments" columns=vec![Column::Words("Name"), Column::Words("Protection"), Column::Number("Secrets")] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

#[component]
fn Row(
    environment: Environment,
    workspace: WorkspaceId,
    moving: FormAction,
    up: bool,
    down: bool,
) -> impl IntoView {
    let Environment { id, name, protected, secrets } = environment;
    let title = name.to_string();
    let protection = if protected {
        view! { <Badge tone=Tone::Info icon="shield">"Protected"</Badge> }.into_any()
    } else {
        view! { <Badge icon="lock-open">"Not protected"</Badge> }.into_any()
    };
    view! {
        <tr>
            <th class="cell-name" scope="row">
                <a class="row-link" href=format!("/secrets?env={name}")>{name.to_string()}</a>
            </th>
            <td class="cell-status">{protection}</td>
            <td class="cell-meta cell-num" data-unit=if secrets == 1 { "secret" } else { "secrets" }>
                {secrets}
            </td>
            <td class="cell-actions wide">
                <ActionForm action=moving>
                    <input type="hidden" name="workspace" value=workspace.to_string() />
                    <input type="hidden" name="id" value=id.to_string() />
                    <IconButton icon="chevron-up" label=format!("Move {name} up")
                        submit=true name="step" value="-1" disabled=!up />
                    <IconButton icon="chevron-down" label=format!("Move {name} down")
                        submit=true name="step" value="1" disabled=!down />
                </ActionForm>
                <ButtonLink href=format!("/environments?edit={id}#edit") kind=ButtonKind::Ghost icon="pencil">
                    "Edit" <span class="visually-hidden">{title}</span>
                </ButtonLink>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn CreateForm() -> impl IntoView {
    let viewer = use_viewer();
    let resource = expect_context::<CurrentViewer>();
    let create = FormAction::of::<CreateEnvironment>();
    let error = error_of(create);
    let name = RwSignal::new(String::new());
    on_success(create, move || {
        name.set(String::new());
        resource.refetch();
    });
    view! {
        <Card title="Add an environment">
            <Refusal error fields=&[Field::Environment] page="/environments" />
            <ActionForm action=create class="form">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <TextField
                    name="name"
                    label="Name"
                    bind=name
                    placeholder="review"
                    hint="Letters, digits, dots, dashes and underscores. It starts open: protect it afterwards."
                    error=problem_of(error, Field::Environment)
                    required=true
                    autocomplete="off"
                    mono=true
                />
                <div class="actions">
                    <Button
                        kind=ButtonKind::Primary
                        submit=true
                        busy=create.pending()
                        nostrip:blocked=refusal(&viewer, Action::ManageEnvironments)
                    >
                        "Add environment"
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
