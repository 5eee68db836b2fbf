//! `/environments`.

use super::{PAGE, edit::edit};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn},
    error::AppError,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Card, Column, IconButton, Notice, PageHeader, Table,
        TextArea, Tone,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Environment, EnvironmentId, Field};

/// The environments of the workspace in their order. `?edit=` opens the settings of one.
#[component]
pub fn EnvironmentsPage() -> impl IntoView {
    let refused = refusal(&use_viewer(), Action::ManageEnvironments);
    view! {
        <Title text="Environments" />
        <PageHeader
            title="Environments"
            text="Where secrets live. Each environment has its own, and programs ask for the secrets of one."
        />
        <div class="stack loose">
            <FormAnswer done=DONE fields=&[Field::Environment] />
            {refused.map(|reason| view! { <Notice title=reason /> })}
            {drawn(|store, caller| async move { store.list_environments(&caller).await }, environments)}
        </div>
    }
    .into_any()
}

fn environments(all: Vec<Environment>) -> AnyView {
    let edited = edited().and_then(|id| all.iter().find(|environment| environment.id == id));
    let below = match edited {
        Some(environment) => edit(environment, all.len() == 1),
        None => create(),
    };
    let may = use_viewer().may(Action::ManageEnvironments, false);
    let last = all.len().saturating_sub(1);
    let row = |(place, environment)| row(environment, may && place > 0, may && place < last);
    let rows = all.iter().enumerate().map(row).collect_view();
    let columns =
        vec![Column::Words("Name"), Column::Words("Protection"), Column::Number("Secrets")];
    view! {
        <Table label="Environments" columns actions=true>{rows}</Table>
        {below}
    }
    .into_any()
}

/// The environment whose settings are open: in the address, or in one of its forms that failed.
fn edited() -> Option<EnvironmentId> {
    let posted = PostedForm::take();
    let of_form = posted.value("id").filter(|_| posted.value("asks") != Some("move"));
    let of_form = of_form.map(str::to_owned);
    let text = of_form.or_else(|| use_query_map().with_untracked(|query| query.get("edit")))?;
    text.parse().ok()
}

/// Why this person may not, if they may not.
pub(super) fn refusal(viewer: &Viewer, action: Action) -> Option<String> {
    (!viewer.may(action, false)).then(|| AppError::Denied(action).to_string())
}

fn row(environment: &Environment, up: bool, down: bool) -> AnyView {
    let Environment { id, name, protected, secrets } = environment.clone();
    let (id, title) = (id.to_string(), name.to_string());
    let edit = format!("{PAGE}?edit={id}#edit");
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
                <PostForm action=PAGE asks="move" class="row">
                    <input type="hidden" name="id" value=id />
                    <IconButton icon="chevron-up" label=format!("Move {name} up")
                        submit=true name="step" value="-1" disabled=!up />
                    <IconButton icon="chevron-down" label=format!("Move {name} down")
                        submit=true name="step" value="1" disabled=!down />
                </PostForm>
                <ButtonLink href=edit kind=ButtonKind::Ghost icon="pencil">
                    "Edit" <span class="visually-hidden">{title}</span>
                </ButtonLink>
            </td>
        </tr>
    }
    .into_any()
}

fn create() -> AnyView {
    let posted = PostedForm::take();
    let names = posted.value("names").unwrap_or_default().to_owned();
    view! {
        <Card title="Add environments">
            <PostForm action=PAGE asks="create">
                <TextArea
                    name="names"
                    label="Names"
                    value=names
                    placeholder="review"
                    hint="One, or several with commas or lines between them. Letters, digits, dots, dashes and underscores. They start open: protect them afterwards."
                    error=posted.error_of(Field::Environment)
                    required=true
                    mono=true
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true
                        nostrip:blocked=refusal(&use_viewer(), Action::ManageEnvironments)>
                        "Add environments"
                    </Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

const DONE: &[(&str, &str)] = &[
    ("added", "Added. Protect what programs in production read."),
    ("renamed", "Renamed. Programs have to ask for the new name."),
    ("protected", "Protected. Reveals ask for the password again."),
    ("opened", "The protection is lifted."),
    ("moved", "Moved."),
    ("deleted", "Deleted."),
];
