//! What the palette leads to, besides secrets.

use crate::{frame, ui::NavItem, viewer::Viewer};
use model::{Action, SecretSummary};

/// One line of the palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) title: String,
    /// What it is, or where it lies.
    pub(super) note: String,
    pub(super) icon: &'static str,
    pub(super) href: String,
    /// Whether the server alone draws it.
    pub(super) drawn: bool,
}

impl Entry {
    fn new(title: &str, note: &str, icon: &'static str, href: &str, drawn: bool) -> Self {
        Self { title: title.into(), note: note.into(), icon, href: href.into(), drawn }
    }

    /// A secret, and the environment that it is in.
    pub(super) fn of_secret(secret: &SecretSummary, viewer: &Viewer) -> Self {
        let environment = viewer.environment(secret.environment);
        let place = environment.map(|found| found.name.to_string()).unwrap_or_default();
        let href = format!("/secrets/{}", secret.id);
        Self::new(secret.name.as_str(), &place, "key-round", &href, false)
    }

    /// What can be done with a secret.
    pub(super) fn tasks(&self) -> [Self; 3] {
        let task = |verb, page, icon, drawn| Self {
            title: format!("{verb} {}", self.title),
            href: format!("{}/{page}", self.href),
            icon,
            drawn,
            ..self.clone()
        };
        [
            task("Edit", "edit", "pencil", false),
            task("Rotate", "rotate", "rotate-cw", true),
            task("History of", "history", "history", true),
        ]
    }
}

/// Pages, and the actions that this person may do.
pub(super) fn places(viewer: &Viewer) -> Vec<Entry> {
    let mut places = Vec::new();
    if viewer.may(Action::WriteSecrets, false) {
        places.push(Entry::new("New secret", "Action", "plus", "/secrets/new", false));
        places.push(Entry::new("Import a .env file", "Action", "upload", "/secrets/import", true));
    }
    places.push(Entry::new("New token", "Action", "plus", "/tokens/new", true));
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
