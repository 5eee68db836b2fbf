//! The command palette: from anywhere to a secret or a page, by a few letters.

use super::places::{Entry, places};
use crate::{
    error::AppError,
    secrets::api::list_secrets,
    ui::{Dialog, Icon, Kbd, counted},
    viewer::{Viewer, use_viewer},
};
#[cfg(feature = "hydrate")]
use leptos::wasm_bindgen::JsValue;
use leptos::{ev, prelude::*, task::spawn_local};
use model::{EnvironmentId, ListQuery, Sort};
use std::{cmp::Reverse, mem, time::Duration};

/// A combobox in a dialog (ARIA Authoring Practices, "Combobox"): the focus stays in the field, arrows choose, Enter goes.
#[component]
pub(super) fn Palette(open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let secrets = Secrets::new();
    let pages = places(&use_viewer());
    let entries = Memo::new(move |_| {
        let typed = typed.get();
        let answered = secrets.answers(&typed);
        secrets.found.with(|found| {
            secrets.recent.with(|recent| ranked(found, answered, recent, &pages, &typed))
        })
    });
    // Whoever types and presses Enter means what the server has yet to find.
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        let is_found = typed.with(|typed| secrets.answers(typed));
        if is_found && waits.try_update_value(mem::take) == Some(true) {
            request_animation_frame(|| follow(0));
        }
    });
    let went = StoredValue::new(false);
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if is_open {
            went.set_value(false);
            typed.set(String::new());
            chosen.set(0);
            secrets.search(String::new());
        } else if was_open == Some(true) && !went.get_value() {
            return_if_sent();
        }
        is_open
    });
    let choose = move |_| {
        went.set_value(true);
        forget_that_sent();
        open.set(false);
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        waits.set_value(false);
        typed.set(text.clone());
        chosen.set(0);
        secrets.search(text);
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        let last = entries.with(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" => chosen.update(|at| *at = if *at == 0 { last } else { *at - 1 }),
            "Enter" if untrack(|| typed.with(|typed| secrets.answers(typed))) => {
                follow(chosen.get_untracked());
            }
            "Enter" => waits.set_value(true),
            _ => return,
        }
        event.prevent_default();
    };
    let active =
        move || entries.with(|entries| (!entries.is_empty()).then(|| option_id(chosen.get())));
    let count = move || counted(entries.with(Vec::len), "result");
    view! {
        <Dialog id="palette" open title="Go to">
            <div class="palette">
                <input
                    class="input"
                    role="combobox"
                    aria-label="A secret, a key or a page"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls="palette-list"
                    aria-activedescendant=active
                    placeholder="A secret, a key or a page"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus=true
                    prop:value=typed
                    on:input=on_input
                    on:keydown=on_keydown
                />
                <p class="visually-hidden" role="status">{count}</p>
                {move || secrets.failed.get().map(|error| view! { <p class="field-error">{error.to_string()}</p> })}
                <div class="palette-list" id="palette-list" role="listbox" aria-label="Results" on:click=choose>
                    {move || entries.get().into_iter().enumerate().map(|(at, entry)| option(at, entry, chosen)).collect_view()}
                </div>
                <Show when=move || entries.with(Vec::is_empty)>
                    <p class="muted">"Nothing matches. Secrets are found by name, key, template and tag, never by a value."</p>
                </Show>
                <p class="palette-keys"><Kbd key="↑" /><Kbd key="↓" />"choose"<Kbd key="Enter" />"open"<Kbd key="Esc" />"close"</p>
            </div>
        </Dialog>
    }
    .into_any()
}

/// The secrets that the server finds for what is typed.
#[derive(Clone, Copy)]
struct Secrets {
    found: RwSignal<Vec<Entry>>,
    /// Those that were changed last: among them letters are found that stand apart.
    recent: RwSignal<Vec<Entry>>,
    /// For which text that is.
    searched: RwSignal<Option<String>>,
    failed: RwSignal<Option<AppError>>,
    /// How many searches were begun: an answer to an earlier one comes too late.
    begun: StoredValue<u32>,
    viewer: StoredValue<Viewer>,
}

impl Secrets {
    fn new() -> Self {
        Self {
            found: RwSignal::default(),
            recent: RwSignal::default(),
            searched: RwSignal::default(),
            failed: RwSignal::default(),
            begun: StoredValue::new(0),
            viewer: StoredValue::new(use_viewer()),
        }
    }

