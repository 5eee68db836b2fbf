//! What an address or a form asks for.

use super::PAGE;
use crate::{drawn::PostedForm, viewer::Viewer};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url, params::ParamsMap};
use model::{KeyName, SecretName, Version, api::Difference};
use std::fmt;
use store::ShownKeys;

/// Which environments, and which of their keys.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) left: String,
    pub(super) right: String,
    pub(super) only: String,
    pub(super) search: String,
}

impl Asked {
    /// What the address asks for, or the form that was posted. If neither says so, the last environment is compared with the one
    /// before it: that is where changes go.
    pub(super) fn of_page(viewer: &Viewer, posted: &PostedForm) -> Self {
        let value = |name| {
            let query = use_query_map().with_untracked(|query| query.get(name));
            posted.value(name).map(str::to_owned).or(query).unwrap_or_default()
        };
        let mut last = viewer.environments.iter().rev().map(|found| found.name.to_string());
        let (right, left) = (last.next().unwrap_or_default(), last.next().unwrap_or_default());
        let or = |given: String, other| if given.is_empty() { other } else { given };
        Self {
            left: or(value("left"), left),
            right: or(value("right"), right),
            only: value("only"),
            search: value("q"),
        }
    }

    pub(super) fn shown(&self) -> ShownKeys {
        match self.only.as_str() {
            "all" => ShownKeys::All,
            "left" => ShownKeys::Only(Difference::Removed),
            "right" => ShownKeys::Only(Difference::Added),
            "different" => ShownKeys::Only(Difference::Changed),
            "same" => ShownKeys::Only(Difference::Same),
            "untold" => ShownKeys::Only(Difference::Present),
            _ => ShownKeys::Differing,
        }
    }

    /// The same with another choice of keys.
    pub(super) fn with(&self, only: &str) -> String {
        address(&[
            ("left", &self.left),
            ("right", &self.right),
            ("only", only),
            ("q", &self.search),
        ])
    }

    /// The same from the other side.
    pub(super) fn swapped(&self) -> String {
        let only = match self.only.as_str() {
            "left" => "right",
            "right" => "left",
            only => only,
        };
        let (left, right) = (self.right.clone(), self.left.clone());
        Self { left, right, ..self.clone() }.with(only)
    }

    /// The fields that keep it in a form.
    pub(super) fn hidden(&self) -> impl IntoView + use<> {
        let Self { left, right, only, search } = self.clone();
        [("left", left), ("right", right), ("only", only), ("q", search)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    }
}

/// The page with these in its query; empty ones are left out.
pub fn address(pairs: &[(&str, &str)]) -> String {
    let mut params = ParamsMap::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Inserting unescapes.
        params.insert((*name).to_owned(), Url::escape(value));
    }
    format!("{PAGE}{}", params.to_query_string())
}

/// A secret of which keys were chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenSecret {
    /// Its name.
    pub name: SecretName,
    /// The keys.
    pub keys: Vec<KeyName>,
}

/// The keys that a form chose, each of them `secret/KEY`, by secret; nothing if one is not understood.
pub fn chosen_keys(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Option<Vec<ChosenSecret>> {
    let mut chosen: Vec<ChosenSecret> = Vec::new();
    for text in texts {
        let (name, key) = text.as_ref().split_once('/')?;
        let (name, key) = (SecretName::parse(name).ok()?, KeyName::parse(key).ok()?);
        match chosen.iter_mut().find(|secret| secret.name == name) {
            Some(secret) if secret.keys.contains(&key) => {}
            Some(secret) => secret.keys.push(key),
            None => chosen.push(ChosenSecret { name, keys: vec![key] }),
        }
    }
    Some(chosen)
}

/// The versions of a secret that a review showed, as its form keeps them: `secret:7:3`, and 0 for one that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAt {
    /// Its name.
    pub name: SecretName,
    /// The version that keys are taken from.
    pub from: Version,
    /// The version that they are put on.
    pub onto: Option<Version>,
}

impl fmt::Display for LookedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let onto = self.onto.map_or(0, |version| version.0);
        write!(f, "{}:{}:{onto}", self.name, self.from)
    }
}

impl LookedAt {
    /// What a form kept; nothing if it is not understood.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (name, from, onto) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            name: SecretName::parse(name).ok()?,
            from: from.parse().ok()?,
            onto: if onto == "0" { None } else { Some(onto.parse().ok()?) },
        })
    }
}
