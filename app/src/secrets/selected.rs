//! `/secrets/selected`: what can be done with several secrets at once. The server alone draws it.

use super::{list::MOST_SELECTED, readers::told};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, Card, Column, EmptyState, ErrorSummary, PageHeader,
        SelectField, Table, TextField, counted,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, Field, ReaderKind, SecretDetail, SecretId, SecretReader, Version};
use std::{fmt, iter};
use store::{Caller, Store, StoreError};

/// A secret that was selected, and the version that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The secret.
    pub id: SecretId,
    /// The version.
    pub version: Version,
}

impl fmt::Display for Selected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.version)
    }
}

impl Selected {
    /// What [`fmt::Display`] writes; nothing if it is not that.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, version) = text.split_once(':')?;
        Some(Self { id: id.parse().ok()?, version: version.parse().ok()? })
    }
}

/// What is known of one before it is deleted.
pub struct Found {
    /// The secret.
    pub detail: SecretDetail,
    /// Who read it in the last 30 days and still can.
    pub readers: Vec<SecretReader>,
}

impl Found {
    /// Finds it in the store.
    pub async fn of(store: &Store, caller: &Caller, id: SecretId) -> Result<Self, StoreError> {
        let detail = store.secret(caller, id).await?;
        let mut readers = store.list_readers(caller, id, 30).await?;
        readers.retain(|reader| !reader.gone);
        Ok(Self { detail, readers })
    }

    fn has_programs(&self) -> bool {
        self.readers.iter().any(|reader| reader.reader.kind() == ReaderKind::Program)
    }
}

/// What is typed before they are deleted; nothing if no program would notice.
pub fn to_type(found: &[Found]) -> Option<String> {
    if !found.iter().any(Found::has_programs) {
        return None;
    }
    Some(match found {
        [one] => one.detail.summary.name.to_string(),
        several => format!("delete {}", counted(several.len(), "secret")),
    })
}

/// The page with these secrets.
pub fn selected_page(ids: impl IntoIterator<Item = SecretId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| format!("id={id}")).collect();
    format!("{PAGE}?{}", ids.join("&"))
}

