//! What can be done with a row, besides opening it: a menu, and keys that need no menu.

use super::long_list::LongList;
use crate::{
    error::AppError,
    keyboard::announced,
    ui::{Icon, Kbd, MenuItems, Toaster, copy_name, use_toasts},
    viewer::{Viewer, use_viewer},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{Action, SecretSummary};

/// What somebody wants of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// To see what there is.
    Menu,
    Edit,
    Rotate,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers have keys"))]
    Copy,
}

/// The row, and what somebody wants of it.
pub(super) type Asked = RwSignal<Option<(u32, Wanted)>>;

/// The rows' one menu, whose box is open beside the row that it is `asked` for, and what was asked for without it.
#[component]
pub(super) fn RowMenu(
    list: LongList,
    asked: Asked,
    /// The row that is looked at, which stays marked.
    look: RwSignal<Option<u32>>,
) -> impl IntoView {
    let rows = Rows { viewer: StoredValue::new(use_viewer()), toasts: use_toasts() };
    let navigate = StoredValue::new_local(use_navigate());
    Effect::new(move |_| {
        let Some((place, wanted)) = asked.get() else {
            return list.hold(look.get_untracked());
        };
        if wanted == Wanted::Menu {
            return list.hold(Some(place));
        }
        if let Some(secret) = list.secret(place) {
            match (wanted, rows.refusal(&secret, wanted)) {
                (_, Some(why)) => rows.toasts.fail(why),
                (Wanted::Edit, _) => navigate.with_value(|navigate| {
                    navigate(&address(&secret, "edit"), NavigateOptions::default());
                }),
                (Wanted::Rotate, _) => leave_for(&address(&secret, "rotate")),
                _ => rows.copy(&secret),
            }
        }
        asked.set(None);
    });
    move || {
        let (place, _) = asked.get().filter(|(_, wanted)| *wanted == Wanted::Menu)?;
        let secret = list.secret(place)?;
        Some(view! { <MenuItems autofocus=true>{rows.items(secret)}</MenuItems> })
    }
}

#[derive(Clone, Copy)]
struct Rows {
    viewer: StoredValue<Viewer>,
    toasts: Toaster,
}

impl Rows {
    /// Why this person may not do it with this secret, if so.
    fn refusal(self, secret: &SecretSummary, wanted: Wanted) -> Option<String> {
        let action = match wanted {
            Wanted::Edit => Action::WriteSecrets,
            Wanted::Rotate => Action::RotateValues,
            Wanted::Menu | Wanted::Copy => return None,
        };
        let may = self.viewer.with_value(|viewer| viewer.may_in(secret.environment, action));
        (!may).then(|| AppError::Denied(action).to_string())
    }

    fn copy(self, secret: &SecretSummary) {
        copy_name(self.viewer.with_value(|viewer| viewer.reference(secret)), self.toasts);
    }

    fn items(self, secret: SecretSummary) -> AnyView {
        let link = |page, icon, words, drawn: bool, key: Option<&'static str>| {
            let href = address(&secret, page);
            let rel = drawn.then_some("external");
            view! {
                <a class="menu-item" href=href rel=rel aria-keyshortcuts=key.and_then(announced)>
                    <Icon name=icon />
                    {words}
                    {key.and_then(announced).map(|key| view! { <Kbd key /> })}
                </a>
            }
            .into_any()
        };
        let guarded = |wanted, page, icon, words, drawn, key| match self.refusal(&secret, wanted) {
            None => link(page, icon, words, drawn, Some(key)),
            Some(why) => {
                let told = why.clone();
                let say = move |_| self.toasts.fail(told.clone());
                view! {
                    <button class="menu-item" type="button" aria-disabled="true" title=why on:click=say>
                        <Icon name=icon />
                        {words}
                    </button>
                }
                .into_any()
            }
        };
        let copied = secret.clone();
        view! {
            {guarded(Wanted::Edit, "edit", "pencil", "Edit", false, "E")}
            {guarded(Wanted::Rotate, "rotate", "rotate-cw", "Rotate", true, "R")}
            {link("history", "history", "History", true, None)}
            {link("access", "users", "Access", true, None)}
            <hr />
            <button class="menu-item" type="button" aria-keyshortcuts=announced("C") on:click=move |_| self.copy(&copied)>
                <Icon name="copy" />
                "Copy environment/name"
                {announced("C").map(|key| view! { <Kbd key /> })}
            </button>
        }
        .into_any()
    }
}

fn address(secret: &SecretSummary, page: &str) -> String {
    format!("/secrets/{}/{page}", secret.id)
}

/// To a page that the server alone draws.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers leave"))]
fn leave_for(address: &str) {
    #[cfg(feature = "hydrate")]
    {
        let _ = location().assign(address);
    }
}
