//! Events in words.

use crate::ui::{Badge, Tone};
use leptos::prelude::*;
use leptos_router::{location::Url, params::ParamsMap};
use model::{
    AuditOutcome,
    api::{AuditEventView, AuditWho, AuditWhoKind},
};

/// The address of the page with these fields, empty ones left out.
pub(super) fn href(page: &str, pairs: &[(&str, &str)]) -> String {
    let mut params = ParamsMap::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Inserting unescapes.
        params.insert((*name).to_owned(), Url::escape(value));
    }
    format!("{page}{}", params.to_query_string())
}

/// What is done by a name like `secret.restore-version`: "Secret: restore version".
pub(super) fn action(name: &str) -> String {
    let (noun, verb) = name.split_once('.').unwrap_or((name, ""));
    let mut chars = noun.chars();
    let noun: String =
        chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
    format!("{noun}: {}", verb.replace('-', " "))
}

/// Who did it, as they were called then.
pub(super) fn who(who: &AuditWho) -> String {
    let name = who.name.clone().or_else(|| who.id.clone()).unwrap_or_default();
    match who.kind {
        AuditWhoKind::Anonymous => "Nobody known".into(),
        AuditWhoKind::Operator => "The operator".into(),
        AuditWhoKind::Rotator => format!("Rotator {name}"),
        AuditWhoKind::Token => format!("{name} (token)"),
        AuditWhoKind::User => name,
    }
}

/// What it was done to: where there is a page for it, a link.
pub(super) fn target(event: &AuditEventView) -> AnyView {
    let Some(target) = &event.target else { return ().into_any() };
    let name = target.name.clone().unwrap_or_else(|| {
        let then = event.detail.get("name").and_then(|name| name.as_str());
        then.map_or_else(|| target.id.clone(), str::to_owned)
    });
    let text = match &target.environment {
        Some(environment) => format!("{environment}/{name}"),
        None => name,
    };
    let id = &target.id;
    let page = match id.split_once('_').map(|(kind, _)| kind) {
        Some("sec") if target.name.is_some() => format!("/secrets/{id}"),
        Some("usr") if target.name.is_some() => format!("/members/{id}"),
        None if target.name.is_some() && event.action.starts_with("token.") => {
            format!("/tokens/{id}")
        }
        _ => return text.into_any(),
    };
    view! { <a href=page>{text}</a> }.into_any()
}

/// Whether it was refused.
pub(super) fn outcome(outcome: AuditOutcome) -> AnyView {
    match outcome {
        AuditOutcome::Denied => {
            view! { <Badge tone=Tone::Bad icon="x">"Denied"</Badge> }.into_any()
        }
        AuditOutcome::Done => view! { <Badge tone=Tone::Ok icon="check">"Done"</Badge> }.into_any(),
    }
}

/// The pages about the log.
pub(super) fn tabs() -> Vec<(String, String)> {
    [("/audit", "Events"), ("/audit/stale", "Unread secrets"), ("/audit/retention", "Retention")]
        .map(|(href, name)| (href.to_owned(), name.to_owned()))
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_words_and_a_filter_an_address() {
        assert_eq!(action("secret.restore-version"), "Secret: restore version");
        assert_eq!(action("odd"), "Odd: ");
        let pairs = [("actor", "ann+x@example.org"), ("class", ""), ("target", "dev/db")];
        assert_eq!(href("/audit", &pairs), "/audit?actor=ann%2Bx%40example%2Eorg&target=dev%2Fdb");
        assert_eq!(href("/audit", &[]), "/audit");
    }
}
