//! `/secrets/selected`: what can be done with several secrets at once. The server alone draws it.

use super::list::MOST_SELECTED;
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    error::AppError,
    ui::{
        Button, ButtonKind, ButtonLink, Card, Column, EmptyState, PageHeader, SelectField, Table,
        TextField, counted,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Action, SecretDetail, SecretId, Version};
use std::{fmt, iter};
use store::StoreError;

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
                    match store.secret(&caller, id).await {
                        Ok(detail) => found.push(detail),
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

fn selected(found: &[SecretDetail]) -> AnyView {
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
    let rows = found.iter().map(|detail| row(detail, &viewer)).collect_view();
    let columns = vec![
        Column::Words("Name"),
        Column::Words("Environment"),
        Column::Number("Keys"),
        Column::Words("Tags"),
    ];
    let hidden = || {
        let at = found.iter().map(|detail| {
            let selected =
                Selected { id: detail.summary.id, version: detail.summary.version }.to_string();
            view! { <input type="hidden" name="at" value=selected /> }
        });
        at.collect_view()
    };
    let places =
        viewer.environments.iter().map(|found| (found.name.to_string(), found.name.to_string()));
    let places: Vec<_> = places.collect();
    let names = names(found, &viewer);
    let (tagged, moved, trashed) = (hidden(), hidden(), hidden());
    let may =
        |detail: &SecretDetail| viewer.may_in(detail.summary.environment, Action::WriteSecrets);
    let refused = !found.iter().any(may);
    let blocked = move || refused.then(|| AppError::Denied(Action::WriteSecrets).to_string());
    let delete = format!("Move {count} to the trash");
    view! {
        <PageHeader title=format!("{count} selected") back=("/secrets", "Secrets") />
        <div class="stack loose">
            <FormAnswer done=DONE />
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
            <Card title="Delete" text="They stay in the trash for 30 days, and can be restored until then. Programs that read them get nothing.">
                <PostForm action=PAGE asks="trash" class="actions">
                    {trashed}
                    <Button kind=ButtonKind::Danger submit=true icon="trash-2" nostrip:blocked=blocked()>{delete}</Button>
                </PostForm>
            </Card>
        </div>
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
fn names(found: &[SecretDetail], viewer: &Viewer) -> String {
    let one = |detail: &SecretDetail| {
        let head = format!("# {}/{}", place(detail, viewer), detail.summary.name);
        let keys = detail.keys.iter().map(|key| format!("{}=", key.name));
        iter::once(head).chain(keys).chain([String::new()]).collect::<Vec<_>>().join("\n")
    };
    found.iter().map(one).collect::<Vec<_>>().join("\n")
}

const PAGE: &str = "/secrets/selected";
const DONE: &[(&str, &str)] = &[("tagged", "The tags are changed."), ("moved", "Moved.")];
