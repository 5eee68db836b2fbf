//! What a row of the editor holds while it is edited.

use super::editor::RowSeed;
use leptos::prelude::*;
use model::{KEPT_IN_FORM, KeyName, TemplateKey, ValueKind};

/// What a save would do with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    New,
    Changed,
    /// It was typed into an earlier page, and never saved.
    TypedBefore,
}

impl Mark {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Changed => "Changed",
            Self::TypedBefore => "Typed before",
        }
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::New => "editor-row is-new",
            Self::Changed | Self::TypedBefore => "editor-row is-changed",
        }
    }
}

/// What a row holds while it is edited.
#[derive(Clone, Copy)]
pub(super) struct RowState {
    /// Tells rows apart when they move.
    pub(super) id: u32,
    pub(super) seed: StoredValue<RowSeed>,
    pub(super) key: RwSignal<String>,
    pub(super) value: RwSignal<String>,
    pub(super) kind: RwSignal<ValueKind>,
    /// Whether the value of before stays.
    pub(super) kept: RwSignal<bool>,
    /// Whether a hidden value can be read while it is typed.
    pub(super) shown: RwSignal<bool>,
}

impl RowState {
    pub(super) fn new(id: u32, seed: RowSeed) -> Self {
        Self {
            id,
            key: RwSignal::new(seed.key.clone()),
            value: RwSignal::new(seed.value.clone()),
            kind: RwSignal::new(seed.kind),
            kept: RwSignal::new(!seed.from.is_empty()),
            shown: RwSignal::new(false),
            seed: StoredValue::new(seed),
        }
    }

    /// Whether it is a spare row that nothing was typed into.
    pub(super) fn is_empty(&self) -> bool {
        self.key.with(String::is_empty) && self.value.with(String::is_empty) && !self.kept.get()
    }

    /// What a save would do with it; nothing for a row that stays as it is, and one that only has what its template gave.
    pub(super) fn mark(&self) -> Option<Mark> {
        self.seed.with_value(|seed| {
            let is_touched = self.value.with(|value| *value != seed.value);
            let is_renamed = self.key.with(|key| *key != seed.key);
            match (seed.from.is_empty(), self.kept.get()) {
                (true, _) => (is_touched || is_renamed).then_some(Mark::New),
                (false, true) if self.was_typed() => Some(Mark::TypedBefore),
                (false, true) => {
                    (is_renamed || self.kind.get() != seed.kind).then_some(Mark::Changed)
                }
                (false, false) => Some(Mark::Changed),
            }
        })
    }

    /// Whether the value that stays was typed into an earlier page, and never saved.
    pub(super) fn was_typed(&self) -> bool {
        self.seed.with_value(|seed| seed.from.starts_with(KEPT_IN_FORM))
    }

    /// The key, if it is legal and has a value.
    pub(super) fn filled_key(&self) -> Option<KeyName> {
        let filled = self.kept.get() || self.value.with(|value| !value.is_empty());
        filled.then(|| self.key.with(|key| KeyName::parse(key).ok())).flatten()
    }

    /// Whether this row is for that key.
    pub(super) fn is_for(&self, key: &KeyName) -> bool {
        self.key.with_untracked(|typed| typed.trim() == key.as_str())
    }

    /// Puts a value in, as typing it would.
    pub(super) fn set_value(&self, text: String) {
        self.value.set(text);
        self.kept.set(false);
    }

    /// Moves the focus to the row's first field, once it is on the page.
    pub(super) fn focus(self) {
        self.focus_on(".input");
    }

    /// Moves the focus to the row's value.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers have keys"))]
    pub(super) fn focus_value(self) {
        self.focus_on(".editor-value .input");
    }

    fn focus_on(self, field: &str) {
        let selector = format!("[data-row=\"{}\"] {field}", self.id);
        #[cfg(feature = "hydrate")]
        if !focus(&selector) {
            request_animation_frame(move || _ = focus(&selector));
        }
        #[cfg(not(feature = "hydrate"))]
        drop(selector);
    }

    /// What the template says of the key.
    pub(super) fn template(&self) -> Option<TemplateKey> {
        self.seed.with_value(|seed| seed.template.clone())
    }
}

/// Whether it was there.
#[cfg(feature = "hydrate")]
fn focus(selector: &str) -> bool {
    use leptos::wasm_bindgen::JsCast as _;

    let field = document().query_selector(selector).ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok());
    field.is_some_and(|field| field.focus().is_ok())
}
