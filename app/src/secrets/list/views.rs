//! Views of the list that this person saved.

use super::state::ListState;
use crate::{
    answer::{Refusal, error_of, on_success, problem_of},
    form_action::{ActionForm, FormAction},
    ui::{Button, IconButton, TextField},
    viewer::use_viewer,
};
use leptos::{html, prelude::*};
use leptos_router::location::Url;
use model::{Field, SavedView};

/// Links to the views, each with a button that forgets it, and a form that saves what is looked for now.
#[component]
pub(super) fn Views(
    views: Vec<SavedView>,
    state: Memo<ListState>,
    save: FormAction,
    delete: FormAction,
) -> impl IntoView {
    let links = views.into_iter().map(|view| link(view, state, delete)).collect_view();
    view! {
        <div class="views">
            <ul class="views-list" aria-label="Saved views">{links}</ul>
            <Save state save />
        </div>
        <Refusal error=error_of(delete) page="/secrets" />
    }
    .into_any()
}

fn link(view: SavedView, state: Memo<ListState>, delete: FormAction) -> impl IntoView {
    let SavedView { name, query } = view;
    let name = name.to_string();
    let href = format!("/secrets{query}");
    // Servers and browsers escape differently.
    let query = Url::unescape(&query);
    let is_open =
        move || state.with(|state| Url::unescape(&state.query_string()) == query).then_some("true");
    view! {
        <li class="view">
            <a href=href aria-current=is_open>{name.clone()}</a>
            <ActionForm action=delete>
                <input type="hidden" name="workspace" value=use_viewer().workspace.to_string() />
                <input type="hidden" name="name" value=name.clone() />
                <IconButton icon="x" label=format!("Delete the view {name}") submit=true />
            </ActionForm>
        </li>
    }
    .into_any()
}

/// Nothing to save where the list is whole, and in its usual order.
#[component]
fn Save(state: Memo<ListState>, save: FormAction) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let error = error_of(save);
    let name = RwSignal::new(String::new());
    on_success(save, move || {
        name.set(String::new());
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    });
    let is_whole = move || state.with(|state| state.query_string().is_empty());
    let hidden = move || {
        let fields = state.get();
        let fields = fields.fields().map(|(name, value)| {
            view! { <input type="hidden" name=format!("filters[{name}]") value=value.to_owned() /> }
        });
        fields.into_iter().collect_view()
    };
    view! {
        <details class="save-view" node_ref=details hidden=is_whole open=error.with_untracked(Option::is_some)>
            <summary class="button ghost">"Save this view"</summary>
            <ActionForm action=save class="form">
                <Refusal error fields=&[Field::View] page="/secrets" />
                <input type="hidden" name="workspace" value=use_viewer().workspace.to_string() />
                {hidden}
                <TextField
                    name="name"
                    label="Name of the view"
                    hint="Filters, search and order are saved under it, for you alone. A view of the same name is replaced."
                    bind=name
                    error=problem_of(error, Field::View)
                    maxlength=80
                    required=true
                    autocomplete="off"
                />
                <div class="actions"><Button submit=true busy=save.pending()>"Save view"</Button></div>
            </ActionForm>
        </details>
    }
    .into_any()
}