    /// Searches once no further letter came for a moment; for nothing, it finds what was changed last.
    fn search(self, text: String) {
        self.begun.update_value(|begun| *begun = begun.wrapping_add(1));
        let mine = self.begun.get_value();
        let wait = if text.is_empty() { Duration::ZERO } else { PAUSE };
        let is_late = move || self.begun.try_get_value() != Some(mine);
        set_timeout(
            move || {
                if is_late() {
                    return;
                }
                spawn_local(async move {
                    let sort = if text.is_empty() { Sort::Updated } else { Sort::default() };
                    let asked = self.viewer.try_with_value(|viewer| {
                        let (search, environment) = narrowed(&text, viewer);
                        let query = ListQuery { search, environment, sort, ..ListQuery::default() };
                        (viewer.workspace, query)
                    });
                    let Some((workspace, query)) = asked else { return };
                    let answer = list_secrets(workspace, query).await;
                    if is_late() {
                        return;
                    }
                    self.failed.set(answer.as_ref().err().cloned());
                    let rows = answer.map(|page| page.rows).unwrap_or_default();
                    let mut found: Vec<_> = self.viewer.with_value(|viewer| {
                        rows.iter().map(|secret| Entry::of_secret(secret, viewer)).collect()
                    });
                    if text.is_empty() {
                        self.recent.set(found.clone());
                        found.truncate(RECENT);
                    } else {
                        found.truncate(SECRETS);
                    }
                    self.found.set(found);
                    self.searched.set(Some(text));
                });
            },
            wait,
        );
    }

    /// Whether `found` is what the server finds for this text.
    fn answers(self, text: &str) -> bool {
        self.searched.with(|searched| searched.as_deref() == Some(text))
    }
}

/// What is searched for, and where: an environment's name beside other words says that.
fn narrowed(typed: &str, viewer: &Viewer) -> (String, Option<EnvironmentId>) {
    let mut words: Vec<&str> = typed.split_whitespace().collect();
    let named = |word: &str| viewer.environment_named(word).map(|environment| environment.id);
    let place = words.iter().position(|word| named(word).is_some()).filter(|_| words.len() > 1);
    let environment = place.and_then(|place| named(words.remove(place)));
    (words.join(" "), environment)
}

/// The best first. A secret that the server found by a tag or a template comes last; until it `answered`, only those are known that say
/// themselves what was typed. Who types two words may mean what to do with which secret.
fn ranked(
    found: &[Entry],
    answered: bool,
    recent: &[Entry],
    pages: &[Entry],
    typed: &str,
) -> Vec<Entry> {
    let typed = typed.trim();
    if typed.is_empty() {
        return found.iter().chain(pages).take(MOST).cloned().collect();
    }
    let others = recent.iter().filter(|entry| found.iter().all(|found| found.href != entry.href));
    let tasks: Vec<_> = if typed.contains(' ') {
        found.iter().chain(others.clone()).flat_map(Entry::tasks).collect()
    } else {
        Vec::new()
    };
    let by_other = answered.then_some(1);
    let found = found.iter().map(|entry| (entry.score(typed).or(by_other), entry));
    let others = others.chain(pages).chain(&tasks).map(|entry| (entry.score(typed), entry));
    let mut ranked: Vec<_> = found.chain(others).filter(|(score, _)| score.is_some()).collect();
    ranked.sort_by_key(|(score, _)| Reverse(*score));
    ranked.into_iter().take(MOST).map(|(_, entry)| entry.clone()).collect()
}

fn option(at: usize, entry: Entry, chosen: RwSignal<usize>) -> impl IntoView {
    let Entry { title, note, icon, href, drawn, .. } = entry;
    let selected = move || if chosen.get() == at { "true" } else { "false" };
    view! {
        <a
            class="palette-option"
            id=option_id(at)
            role="option"
            tabindex="-1"
            href=href
            rel=drawn.then_some("external")
            aria-selected=selected
        >
            <Icon name=icon />
            <span class="palette-title">{title}</span>
            <span class="muted">{note}</span>
        </a>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

/// Goes where the option leads, as a click on it does.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
fn follow(at: usize) {
    #[cfg(feature = "hydrate")]
    super::keys::click(&format!("#{}", option_id(at)));
}

/// Whether another page, which has no palette, sent somebody here for it (`public/keys.js`).
#[cfg(feature = "hydrate")]
pub(super) fn is_sent() -> bool {
    location().hash().is_ok_and(|hash| hash == "#palette")
}

/// Leads whoever closes the palette back to the page where they asked for it.
fn return_if_sent() {
    #[cfg(feature = "hydrate")]
    if let Some(history) = window().history().ok().filter(|_| is_sent()) {
        let _ = history.back();
    }
}

/// Leads whoever comes back to the list itself.
fn forget_that_sent() {
    #[cfg(feature = "hydrate")]
    if let Some(history) = window().history().ok().filter(|_| is_sent()) {
        let path = location().pathname().unwrap_or_default();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

const PAUSE: Duration = Duration::from_millis(80);
/// How many lines there are at most, and how many of them are secrets.
const MOST: usize = 12;
const SECRETS: usize = 8;
const RECENT: usize = 5;
