//! `/secrets/:id`.

use super::{
    api::{TrashSecret, load_secret, plain_values},
    list::environment_badge,
    snippets::Snippets,
    value_cell::{PlainValues, ValueCell},
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    page_data::page_data,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Confirm, Facts, Notice, NoticeKind, PageHeader,
        Skeleton, Table, Time, hydrated,
    },
    viewer::use_viewer,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Action, SecretDetail, SecretId, ValueKind};

/// A secret: its keys, their values on demand, and how programs get them.
#[component]
pub fn DetailPage() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let detail = page_data(
        move || id.get(),
        move |id| async move {
            match id.parse::<SecretId>() {
                Ok(id) => load_secret(viewer.workspace, id).await,
                Err(_) => Err(AppError::NotFound),
            }
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton rows=6 /> }>
            {move || Suspend::new(async move {
                match detail.await {
                    Err(error) => view! { <Failure error whole=true /> }.into_any(),
                    Ok(detail) => view! { <Detail detail /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Detail(detail: SecretDetail) -> impl IntoView {
    let viewer = use_viewer();
    let SecretDetail { summary: secret, keys, note, created_at, created_by, last_read_at, .. } =
        detail;
    let environment = viewer.environment(secret.environment).cloned();
    let protected = environment.as_ref().is_some_and(|environment| environment.protected);
    let place = environment.map(|environment| environment.name.to_string()).unwrap_or_default();
    let writes = viewer.may_in(secret.environment, Action::WriteSecrets);
    let plain = plain_of(secret.id, &keys, secret.environment);
    let first_key = keys.first().map(|info| info.name.clone());
    let rows = keys
        .into_iter()
        .map(|info| {
            view! {
                <tr>
                    <th class="cell-name" scope="row">{info.name.to_string()}</th>
                    <ValueCell id=secret.id info environment=secret.environment plain />
                </tr>
            }
        })
        .collect_view();
    let at = |page: &str| format!("/secrets/{}/{page}", secret.id);
    let (edit, history, rotate) = (at("edit"), at("history"), at("rotate"));
    let beside = {
        let (place, template) = (place.clone(), secret.template.clone());
        move || {
            view! {
                {environment_badge(place, protected)}
                {template.map(|template| view! { <Badge>{template}</Badge> })}
            }
        }
    };
    let tags = secret.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let name = secret.name.clone();
    let (version, updated_at, updated_by) =
        (secret.version, secret.updated_at, secret.updated_by.clone());
    let by = |ms: i64, who: String| view! { <Time ms />" by "{who} }.into_any();
    let mut facts = vec![
        ("Version", version.to_string().into_any()),
        ("Changed", by(updated_at, updated_by.to_string())),
        ("Created", by(created_at, created_by.to_string())),
        (
            "Last read by a program",
            match last_read_at {
                Some(ms) => view! { <Time ms /> }.into_any(),
                None => "Never".into_any(),
            },
        ),
    ];
    if !tags.is_empty() {
        facts.push(("Tags", tags.into_any()));
    }
    if !note.is_empty() {
        facts.push(("Note", note.into_any()));
    }
    view! {
        <Title text=name.to_string() />
        <PageHeader title=name.to_string() mono=true back=("/secrets", "Secrets") beside=ViewFnOnce::from(beside)>
            <ButtonLink href=format!("/audit?target={}&class=reads", secret.id) drawn=true>"Who has seen it"</ButtonLink>
            <ButtonLink href=history icon="history" drawn=true shortcut="H">"History"</ButtonLink>
            {if writes {
                view! {
                    <ButtonLink href=rotate icon="rotate-cw" drawn=true shortcut="R">"Rotate"</ButtonLink>
                    <ButtonLink href=edit kind=ButtonKind::Primary icon="pencil" shortcut="E">"Edit"</ButtonLink>
                    <Delete detail=secret.clone() protected />
                }.into_any()
            } else {
                view! { <span class="muted">"Your role may not change secrets here."</span> }.into_any()
            }}
        </PageHeader>
        <div class="stack">
        <Saved />
        <div class="split">
            <div class="stack">
                <Table label="Keys" columns=["Key", "Value", "Kind", "Since"] actions=true>
                    {rows}
                </Table>
                {move || plain.get().and_then(Result::err).map(|error| view! { <Notice kind=NoticeKind::Warn title=error.to_string() /> })}
                <p class="muted scriptless">"Showing and copying values needs JavaScript."</p>
                <Snippets name=name.clone() environment=place key=first_key />
            </div>
            <Facts items=facts />
        </div>
        </div>
    }
    .into_any()
}

/// The plain values: fetched once when the page is open, for whoever may see them. They are never part of the page's HTML.
fn plain_of(
    id: SecretId,
    keys: &[model::KeyInfo],
    environment: model::EnvironmentId,
) -> RwSignal<Option<Result<PlainValues, AppError>>> {
    let viewer = use_viewer();
    let plain = RwSignal::new(None);
    let wanted = keys.iter().any(|info| info.kind == ValueKind::Plain)
        && viewer.may_in(environment, Action::ReadPlainValues);
    // An effect runs in the browser only.
    Effect::new(move |_| {
        if wanted {
            spawn_local(async move {
                let values = plain_values(viewer.workspace, id).await;
                let _ = plain.try_set(Some(values.map(PlainValues)));
            });
        }
    });
    plain
}

/// What was just done, as the address says.
#[component]
fn Saved() -> impl IntoView {
    let query = use_query_map();
    move || {
        let said = query.with(|query| {
            if query.get("made").is_some() {
                Some("Created. Programs can read it now.".to_owned())
            } else if query.get("restored").is_some() {
                Some("Restored from the trash.".to_owned())
            } else {
                let version: u32 = query.get("saved")?.parse().ok()?;
                Some(format!("Saved version {version}."))
            }
        });
        said.map(|title| view! { <Notice kind=NoticeKind::Ok title /> })
    }
}

/// Moving to the trash. In a protected environment it asks first.
#[component]
fn Delete(detail: model::SecretSummary, protected: bool) -> impl IntoView {
    let viewer = use_viewer();
    let trash = FormAction::of::<TrashSecret>();
    let open = RwSignal::new(false);
    let ready = hydrated();
    let failed = move || match trash.answer().get() {
        Some(Err(error)) => {
            Some(view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> })
        }
        _ => None,
    };
    let asks = move || protected && ready.get();
    view! {
        <ActionForm action=trash id="trash">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=detail.id.to_string() />
            <input type="hidden" name="from" value=detail.version.to_string() />
            <Show when=asks fallback=move || view! { <Button submit=true icon="trash-2" busy=trash.pending()>"Delete"</Button> }>
                <Button icon="trash-2" busy=trash.pending() on:click=move |_| open.set(true)>"Delete"</Button>
            </Show>
        </ActionForm>
        <Confirm id="confirm-trash" open title=format!("Delete {}?", detail.name) verb="Delete secret" form="trash">
            <p>"Its environment is protected. Programs that read the secret stop getting it at once. It stays in the trash for 30 days."</p>
        </Confirm>
        {failed}
    }
    .into_any()
}