/// The selected secrets, their tags, where they could go, and their names.
#[component]
pub fn SelectedPage() -> impl IntoView {
    let ids = ids();
    view! {
        <Title text="Selected secrets" />
        {drawn_whole(
            move |store, caller| async move {
                let mut found = Vec::new();
                for id in ids {
                    match Found::of(&store, &caller, id).await {
                        Ok(one) => found.push(one),
                        // It went since it was selected.
                        Err(StoreError::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(found)
            },
            |found| selected(&found),
        )}
    }
    .into_any()
}

/// In the address, or in the form that was posted.
fn ids() -> Vec<SecretId> {
    let posted = PostedForm::take();
    let at = posted.fields.iter().filter(|(name, _)| name == "at");
    let of_form: Vec<SecretId> =
        at.filter_map(|(_, text)| Some(Selected::parse(text)?.id)).collect();
    if !of_form.is_empty() {
        return of_form;
    }
    let texts = use_query_map().with_untracked(|query| query.get_all("id")).unwrap_or_default();
    texts.iter().filter_map(|text| text.parse().ok()).take(MOST_SELECTED).collect()
}

fn selected(found: &[Found]) -> AnyView {
    if found.is_empty() {
        return view! {
            <PageHeader title="Selected secrets" back=("/secrets", "Secrets") />
            <FormAnswer done=DONE />
            <EmptyState icon="key-round" title="Nothing is selected" text="Tick secrets on the list first.">
                <ButtonLink href="/secrets" kind=ButtonKind::Primary>"Go to the secrets"</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    let viewer = use_viewer();
    let count = counted(found.len(), "secret");
    let rows = found.iter().map(|one| row(&one.detail, &viewer)).collect_view();
    let columns = vec![
        Column::Words("Name"),
        Column::Words("Environment"),
        Column::Number("Keys"),
        Column::Words("Tags"),
    ];
    let hidden = || {
        let at = found.iter().map(|one| {
            let summary = &one.detail.summary;
            let selected = Selected { id: summary.id, version: summary.version }.to_string();
            view! { <input type="hidden" name="at" value=selected /> }
        });
        at.collect_view()
    };
    let places =
        viewer.environments.iter().map(|found| (found.name.to_string(), found.name.to_string()));
    let places: Vec<_> = places.collect();
    let names = names(found, &viewer);
    let (tagged, moved) = (hidden(), hidden());
    let may = |one: &Found| viewer.may_in(one.detail.summary.environment, Action::WriteSecrets);
    let refused = !found.iter().any(may);
    let blocked = move || refused.then(|| AppError::Denied(Action::WriteSecrets).to_string());
    let (posted, wanted) = (PostedForm::take_of("trash"), to_type(found));
    let answered = match (posted.error_of(Field::Name).get_untracked(), &wanted) {
        (Some(_), Some(text)) => {
            let told = format!("Nothing was deleted: type “{text}” to go on.");
            view! { <ErrorSummary errors=vec![("field-typed".to_owned(), told)] title="Not deleted" /> }.into_any()
        }
        _ => view! { <FormAnswer done=DONE fields=&[Field::Name] /> }.into_any(),
    };
    let typed = wanted.map(|text| type_field(found, &text, &posted));
    let deletion = deletion(found, &viewer, (hidden(), typed).into_any(), blocked());
    view! {
        <PageHeader title=format!("{count} selected") back=("/secrets", "Secrets") />
        <div class="stack loose">
            {answered}
            <Table label="Selected secrets" columns>{rows}</Table>
            <Card title="Tags" text="Words to find them by. Each secret gets a new version with its tags.">
                <PostForm action=PAGE asks="tag">
                    {tagged}
                    <div class="form-row">
                        <TextField name="add" label="Add" optional=true autocomplete="off" placeholder="billing" />
                        <TextField name="remove" label="Remove" optional=true autocomplete="off" />
                    </div>
                    <div class="actions"><Button submit=true icon="tag" nostrip:blocked=blocked()>"Change tags"</Button></div>
                </PostForm>
            </Card>
            <Card title="Move" text="To another environment, with all versions. Programs that read them here get nothing until they ask there.">
                <PostForm action=PAGE asks="move">
                    {moved}
                    <SelectField name="environment" label="Environment" options=places />
                    <div class="actions"><Button submit=true icon="layers" nostrip:blocked=blocked()>"Move"</Button></div>
                </PostForm>
            </Card>
            <Card title="Names" text="Which keys there are, for a .env.example say. No value is in it.">
                <figure class="snippet">
                    <figcaption class="snippet-head">".env.example"</figcaption>
                    <pre tabindex="0"><code>{names}</code></pre>
                </figure>
            </Card>
            {deletion}
        </div>
    }
    .into_any()
}

/// Where what programs would notice is typed.
fn type_field(found: &[Found], text: &str, posted: &PostedForm) -> AnyView {
    let label = match found {
        [_] => format!("Type {text} to delete it"),
        _ => format!("Type “{text}” to go on"),
    };
    let value = posted.value("typed").unwrap_or_default().to_owned();
    view! {
        <TextField name="typed" label value error=posted.error_of(Field::Name) autocomplete="off" required=true mono=true />
    }
    .into_any()
}

/// Who notices, and the form with these fields.
fn deletion(found: &[Found], viewer: &Viewer, fields: AnyView, blocked: Option<String>) -> AnyView {
    let read = found.iter().filter(|one| !one.readers.is_empty()).map(|one| {
        let name = format!("{}/{}", place(&one.detail, viewer), one.detail.summary.name);
        let names: Vec<_> = one.readers.iter().map(|reader| reader.name.clone()).collect();
        let told = format!(": {}", told(&names));
        view! { <li><code>{name}</code>{told}</li> }
    });
    let read: Vec<_> = read.collect();
    let read = if read.is_empty() {
        view! { <p class="muted">"Nobody with access read them in the last 30 days."</p> }
            .into_any()
    } else {
        view! { <ul class="wrap">{read}</ul> }.into_any()
    };
    let delete = format!("Move {} to the trash", counted(found.len(), "secret"));
    view! {
        <Card title="Delete" text="Programs that read them stop getting them at once. They stay in the trash for 30 days, and can be restored until then.">
            {read}
            <PostForm action=PAGE asks="trash">
                {fields}
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true icon="trash-2" nostrip:blocked=blocked>{delete}</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn row(detail: &SecretDetail, viewer: &Viewer) -> AnyView {
    let secret = &detail.summary;
    let tags = secret.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (href, name) = (format!("/secrets/{}", secret.id), secret.name.to_string());
    let (keys, place) = (secret.keys, place(detail, viewer));
    view! {
        <tr>
            <th class="cell-name" scope="row"><a class="row-link" href=href>{name}</a></th>
            <td class="cell-meta">{place}</td>
            <td class="cell-meta cell-num" data-unit=if keys == 1 { "key" } else { "keys" }>{keys}</td>
            <td class="cell-wide">{tags}</td>
        </tr>
    }
    .into_any()
}

fn place(detail: &SecretDetail, viewer: &Viewer) -> String {
    let place = viewer.environment(detail.summary.environment);
    place.map(|found| found.name.to_string()).unwrap_or_default()
}

/// The keys of each, as a `.env` file without values.
fn names(found: &[Found], viewer: &Viewer) -> String {
    let one = |detail: &SecretDetail| {
        let head = format!("# {}/{}", place(detail, viewer), detail.summary.name);
        let keys = detail.keys.iter().map(|key| format!("{}=", key.name));
        iter::once(head).chain(keys).chain([String::new()]).collect::<Vec<_>>().join("\n")
    };
    found.iter().map(|found| one(&found.detail)).collect::<Vec<_>>().join("\n")
}

const PAGE: &str = "/secrets/selected";
const DONE: &[(&str, &str)] = &[("tagged", "The tags are changed."), ("moved", "Moved.")];
