//! What the palette leads to, besides secrets.

use super::rank::score;
use crate::{frame, ui::NavItem, viewer::Viewer};
use model::{Action, SecretSummary};

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) title: String,
    /// What it is, or where it lies.
    pub(super) note: String,
    /// The key that says what was typed, where the name of its secret does not.
    key: Option<String>,
    pub(super) icon: &'static str,
    pub(super) href: String,
    /// Whether the server alone draws it.
    pub(super) drawn: bool,
    /// What this person may do with it, if it is a secret.
    tasks: Vec<Task>,
}

/// Something that is done on a page of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Task {
    verb: &'static str,
    page: &'static str,
    icon: &'static str,
    drawn: bool,
    needs: Option<Action>,
}

const TASKS: [Task; 3] = [
    Task {
        verb: "Edit",
        page: "edit",
        icon: "pencil",
        drawn: false,
        needs: Some(Action::WriteSecrets),
    },
    Task {
        verb: "Rotate",
        page: "rotate",
        icon: "rotate-cw",
        drawn: true,
        needs: Some(Action::RotateValues),
    },
    Task { verb: "History of", page: "history", icon: "history", drawn: true, needs: None },
];

impl Entry {
    fn new(title: &str, note: &str, icon: &'static str, href: &str, drawn: bool) -> Self {
        Self {
            title: title.into(),
            note: note.into(),
            key: None,
            icon,
            href: href.into(),
            drawn,
            tasks: Vec::new(),
        }
    }

    /// A secret, and the environment that it is in.
    pub(super) fn of_secret(secret: &SecretSummary, viewer: &Viewer) -> Self {
        let environment = viewer.environment(secret.environment);
        let place = environment.map(|found| found.name.to_string()).unwrap_or_default();
        let key = secret.found_by.as_ref().map(ToString::to_string);
        let note = match &key {
            Some(key) if !place.is_empty() => format!("{key}, in {place}"),
            _ => place,
        };
        let href = format!("/secrets/{}", secret.id);
        let may = |action| viewer.may_in(secret.environment, action);
        let tasks = TASKS.into_iter().filter(|task| task.needs.is_none_or(may)).collect();
        Self { key, tasks, ..Self::new(secret.name.as_str(), &note, "key-round", &href, false) }
    }

    /// How well it answers what was typed: by its title first, by a key where that says it.
    pub(super) fn score(&self, typed: &str) -> Option<usize> {
        let by_key = self.key.as_ref().and_then(|key| score(key, typed)).map(|score| score / 4);
        score(&self.title, typed).max(by_key)
    }

    /// What can be done with a secret.
    pub(super) fn tasks(&self) -> impl Iterator<Item = Self> {
        self.tasks.iter().map(|Task { verb, page, icon, drawn, .. }| {
            let (title, href) = (format!("{verb} {}", self.title), format!("{}/{page}", self.href));
            Self::new(&title, &self.note, icon, &href, *drawn)
        })
    }
}

/// Pages, and the actions that this person may do.
pub(super) fn places(viewer: &Viewer) -> Vec<Entry> {
    let mut places = Vec::new();
    if viewer.writes_nowhere().is_none() {
        places.push(Entry::new("New secret", "Action", "plus", "/secrets/new", false));
        places.push(Entry::new("Import a .env file", "Action", "upload", "/secrets/import", true));
    }
    places.push(Entry::new("New token", "Action", "plus", "/tokens/new", true));
    places.extend(viewer.environments.iter().map(|environment| {
        let name = environment.name.as_str();
        let href = format!("/secrets?env={name}");
        Entry::new(name, "Environment", "layers", &href, false)
    }));
    let page = |nav: &NavItem| Entry::new(nav.label, "Page", nav.icon, nav.href, nav.drawn);
    places.extend(frame::places(viewer).iter().map(page));
    let more = [
        ("Templates", "layers", "/templates"),
        ("Roles", "users", "/members/roles"),
        ("Security: second factors and passkeys", "shield", "/settings/security"),
        ("Notifications", "settings", "/settings/notifications"),
        ("Webhooks", "settings", "/settings/webhooks"),
        ("Automatic rotation", "rotate-cw", "/rotation/automatic"),
        ("What nobody reads", "scroll-text", "/audit/stale"),
        ("Workspaces", "building-2", "/workspaces"),
        ("Help", "info", "/help"),
        ("Keyboard shortcuts", "info", "/help#keyboard"),
        ("Change keyboard shortcuts", "settings", "/settings/shortcuts"),
    ];
    places.extend(more.map(|(title, icon, href)| Entry::new(title, "Page", icon, href, true)));
    places
}
