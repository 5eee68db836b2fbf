//! `/secrets/import`: a `.env` file, JSON or YAML becomes a secret, or a part of one.

mod arrivals;
mod filter;
mod otherwise;
mod preview;
mod row;
mod sheet;

pub use arrivals::Arrivals;
pub use sheet::{Pasted, Sheet, Unfit, Unread, Variable};

use self::preview::preview;
use crate::{
    compare::ComparisonLimit,
    drawn::{FormAnswer, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Breadcrumb, Button, ButtonKind, Field as FieldFrame, Notice, NoticeKind, PageHeader,
        SelectField, TextArea, field_id,
    },
    viewer::use_viewer,
};
use envfile::Format;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, KeyInfo, KeyName, SecretDetail, SecretId, WireValue};
use store::StoreError;

/// Takes a text, or shows what would become of the one that was taken.
#[component]
pub fn ImportPage() -> impl IntoView {
    let posted = PostedForm::take();
    let (into, kept) = (said(&posted, "into"), said(&posted, "kept"));
    let limit: Option<ComparisonLimit> = use_context();
    view! {
        <Title text="Import variables" />
        {drawn_whole(
            move |store, caller| async move {
                let mut target = match into.as_str() {
                    "" => None,
                    id => {
                        let id: SecretId = id.parse().map_err(|_| StoreError::NotFound)?;
                        let detail = store.secret(&caller, id).await?;
                        let plain = store.plain_values(&caller, id).await?.values;
                        Some(Target { detail, plain, same: None, limited: None })
                    }
                };
                let form = match kept.as_str() {
                    "" => None,
                    kept => store.kept_form(&caller, kept).await?,
                };
                let sheet = form.and_then(Pasted::of).and_then(|pasted| Sheet::read(&pasted).ok());
                let lost = !kept.is_empty() && sheet.is_none();
                if let (Some(target), Some(sheet)) = (&mut target, &sheet) {
                    target.limited = limit.and_then(|ComparisonLimit(take)| take(caller.user).err());
                    if target.limited.is_none() {
                        let values = sheet.variables.iter().map(|it| (&it.key, &it.last().value));
                        let id = target.detail.summary.id;
                        target.same = store.same_values(&caller, id, values).await?;
                    }
                }
                Ok((target, kept, sheet, lost))
            },
            |(target, kept, sheet, lost)| match sheet {
                Some(sheet) => preview(target, kept, sheet),
                None => question(target, lost),
            },
        )}
    }
    .into_any()
}

/// What the form says that came back, or else the address.
fn said(posted: &PostedForm, name: &str) -> String {
    let typed = posted.value(name).map(str::to_owned);
    typed.or_else(|| use_query_map().with_untracked(|query| query.get(name))).unwrap_or_default()
}

/// The same of what is said more than once.
fn said_all(posted: &PostedForm, name: &str) -> Vec<String> {
    let typed = posted.all(name);
    if !typed.is_empty() {
        return typed;
    }
    use_query_map().with_untracked(|query| query.get_all(name)).unwrap_or_default()
}

/// The secret that takes the variables.
struct Target {
    detail: SecretDetail,
    /// What its plain keys hold.
    plain: Vec<(KeyName, WireValue)>,
    /// The keys of the text that it holds with the same values, if that may be told.
    same: Option<Vec<KeyName>>,
    /// In how many seconds values are compared again, after many comparisons.
    limited: Option<u32>,
}

impl Target {
    fn at(&self) -> String {
        format!("/secrets/{}", self.detail.summary.id)
    }

    /// Whether it holds this value already, as far as that may be told.
    fn holds(&self, key: &KeyName, value: &WireValue) -> bool {
        let is_same = self.same.as_ref().is_some_and(|same| same.contains(key));
        is_same || self.plain.iter().any(|(name, held)| name == key && held == value)
    }

    fn info(&self, key: &KeyName) -> Option<&KeyInfo> {
        self.detail.keys.iter().find(|info| info.name == *key)
    }
}

fn head(target: Option<&Target>, text: &'static str) -> AnyView {
    let mut items = vec![("/secrets".to_owned(), "Secrets".to_owned())];
    let mut title = "Import variables".to_owned();
    if let Some(target) = target {
        let name = target.detail.summary.name.to_string();
        title = format!("Import into {name}");
        items.push((target.at(), name));
    }
    view! {
        <Breadcrumb items=items current="Import" />
        <PageHeader title=title text=text />
    }
    .into_any()
}

/// Where the text is pasted.
fn question(target: Option<Target>, lost: bool) -> AnyView {
    let viewer = use_viewer();
    let into = target.as_ref().map(|target| target.detail.summary.id.to_string());
    let blocked = blocked(target.as_ref());
    let format = PostedForm::take().value("format").unwrap_or_default().to_owned();
    let mut formats = vec![(String::new(), "Find out".to_owned())];
    formats.extend(Format::ALL.map(|format| (format.word().to_owned(), format.to_string())));
    let file = field_id("file");
    let lost = lost.then(|| {
        view! { <Notice kind=NoticeKind::Warn title="What you pasted was kept for ten minutes, and is gone. Paste it again." /> }
    });
    view! {
        {head(target.as_ref(), "Nothing is added before you have seen what would happen, line by line.")}
        <div class="stack">
            <FormAnswer done=&[] />
            {blocked.clone().map(|title| view! { <Notice title /> })}
            {lost}
            <form class="form wide" method="post" action="/secrets/import" enctype="multipart/form-data">
                <input type="hidden" name="workspace" value=viewer.workspace.to_string() />
                <input type="hidden" name="asks" value="read" />
                <input type="hidden" name="into" value=into />
                <TextArea name="text" label="Text" rows=12 mono=true
                    hint="A .env file, or one object in JSON or YAML." placeholder="PGHOST=db.example.org" />
                <FieldFrame id=file.clone() label="Or a file" hint="Choose it, or drop it here. At most 1 MiB.">
                    <input class="input" type="file" id=file name="file" />
                </FieldFrame>
                <SelectField name="format" label="Format" options=formats value=format />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true nostrip:blocked=blocked>"Preview"</Button>
                </div>
            </form>
        </div>
        <Arrivals />
    }
    .into_any()
}

/// Why this person cannot import there.
fn blocked(target: Option<&Target>) -> Option<String> {
    let viewer = use_viewer();
    let Some(target) = target else { return viewer.writes_nowhere() };
    let may = viewer.may_in(target.detail.summary.environment, Action::WriteSecrets);
    (!may).then(|| AppError::Denied(Action::WriteSecrets).to_string())
}
