//! Server functions about secrets.

#[cfg(feature = "ssr")]
use super::list::ListState;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{
    context::{caller, is_plain_form, store, told},
    templates::{find_template, own_matching},
};
use leptos::prelude::*;
use model::{
    Category, KeyName, ListQuery, Page, Problems, SavedView, SecretDetail, SecretDraft, SecretId,
    SecretSummary, Tag, Template, TemplateSummary, Version, WireValue, WorkspaceId,
};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::collections::BTreeMap;
#[cfg(feature = "ssr")]
use store::UnsavedOf;

/// What the filters of the list offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filters {
    /// Tags in use.
    pub tags: Vec<Tag>,
    /// Templates in use: id and name.
    pub templates: Vec<(String, String)>,
    /// What this person looks for again and again.
    pub views: Vec<SavedView>,
}

/// The gallery of templates, or what of it matches a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    /// All categories.
    pub categories: Vec<Category>,
    /// The templates that match, best first.
    pub templates: Vec<TemplateSummary>,
    /// How many secrets were made from each that is in use, by its id.
    pub uses: BTreeMap<String, u64>,
}

/// A page with an editor: where what is typed into it is kept, and what was typed before and never saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorPage {
    /// Names the page.
    pub page: String,
    /// What was typed before.
    pub unsaved: Option<UnsavedForm>,
}

/// What was typed before and never saved: everything but its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsavedForm {
    /// Names the page that it was typed into.
    pub page: String,
    /// The version that it was made from, if the secret is there.
    pub from: Option<Version>,
    /// What was typed, each value replaced by where it is kept.
    pub draft: SecretDraft,
    /// What was wrong, if it was sent and failed.
    pub problems: Option<Problems>,
    /// When, in unix milliseconds.
    pub at: i64,
}

/// A page of the list.
#[server(prefix = "/fn", endpoint = "secrets/list", input = Json)]
pub async fn list_secrets(
    workspace: WorkspaceId,
    query: ListQuery,
) -> Result<Page<SecretSummary>, AppError> {
    store().list_secrets(&caller(workspace)?, &query).await.map_err(told)
}

/// What the list can be filtered by.
#[server(prefix = "/fn", endpoint = "secrets/filters", input = Json)]
pub async fn list_filters(workspace: WorkspaceId) -> Result<Filters, AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let (tags, templates) = store.list_filters(&caller).await.map_err(told)?;
    let own = store.own_templates(&caller).await.map_err(told)?;
    let named = templates.into_iter().map(|id| {
        let own = own.iter().map(|own| &own.template).find(|own| own.id == id);
        let name = own.or_else(|| catalog::template(&id)).map(|template| template.name.clone());
        (id.clone(), name.unwrap_or(id))
    });
    let views = store.views(&caller).await.map_err(told)?;
    Ok(Filters { tags, templates: named.collect(), views })
}

/// Saves what the list shows under a name.
#[server(prefix = "/fn", endpoint = "views/save")]
pub async fn save_view(
    workspace: WorkspaceId,
    name: String,
    #[server(default)] filters: BTreeMap<String, String>,
) -> Result<(), AppError> {
    let state = ListState::of(|name| filters.get(name).cloned().unwrap_or_default());
    store().save_view(&caller(workspace)?, &name, &state.query_string()).await.map_err(told)?;
    leptos_axum::redirect(&state.href());
    Ok(())
}

/// Forgets a view.
#[server(prefix = "/fn", endpoint = "views/delete")]
pub async fn delete_view(workspace: WorkspaceId, name: String) -> Result<(), AppError> {
    store().delete_view(&caller(workspace)?, &name).await.map_err(told)?;
    leptos_axum::redirect("/secrets");
    Ok(())
}

/// A secret without its values.
#[server(prefix = "/fn", endpoint = "secrets/detail", input = Json)]
pub async fn load_secret(workspace: WorkspaceId, id: SecretId) -> Result<SecretDetail, AppError> {
    store().secret(&caller(workspace)?, id).await.map_err(told)
}

/// The templates to start from.
#[server(prefix = "/fn", endpoint = "templates/gallery", input = Json)]
pub async fn search_gallery(
    workspace: WorkspaceId,
    search: String,
    category: String,
) -> Result<Gallery, AppError> {
    let caller = caller(workspace)?;
    let own = store().own_templates(&caller).await.map_err(told)?;
    let mut categories = catalog::categories().to_vec();
    if !own.is_empty() {
        let title = caller.workspace_name.to_string();
        categories.insert(0, Category { id: model::OWN_SHELF.into(), title });
    }
    let category = Some(category.as_str()).filter(|id| !id.is_empty());
    let shown = category.is_none_or(|id| id == model::OWN_SHELF);
    let own = own_matching(own, &search).filter(|_| shown).map(|template| template.summary());
    let built_in = catalog::search(&search, category).into_iter().cloned();
    let uses = store().count_by_template(&caller).await.map_err(told)?;
    Ok(Gallery { categories, templates: own.chain(built_in).collect(), uses })
}

