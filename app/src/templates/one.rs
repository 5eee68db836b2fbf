//! `/templates/:id`.

use super::{
    fields::{TemplateFields, wrong_fields},
    form::TemplateForm,
};
use crate::{
    drawn::{FormAnswer, PostForm, PostedForm, drawn_whole},
    ui::{
        Button, ButtonKind, ButtonLink, Card, Notice, NoticeKind, PageHeader, Table, TextField,
        counted,
    },
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Action, OwnTemplate, TemplateDraft};
use store::{Mismatch, TemplateUse};

/// One of the workspace's own templates: the secrets that do not match it, its form, and the way to delete it.
#[component]
pub fn TemplatePage() -> impl IntoView {
    let viewer = use_viewer();
    let id = use_params_map().with_untracked(|params| params.get("id").unwrap_or_default());
    view! {
        <Title text="Template" />
        {drawn_whole(
            move |store, caller| async move {
                let own = store.own_template(&caller, &id).await?;
                let used = store.template_use(&caller, &id).await?;
                Ok((own, used))
            },
            move |(own, used)| page(&viewer, own, used),
        )}
    }
    .into_any()
}

fn page(viewer: &Viewer, own: OwnTemplate, used: TemplateUse) -> AnyView {
    let posted = PostedForm::take();
    let here = format!("/templates/{}", own.template.id);
    let is_typed = matches!(posted.value("asks"), Some("save"));
    let form = if is_typed {
        let mut form = TemplateForm::posted(&posted.fields);
        form.rearrange(posted.value("rearrange").unwrap_or_default());
        form
    } else {
        TemplateForm::of(TemplateDraft::of(&own.template))
    };
    // What was typed was made from the version that was seen then.
    let version = match posted.value("version") {
        Some(version) if is_typed => version.to_owned(),
        _ => own.version.0.to_string(),
    };
    let make = format!("/secrets/new/{}", own.template.id);
    let copy = format!("/templates/new?from={}", own.template.id);
    let text = format!("{}, version {}", own.template.id, own.version.0);
    let answer = wrong_fields().unwrap_or_else(|| {
        view! {
            <FormAnswer done=&[
                ("made", "Made the template. It stands in the gallery now."),
                ("changed", "Changed the template. Secrets stay as they are."),
            ] />
        }
        .into_any()
    });
    view! {
        <PageHeader title=own.template.name.clone() back=("/templates", "Templates") text=text>
            <ButtonLink href=copy icon="copy">"Make another from this"</ButtonLink>
            <ButtonLink href=make kind=ButtonKind::Primary icon="plus">"New secret"</ButtonLink>
        </PageHeader>
        <div class="stack loose">
            {answer}
            {matching(viewer, used)}
            <TemplateFields form action=here.clone() version save="Save changes" />
            {viewer.may(Action::ManageTemplates, false).then(|| view! { <Deletion here name=own.template.name /> })}
        </div>
    }
    .into_any()
}

/// Which secrets lack what.
fn matching(viewer: &Viewer, used: TemplateUse) -> AnyView {
    let TemplateUse { secrets, mismatches } = used;
    let of_all = counted(secrets, "secret");
    if mismatches.is_empty() {
        let title = match secrets {
            0 => "No secret was made from this template yet.".to_owned(),
            1 => "The 1 secret from this template matches it.".to_owned(),
            _ => format!("All {of_all} from this template match it."),
        };
        return view! { <p class="muted">{title}</p> }.into_any();
    }
    let title = format!("{} of {of_all} no longer match", mismatches.len());
    let rows = mismatches.into_iter().map(|one| row(viewer, one)).collect_view();
    view! {
        <Notice kind=NoticeKind::Warn title=title>
            <p>"They work as before. Add the keys that they lack, or make the keys optional."</p>
        </Notice>
        <Table label="Secrets that no longer match" columns=["Secret", "Environment", "What it lacks"] actions=true>
            {rows}
        </Table>
    }
    .into_any()
}

fn row(viewer: &Viewer, one: Mismatch) -> impl IntoView + use<> {
    let environment = viewer.environment(one.environment);
    let environment = environment.map(|environment| environment.name.to_string());
    let lacks: Vec<_> = one.missing.iter().map(ToString::to_string).collect();
    let address = format!("/secrets/{}", one.secret);
    let edit = viewer
        .may_in(one.environment, Action::WriteSecrets)
        .then(|| view! { <a href=format!("{address}/edit")>"Edit"</a> });
    view! {
        <tr>
            <th class="cell-name" scope="row"><a href=address>{one.name.to_string()}</a></th>
            <td data-unit="environment">{environment}</td>
            <td>{lacks.join(" ")}</td>
            <td>{edit}</td>
        </tr>
    }
}

#[component]
fn Deletion(here: String, name: String) -> impl IntoView {
    let posted = PostedForm::take();
    let mistyped = posted.value("asks") == Some("delete");
    let error = posted.refused.filter(|_| mistyped);
    let label = format!("Type {name} to delete it");
    view! {
        <Card title="Delete this template" text="Secrets that were made from it stay as they are, and go on naming it. A new template of the same name takes its place for them.">
            <PostForm action=here asks="delete">
                <TextField name="typed" label=label autocomplete="off" error=Signal::stored(error) />
                <div class="actions">
                    <Button kind=ButtonKind::Danger submit=true>"Delete template"</Button>
                </div>
            </PostForm>
        </Card>
    }
    .into_any()
}
