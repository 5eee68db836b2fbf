//! Tokens in words.

use super::shown::ShownToken;
use crate::{
    ui::{Badge, Tone},
    viewer::Viewer,
};
use leptos::prelude::*;
use model::{EnvironmentId, TokenInfo, TokenKind, TokenState};

/// Whether it works, and whether it will.
pub(super) fn state_badge(token: &ShownToken) -> impl IntoView + use<> {
    if let Some(days) = token.ends_soon() {
        return view! { <Badge tone=Tone::Warn icon="clock">{format!("Ends {}", in_days(days))}</Badge> };
    }
    match token.info.state {
        TokenState::Active => view! { <Badge tone=Tone::Ok icon="check">"Active"</Badge> },
        TokenState::Expired => view! { <Badge tone=Tone::Bad icon="clock">"Expired"</Badge> },
        TokenState::Orphaned => {
            view! { <Badge tone=Tone::Warn icon="triangle-alert">"Orphaned"</Badge> }
        }
        TokenState::Revoked => view! { <Badge icon="x">"Revoked"</Badge> },
        TokenState::UsedUp => view! { <Badge tone=Tone::Bad icon="x">"Used up"</Badge> },
    }
}

pub(super) fn in_days(days: i64) -> String {
    match days {
        ..=1 => "within a day".to_owned(),
        days => format!("in {days} days"),
    }
}

pub(super) const fn kind(info: &TokenInfo) -> &'static str {
    match info.kind {
        TokenKind::Service => "Service",
        TokenKind::Cli | TokenKind::Invitation | TokenKind::Login => "Command line",
    }
}

/// The names of its environments; nothing if it reaches all.
pub(super) fn environments(viewer: &Viewer, info: &TokenInfo) -> Vec<String> {
    let name = |id: &EnvironmentId| Some(viewer.environment(*id)?.name.to_string());
    let known: Vec<_> = info.environments.iter().filter_map(name).collect();
    if known.is_empty() && !info.environments.is_empty() {
        return vec!["none that is left".to_owned()];
    }
    known
}

pub(super) fn secrets(info: &TokenInfo) -> Vec<String> {
    info.secrets.iter().map(ToString::to_string).collect()
}

/// The list, or what no entries mean.
pub(super) fn or_all(entries: &[String], all: &str) -> String {
    if entries.is_empty() { all.to_owned() } else { entries.join(", ") }
}