/// One template.
#[server(prefix = "/fn", endpoint = "templates/one", input = Json)]
pub async fn load_template(workspace: WorkspaceId, id: String) -> Result<Template, AppError> {
    let mut template = find_template(&store(), &caller(workspace)?, &id).await.map_err(told)?;
    if template.is_own() {
        // Patterns of people: a browser tries them on texts of a bounded length alone.
        for pattern in template.keys.iter_mut().filter_map(|key| key.pattern.as_mut()) {
            *pattern = catalog::pattern_for_browsers(pattern);
        }
    }
    Ok(template)
}

/// Makes a secret, in several environments if they are chosen.
#[server(prefix = "/fn", endpoint = "secrets/create")]
pub async fn create_secret(
    workspace: WorkspaceId,
    draft: SecretDraft,
    #[server(default)] kept: String,
    #[server(default)] typed: String,
    #[server(default)] page: String,
) -> Result<(), AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let of = UnsavedOf::Template(draft.template.clone());
    if !draft.template.is_empty() {
        find_template(&store, &caller, &draft.template).await.map_err(told)?;
    }
    let draft = with_kept(&store, &caller, draft, &kept).await?;
    let result = match draft.clone().parse() {
        Err(problems) => Err(problems.into()),
        Ok(new) => store.create_secrets(&caller, &draft.environments, new).await,
    };
    match result {
        Ok(made) => {
            store.discard_unsaved(&caller, &of, typed.parse().ok()).await.map_err(told)?;
            leptos_axum::redirect(&format!("/secrets/{}?made={}", made[0], made.len()));
            Ok(())
        }
        Err(store::StoreError::Invalid(problems)) if is_plain_form() => {
            let form = store::KeptForm { draft, problems: Some(problems) };
            draw_again(&store, &caller, (&of, None), &form, &page).await
        }
        Err(error) => Err(told(error)),
    }
}

/// Changes a secret.
#[server(prefix = "/fn", endpoint = "secrets/edit")]
pub async fn edit_secret(
    workspace: WorkspaceId,
    id: SecretId,
    from: Version,
    draft: SecretDraft,
    #[server(default)] kept: String,
    #[server(default)] typed: String,
) -> Result<(), AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let of = UnsavedOf::Secret(id);
    let draft = with_kept(&store, &caller, draft, &kept).await?;
    let result = match draft.clone().parse() {
        Err(problems) => Err(problems.into()),
        Ok(new) => store.edit_secret(&caller, id, from, new).await,
    };
    match result {
        Ok(version) => {
            store.discard_unsaved(&caller, &of, typed.parse().ok()).await.map_err(told)?;
            leptos_axum::redirect(&format!("/secrets/{id}?saved={version}"));
            Ok(())
        }
        Err(store::StoreError::Invalid(problems)) if is_plain_form() => {
            let form = store::KeptForm { draft, problems: Some(problems) };
            let page = format!("/secrets/{id}/edit");
            draw_again(&store, &caller, (&of, Some(from)), &form, &page).await
        }
        Err(error) => Err(told(error)),
    }
}

/// A new page with an editor, and what was typed before: into the page `kept` if it is named, or else what is newest.
#[server(prefix = "/fn", endpoint = "secrets/editor", input = Json)]
pub async fn open_editor(
    workspace: WorkspaceId,
    of: String,
    kept: String,
) -> Result<EditorPage, AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let of = UnsavedOf::parse(&of).ok_or(AppError::NotFound)?;
    let found = match kept.parse() {
        Ok(page) => store.unsaved_of_page(&caller, page).await,
        Err(_) => store.newest_unsaved(&caller, &of).await,
    };
    let unsaved = found.map_err(told)?.map(|found| UnsavedForm {
        page: found.page.to_string(),
        from: found.from,
        draft: found.form.draft.without_values(),
        problems: found.form.problems,
        at: found.at,
    });
    Ok(EditorPage { page: store.new_page().to_string(), unsaved })
}

/// Keeps what is typed into a page.
#[server(prefix = "/fn", endpoint = "secrets/keep-unsaved")]
pub async fn keep_unsaved(
    workspace: WorkspaceId,
    of: String,
    typed: String,
    #[server(default)] kept: String,
    #[server(default)] from: Option<Version>,
    draft: SecretDraft,
) -> Result<(), AppError> {
    let (caller, store) = (caller(workspace)?, store());
    let of = UnsavedOf::parse(&of).ok_or(AppError::NotFound)?;
    let page = typed.parse().map_err(|_| AppError::Misunderstood)?;
    let draft = with_kept(&store, &caller, draft, &kept).await?;
    let form = store::KeptForm { draft, problems: None };
    store.keep_unsaved(&caller, page, &of, from, &form).await.map_err(told)
}

