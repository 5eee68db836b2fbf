//! `/templates`.

use crate::{
    drawn::{FormAnswer, drawn_whole},
    error::AppError,
    ui::{
        Badge, Button, ButtonKind, ButtonLink, Card, EmptyState, PageHeader, SelectField, Table,
        Time, Tone,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Action, ListQuery, OwnTemplate, SecretSummary};
use std::collections::BTreeMap;
use store::TemplateUse;

/// The workspace's own templates with the secrets that use them, and what to make others from.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let viewer = use_viewer();
    view! {
        <Title text="Templates" />
        {drawn_whole(
            |store, caller| async move {
                let own = store.own_templates(&caller).await?;
                let uses = store.template_uses(&caller, &own).await?;
                let secrets = store.list_secrets(&caller, &ListQuery::default()).await?.rows;
                Ok((own, uses, secrets))
            },
            move |(own, uses, secrets)| page(&viewer, own, &uses, secrets),
        )}
    }
    .into_any()
}

fn page(
    viewer: &Viewer,
    own: Vec<OwnTemplate>,
    uses: &BTreeMap<String, TemplateUse>,
    secrets: Vec<SecretSummary>,
) -> AnyView {
    let may = viewer.may(Action::ManageTemplates, false);
    let table = if own.is_empty() {
        view! {
            <EmptyState icon="key-round" title="No templates of your own" text="A template says which keys a service wants. Yours stand in the gallery beside the built-in ones." />
        }
        .into_any()
    } else {
        own_table(own, uses)
    };
    view! {
        <PageHeader
            title="Templates"
            back=("/secrets/new", "New secret")
            text="Which keys a service wants, with labels, help, defaults and patterns."
        >
            {may.then(|| view! { <ButtonLink href="/templates/new" kind=ButtonKind::Primary icon="plus">"New template"</ButtonLink> })}
        </PageHeader>
        <div class="stack loose">
            <FormAnswer done=&[("deleted", "Deleted the template. Secrets that were made from it stay as they are.")] />
            {table}
            {if may {
                sources(viewer, secrets)
            } else {
                view! { <p class="muted">{AppError::Denied(Action::ManageTemplates).to_string()}</p> }.into_any()
            }}
        </div>
    }
    .into_any()
}

fn own_table(own: Vec<OwnTemplate>, uses: &BTreeMap<String, TemplateUse>) -> AnyView {
    let rows = own
        .into_iter()
        .map(|own| {
            let id = own.template.id;
            let found = uses.get(&id);
            let (secrets, off) =
                found.map_or((0, 0), |found| (found.secrets, found.mismatches.len()));
            let matching = match (secrets, off) {
                (0, _) => "No secrets yet".into_any(),
                (_, 0) => {
                    view! { <Badge tone=Tone::Ok icon="check">"All match"</Badge> }.into_any()
                }
                (_, off) => {
                    let text = format!("{off} no longer match");
                    view! { <Badge tone=Tone::Warn icon="triangle-alert">{text}</Badge> }.into_any()
                }
            };
            let make = format!("/secrets/new/{id}");
            view! {
                <tr>
                    <th class="cell-name plain" scope="row">
                        <a href=format!("/templates/{id}")>{own.template.name}</a>
                    </th>
                    <td data-unit="keys">{own.template.keys.len()}</td>
                    <td data-unit="secrets">{secrets}</td>
                    <td>{matching}</td>
                    <td data-unit="changed"><Time ms=own.updated_at /></td>
                    <td><a href=make>"New secret"</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label="Templates of this workspace" columns=["Name", "Keys", "Secrets", "State", "Changed"] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

/// Built-in templates and secrets to begin from.
fn sources(viewer: &Viewer, secrets: Vec<SecretSummary>) -> AnyView {
    let mut built_in: Vec<_> = catalog::services()
        .iter()
        .filter(|service| !service.template.keys.is_empty())
        .map(|service| (service.template.id.clone(), service.template.name.clone()))
        .collect();
    built_in.sort_by_key(|(_, name)| name.to_lowercase());
    let text = format!(
        "{} are built in. A copy has the keys, help, patterns and groups, and is yours to change.",
        built_in.len()
    );
    let secrets: Vec<_> = secrets
        .into_iter()
        .map(|secret| {
            let place = viewer.environment(secret.environment);
            let place = place.map(|place| format!(" ({})", place.name)).unwrap_or_default();
            (secret.id.to_string(), format!("{}{place}", secret.name))
        })
        .collect();
    view! {
        <Card title="Make your own from a built-in one" text=text>
            <form class="form" method="get" action="/templates/new">
                <SelectField name="from" label="Template" options=built_in />
                <div class="actions"><Button submit=true>"Make your own from this"</Button></div>
            </form>
        </Card>
        {(!secrets.is_empty()).then(|| view! {
            <Card title="Make one from a secret" text="It asks for the keys that the secret has now. No value is taken over.">
                <form class="form" method="get" action="/templates/new">
                    <SelectField name="secret" label="Secret" options=secrets
                        hint="Those that changed last. Any other: /templates/new?secret= and its id." />
                    <div class="actions"><Button submit=true>"Make a template from this"</Button></div>
                </form>
            </Card>
        })}
    }
    .into_any()
}
