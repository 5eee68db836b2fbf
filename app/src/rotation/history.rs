//! `/secrets/:id/history`.

use super::{
    comparison::Comparison,
    timeline::{Rights, Timeline},
    words::secret_of_page,
};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    secrets::head::{SecretHead, SecretPage},
    ui::{Button, ButtonKind, ButtonLink, Card, Checkbox, Notice, TextField},
    viewer::use_viewer,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Field, NOTE_CHARS, SecretDetail, Version, VersionInfo};
use store::StoreError;

/// What the address asks for beside the list.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Two versions to compare, as they were chosen.
    compare: Option<(Version, Version)>,
    restore: Option<Version>,
    destroy: Option<Version>,
}

/// Every version, who has which, and going back to one.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let id = secret_of_page();
    let asked = use_query_map().with_untracked(|query| {
        let version = |name| query.get(name).and_then(|text| text.parse().ok());
        Asked {
            compare: version("left").zip(version("right")),
            restore: version("restore"),
            destroy: version("destroy"),
        }
    });
    drawn_whole(
        move |store, caller| async move {
            let id = id.ok_or(StoreError::NotFound)?;
            let detail = store.secret(&caller, id).await?;
            let versions = store.list_versions(&caller, id).await?;
            Ok((detail, versions))
        },
        move |(detail, versions)| page(&detail, &versions, asked),
    )
}

fn page(detail: &SecretDetail, versions: &[VersionInfo], asked: Asked) -> AnyView {
    let viewer = use_viewer();
    let secret = &detail.summary;
    let rights = Rights::of(&viewer, secret.environment);
    let here = format!("/secrets/{}/history", secret.id);
    let find = |wanted: Version| versions.iter().find(|one| one.version == wanted);
    let posted = PostedForm::take();
    let shown =
        asks(&posted, "show").zip(posted.value("other").and_then(|other| other.parse().ok()));
    let earlier_first =
        |(one, other): (Version, Version)| if other < one { (other, one) } else { (one, other) };
    let asked_for = asked.compare.map(earlier_first).or(shown);
    let compared = asked_for.map(|(left, right)| {
        if left == right {
            let title = format!("Version {left} cannot differ from itself. Choose two versions.");
            return view! { <Notice title /> }.into_any();
        }
        let (Some(left), Some(right)) = (find(left), find(right)) else {
            return view! { <Notice title="The secret does not have both of these versions." /> }
                .into_any();
        };
        let readable = rights.reveals && left.destroyed.is_none() && right.destroyed.is_none();
        Comparison { left, right, readable, here: &here, posted: &posted }.draw()
    });
    if let Some(both) = shown.filter(|_| !posted.once.is_empty()) {
        hide_in_a_while(both, viewer.shown_for, &here);
    }
    let before = versions.iter().map(|one| one.version).find(|one| *one < secret.version);
    let chosen = asked_for.unwrap_or((before.unwrap_or(secret.version), secret.version));
    let timeline = Timeline { versions, now: secret.version, chosen, here: &here, rights };
    let restoring = asked.restore.or_else(|| asks(&posted, "restore")).and_then(find);
    let destroying = asked.destroy.or_else(|| asks(&posted, "destroy")).and_then(find);
    view! {
        <SecretHead secret=secret.clone() page=SecretPage::History />
        <div class="stack loose">
            <FormAnswer
                done=&[
                    ("restored", "Restored, as a new version."),
                    ("destroyed", "Destroyed. The version stays in the list."),
                ]
                fields=&[Field::Name]
            />
            {restoring.filter(|_| rights.writes).map(|version| restore_form(version, secret.version, &here))}
            {destroying.filter(|_| rights.destroys).map(|version| destroy_form(version, &here, &posted))}
            {compared}
            {timeline.draw()}
        </div>
    }
    .into_any()
}

/// Leads to the page without the values that were just shown, after as long as values are shown.
fn hide_in_a_while((left, right): (Version, Version), shown_for: Option<u32>, here: &str) {
    let (Some(seconds), Some(response)) =
        (shown_for, use_context::<leptos_axum::ResponseOptions>())
    else {
        return;
    };
    let again = format!("{seconds}; url={here}?left={left}&right={right}");
    let again = http::HeaderValue::try_from(again).expect("an address of ours is ASCII");
    response.insert_header(http::header::REFRESH, again);
}

/// The version that a form of this kind was about, if it is the one that comes back.
fn asks(posted: &PostedForm, what: &str) -> Option<Version> {
    let is_it = posted.value("asks") == Some(what);
    posted.value("version").filter(|_| is_it)?.parse().ok()
}

fn restore_form(version: &VersionInfo, now: Version, here: &str) -> AnyView {
    let keys = version
        .keys
        .iter()
        .map(|key| {
            let name = key.name.to_string();
            view! { <Checkbox name="key" value=name.clone() label=name /> }
        })
        .collect_view();
    let title = format!("Restore version {}", version.version);
    let (version, here, action) = (version.version.to_string(), here.to_owned(), here.to_owned());
    view! {
        <Card title=title text="Makes a new version; nothing is lost. Choose keys to restore these alone, and leave the others as they are. Without a choice everything becomes as it was.">
            <PostForm action=action asks="restore">
                <input type="hidden" name="version" value=version />
                <input type="hidden" name="from" value=now.to_string() />
                {keys}
                <TextField name="note" label="Note" hint="Why, for the history." maxlength=MOST autocomplete="off" optional=true />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true>"Restore"</Button>
                    <ButtonLink href=here>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn destroy_form(version: &VersionInfo, here: &str, posted: &PostedForm) -> AnyView {
    let title = format!("Destroy the values of version {}", version.version);
    let (version, here, action) = (version.version.to_string(), here.to_owned(), here.to_owned());
    let error = posted.error_of(Field::Name);
    view! {
        <Card title=title text="This cannot be undone. The version stays in the list, and says who destroyed its values.">
            <PostForm action=action asks="destroy">
                <input type="hidden" name="version" value=version />
                <TextField name="name" label="The secret's name" hint="Type it to go on." error=error autocomplete="off" required=true mono=true />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Destroy values"</Button>
                    <ButtonLink href=here>"Cancel"</ButtonLink>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

#[expect(clippy::cast_possible_truncation, reason = "a note is short")]
const MOST: u32 = NOTE_CHARS as u32;