/// Forgets what was typed and not saved.
#[server(prefix = "/fn", endpoint = "secrets/discard-unsaved")]
pub async fn discard_unsaved(
    workspace: WorkspaceId,
    of: String,
    #[server(default)] typed: String,
) -> Result<(), AppError> {
    let caller = caller(workspace)?;
    let of = UnsavedOf::parse(&of).ok_or(AppError::NotFound)?;
    store().discard_unsaved(&caller, &of, typed.parse().ok()).await.map_err(told)?;
    leptos_axum::redirect(&match of {
        UnsavedOf::Secret(id) => format!("/secrets/{id}"),
        UnsavedOf::Template(_) => "/secrets/new".to_owned(),
    });
    Ok(())
}

/// The plain values of a secret.
#[server(prefix = "/fn", endpoint = "secrets/plain-values", input = Json)]
pub async fn plain_values(
    workspace: WorkspaceId,
    id: SecretId,
) -> Result<Vec<(KeyName, WireValue)>, AppError> {
    let revealed = store().plain_values(&caller(workspace)?, id).await.map_err(told)?;
    Ok(revealed.values)
}

/// Who read a secret in the last 30 days and still can, who read it last first.
#[server(prefix = "/fn", endpoint = "secrets/readers", input = Json)]
pub async fn recent_readers(workspace: WorkspaceId, id: SecretId) -> Result<Vec<String>, AppError> {
    let readers = store().list_readers(&caller(workspace)?, id, 30).await.map_err(told)?;
    Ok(readers.into_iter().filter(|reader| !reader.gone).map(|reader| reader.name).collect())
}

/// One value of a secret.
#[server(prefix = "/fn", endpoint = "secrets/reveal", input = Json)]
pub async fn reveal_value(
    workspace: WorkspaceId,
    id: SecretId,
    key: KeyName,
) -> Result<WireValue, AppError> {
    store().reveal_value(&caller(workspace)?, id, &key).await.map_err(told)
}

/// Moves a secret to the trash.
#[server(prefix = "/fn", endpoint = "secrets/trash")]
pub async fn trash_secret(
    workspace: WorkspaceId,
    id: SecretId,
    from: Version,
) -> Result<(), AppError> {
    store().trash_secret(&caller(workspace)?, id, from).await.map_err(told)?;
    leptos_axum::redirect(&format!("/secrets?trashed={id}"));
    Ok(())
}

/// Takes a secret out of the trash under its name. A form without scripts comes back to its row in the trash if the name is taken.
#[server(prefix = "/fn", endpoint = "secrets/restore")]
pub async fn restore_secret(workspace: WorkspaceId, id: SecretId) -> Result<(), AppError> {
    match store().restore_secret(&caller(workspace)?, id, None).await {
        Ok(()) => {
            leptos_axum::redirect(&format!("/secrets/{id}?restored=1"));
            Ok(())
        }
        Err(error) => match taken_by(&error).filter(|_| is_plain_form()) {
            Some(other) => {
                leptos_axum::redirect(&format!("/trash?restore={id}&taken={other}"));
                Ok(())
            }
            None => Err(told(error)),
        },
    }
}

/// The secret that has the name.
#[cfg(feature = "ssr")]
fn taken_by(error: &store::StoreError) -> Option<SecretId> {
    let store::StoreError::Invalid(problems) = error else { return None };
    problems.iter().find_map(|problem| match problem.reason {
        model::Reason::TakenBySecret(other) => Some(other),
        _ => None,
    })
}

/// The draft with the values that were typed into an earlier page.
#[cfg(feature = "ssr")]
async fn with_kept(
    store: &store::Store,
    caller: &store::Caller,
    draft: SecretDraft,
    kept: &str,
) -> Result<SecretDraft, AppError> {
    let Ok(page) = kept.parse() else { return Ok(draft) };
    let found = store.unsaved_of_page(caller, page).await.map_err(told)?;
    Ok(draft.with_values_of(found.map(|found| found.form.draft)))
}

/// Keeps a form that failed without scripts, and goes back to its page.
#[cfg(feature = "ssr")]
async fn draw_again(
    store: &store::Store,
    caller: &store::Caller,
    (of, from): (&UnsavedOf, Option<Version>),
    form: &store::KeptForm,
    page: &str,
) -> Result<(), AppError> {
    let kept = store.new_page();
    store.keep_unsaved(caller, kept, of, from, form).await.map_err(told)?;
    let page = crate::form::safe_next(page);
    let mark = if page.contains('?') { '&' } else { '?' };
    leptos_axum::redirect(&format!("{page}{mark}kept={kept}"));
    Ok(())
}
