//! What a row of the editor holds while it is edited.

use super::editor::RowSeed;
use leptos::prelude::*;
use model::{KEPT_IN_FORM, KeyName, TemplateKey, ValueKind};

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

    /// Moves the focus to the row's key, once it is on the page.
    pub(super) fn focus(self) {
        let selector = format!("[data-row=\"{}\"] input", self.id);
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || {
            use leptos::wasm_bindgen::JsCast as _;
            let input = document().query_selector(&selector).ok().flatten();
            if let Some(input) =
                input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = input.focus();
            }
        });
        #[cfg(not(feature = "hydrate"))]
        drop(selector);
    }

    /// What the template says of the key.
    pub(super) fn template(&self) -> Option<TemplateKey> {
        self.seed.with_value(|seed| seed.template.clone())
    }
}
