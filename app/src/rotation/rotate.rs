//! `/secrets/:id/rotate`.

use super::words::{readers_table, schedule, secret_of_page, state_badge};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    secrets::head::{SecretHead, SecretPage},
    ui::{
        Button, ButtonKind, ButtonLink, Card, Checkbox, Facts, Notice, NoticeKind, TextField, Time,
    },
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, KeyName, NOTE_CHARS, Reason, SecretDetail, SecretReader, ValueKind};
use store::StoreError;

/// A form with the keys that were chosen, and who will notice.
#[component]
pub fn RotatePage() -> impl IntoView {
    let id = secret_of_page();
    let chosen: Vec<String> = use_query_map()
        .with_untracked(|query| query.get_all("key").into_iter().flatten().collect());
    drawn_whole(
        move |store, caller| async move {
            let id = id.ok_or(StoreError::NotFound)?;
            let detail = store.secret(&caller, id).await?;
            let readers = store.list_readers(&caller, id, 30).await?;
            Ok((detail, readers))
        },
        move |(detail, readers)| page(detail, readers, &chosen),
    )
}

fn page(detail: SecretDetail, readers: Vec<SecretReader>, chosen: &[String]) -> AnyView {
    let viewer = use_viewer();
    let secret = &detail.summary;
    let here = format!("/secrets/{}", secret.id);
    let blocked = (!viewer.may_in(secret.environment, Action::RotateValues))
        .then(|| AppError::Denied(Action::RotateValues).to_string());
    let info = detail.rotation;
    let facts = vec![
        ("State", state_badge(info.state)),
        ("Schedule", schedule(&info).into_any()),
        (
            "Due",
            info.due_at.map_or_else(|| "Never".into_any(), |ms| view! { <Time ms /> }.into_any()),
        ),
        (
            "Last rotated",
            info.rotated_at
                .map_or_else(|| "Never".into_any(), |ms| view! { <Time ms /> }.into_any()),
        ),
    ];
    let address = format!("{here}/rotate");
    let (scheduled, automatic) = (format!("{here}/schedule"), format!("{here}/automatic"));
    let posted = PostedForm::take();
    let picked: Vec<KeyName> = detail
        .keys
        .iter()
        .filter(|key| match (posted.fields.is_empty(), chosen.is_empty()) {
            (false, _) => posted
                .fields
                .iter()
                .any(|(name, value)| name == "key" && value == key.name.as_str()),
            (_, false) => chosen.iter().any(|name| name == key.name.as_str()),
            _ => key.kind != ValueKind::Plain,
        })
        .map(|key| key.name.clone())
        .collect();
    let choices = detail
        .keys
        .iter()
        .map(|key| {
            let name = key.name.to_string();
            let checked = picked.contains(&key.name);
            view! { <Checkbox name="key" value=name.clone() label=name checked=checked /> }
        })
        .collect_view();
    let from = posted.value("from").map_or_else(|| secret.version.to_string(), str::to_owned);
    let note = posted.value("note").unwrap_or_default().to_owned();
    let form = fields(address.clone(), &picked, from, note, blocked);
    let refused = refused(&posted);
    view! {
        <SecretHead secret=secret.clone() page=SecretPage::Rotation />
        <div class="stack loose">
            <FormAnswer done=&[] fields=&[Field::Secret] />
            {refused}
            <div class="split">
                <div class="stack">
                    <Card title="New values" text="What is typed becomes the next version, which says that it came of a rotation.">
                        {form}
                    </Card>
                    <Card title="Other keys" text="Hidden and write-only keys are chosen at first.">
                        <form class="form" method="get" action=address>
                            {choices}
                            <div class="actions"><Button submit=true>"Choose these keys"</Button></div>
                        </form>
                    </Card>
                </div>
                <div class="stack">
                    <Facts items=facts />
                    <div class="row">
                        <ButtonLink href=scheduled icon="clock">"Schedule"</ButtonLink>
                        <ButtonLink href=automatic icon="bot">"Rotate automatically"</ButtonLink>
                    </div>
                </div>
            </div>
            <section class="stack">
                <div class="section-head"><h2>"Who will notice"</h2></div>
                <p class="muted">"Who read the secret in the last 30 days. They have the old values until they read again."</p>
                {readers_table(readers)}
            </section>
        </div>
    }
    .into_any()
}

/// Why the values were not taken, in words of this page.
fn refused(posted: &PostedForm) -> Option<AnyView> {
    let problem = posted.error.as_ref()?.problems()?.of(Field::Secret)?;
    let title = match problem.reason {
        Reason::Missing => "A key has no new value. Type one, or press Generate.",
        Reason::Wrong => {
            "Not rotated: one of the keys would keep the value that it has. A rotation gives others."
        }
        Reason::NoKeys => "Choose a key to rotate.",
        _ => {
            return Some(
                view! { <Notice kind=NoticeKind::Bad title=problem.to_string() alert=true /> }
                    .into_any(),
            );
        }
    };
    Some(view! { <Notice kind=NoticeKind::Bad title alert=true /> }.into_any())
}

/// The fields begin empty, also when the form comes back: a value never enters HTML.
fn fields(
    action: String,
    picked: &[KeyName],
    from: String,
    note: String,
    blocked: Option<String>,
) -> AnyView {
    let inputs = picked
        .iter()
        .map(|key| {
            view! {
                <input type="hidden" name="key" value=key.to_string() />
                <TextField name=format!("value-{key}") label=key.to_string() input="password" autocomplete="new-password" />
            }
        })
        .collect_view();
    let refused = blocked.is_some();
    view! {
        <PostForm action=action asks="rotate">
            <input type="hidden" name="from" value=from />
            {inputs}
            <TextField name="note" label="Note" value=note hint="Why, for the history." maxlength=MOST autocomplete="off" optional=true />
            <div class="actions">
                <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Rotate"</Button>
                {(!refused).then(generate)}
            </div>
        </PostForm>
    }
    .into_any()
}

/// Asks before it does: nobody sees afterwards what it made.
fn generate() -> AnyView {
    view! {
        <div class="menu">
            <button class="button" type="button" popovertarget="generate">"Generate…"</button>
            <div class="menu-list question" id="generate" popover="auto">
                <p>"Fields that are empty get values that the server makes, stores, and shows to nobody. Programs have the old ones until they read again."</p>
                <button class="button primary" name="generate" value="on">"Generate and rotate"</button>
            </div>
        </div>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const MOST: u32 = NOTE_CHARS as u32;
