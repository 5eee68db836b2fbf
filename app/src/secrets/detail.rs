//! `/secrets/:id`.

use super::{
    api::{TrashSecret, load_secret},
    head::{SecretHead, SecretPage},
    plain_values::PlainValues,
    readers::RecentReaders,
    snippets::Snippets,
    value_cell::{OneShown, ValueCell},
};
use crate::{
    error::AppError,
    form_action::{ActionForm, FormAction},
    frame::Failure,
    keyboard::announced,
    page_data::page_data,
    ui::{
        Confirm, Facts, Icon, Menu, Notice, NoticeKind, Skeleton, Table, TextField, Time,
        copy_name, hydrated, time::now, use_toasts,
    },
    viewer::use_viewer,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{Action, SecretDetail, SecretId, SecretSummary, ValueKind, Version};

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
    let plain = PlainValues::new(viewer.workspace, secret.id);
    let sees_plain = keys.iter().any(|info| info.kind == ValueKind::Plain)
        && viewer.may_in(secret.environment, Action::ReadPlainValues);
    Effect::new(move |_| {
        if sees_plain {
            plain.read();
        }
    });
    let one = OneShown::default();
    #[cfg(feature = "hydrate")]
    super::value_keys::listen();
    let first_key = keys.first().map(|info| info.name.clone());
    let rows = keys
        .into_iter()
        .map(|info| {
            view! {
                <tr>
                    <th class="cell-name" scope="row">{info.name.to_string()}</th>
                    <ValueCell id=secret.id info environment=secret.environment plain one />
                </tr>
            }
        })
        .collect_view();
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
        <SecretHead secret=secret.clone() page=SecretPage::Values>
            <More secret deletes=writes protected last_read_at />
        </SecretHead>
        <div class="stack">
            <Saved />
            <div class="split">
                <div class="stack">
                    <Table label="Keys" columns=["Key", "Value", "Kind", "Since"] actions=true>
                        {rows}
                    </Table>
                    {move || plain.error().map(|error| view! { <Notice kind=NoticeKind::Warn title=error.to_string() /> })}
                    <p class="muted scriptless">"Showing and copying values needs JavaScript."</p>
                    <Snippets name=name.clone() environment=place key=first_key />
                </div>
                <Facts items=facts />
            </div>
        </div>
    }
    .into_any()
}

/// What was just done, as the address says.
#[component]
fn Saved() -> impl IntoView {
    let query = use_query_map();
    move || {
        let said = query.with(|query| {
            let made = query.get("made").and_then(|made| made.parse::<u32>().ok());
            if let Some(environments) = made {
                Some(match environments {
                    2.. => format!(
                        "Created in {environments} environments. Programs can read it in each now."
                    ),
                    _ => "Created. Programs can read it now.".to_owned(),
                })
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

/// What else can be done with it.
#[component]
fn More(
    secret: SecretSummary,
    deletes: bool,
    protected: bool,
    #[prop(optional_no_strip)] last_read_at: Option<i64>,
) -> impl IntoView {
    let reference = use_viewer().reference(&secret);
    let toasts = use_toasts();
    let trash = FormAction::of::<TrashSecret>();
    let asks = RwSignal::new(false);
    let copy = move |_| copy_name(reference.clone(), toasts);
    let is_read = move || last_read_at.is_some_and(|ms| now() - ms < LATELY);
    let delete = deletes.then(|| {
        view! { <Delete id=secret.id version=secret.version trash asks when=move || protected || is_read() /> }
    });
    let failed = move || match trash.answer().get() {
        Some(Err(error)) => {
            Some(view! { <Notice kind=NoticeKind::Bad title=error.to_string() alert=true /> })
        }
        _ => None,
    };
    let deleting = move || trash.pending().get().then_some("Deleting");
    view! {
        // Without scripts nobody copies, and the menu of somebody who may not delete is empty.
        <span class=if deletes { "" } else { "needs-scripts" }>
            <span class="muted" role="status">{deleting}</span>
            <Menu id="more" label="More" icon="ellipsis" shortcut=".">
                <button class="menu-item needs-scripts" type="button" aria-keyshortcuts=announced("C") on:click=copy>
                    <Icon name="copy" />
                    "Copy environment/name"
                </button>
                {delete}
            </Menu>
        </span>
        <AskToDelete asks id=secret.id name=secret.name.to_string() protected is_read />
        {failed}
    }
    .into_any()
}

/// In a protected environment, and where programs read it lately, whose name has to be typed then.
#[component]
fn AskToDelete(
    asks: RwSignal<bool>,
    id: SecretId,
    name: String,
    protected: bool,
    is_read: impl Fn() -> bool + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let title = format!("Delete {name}?");
    let label = format!("Type {name} to delete it");
    let differs = Signal::derive(move || is_read() && typed.with(|typed| typed.trim() != name));
    view! {
        <Confirm id="confirm-trash" open=asks title verb="Delete secret" form="trash" disabled=differs>
            {protected.then(|| view! { <p>"Its environment is protected."</p> })}
            <p>"Programs that read the secret stop getting it at once. It stays in the trash for 30 days."</p>
            <RecentReaders id when=asks />
            <Show when=move || asks.get() && is_read()>
                <TextField name="delete-name" label=label.clone() bind=typed autocomplete="off" mono=true />
            </Show>
        </Confirm>
    }
    .into_any()
}

/// What programs read since then they may well read again, in milliseconds.
const LATELY: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Moves it to the trash. It asks `when` that is called for.
#[component]
fn Delete(
    id: SecretId,
    version: Version,
    trash: FormAction,
    asks: RwSignal<bool>,
    when: impl Fn() -> bool + Send + 'static,
) -> impl IntoView {
    let viewer = use_viewer();
    let ready = hydrated();
    let ask = move |event: ev::MouseEvent| {
        if when() && ready.get_untracked() {
            event.prevent_default();
            // Once the menu has closed and given the focus back, which the question then gives back in turn.
            request_animation_frame(move || asks.set(true));
        }
    };
    view! {
        <hr />
        <ActionForm action=trash id="trash">
            <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="from" value=version.to_string() />
            <button class="menu-item danger" on:click=ask>
                <Icon name="trash-2" />
                "Delete"
            </button>
        </ActionForm>
    }
    .into_any()
}
