//! Checks of credentials ask for what the service has, and admit where their target comes from.

use catalog::{Check, HttpCheck};
use model::Template;
use std::collections::BTreeSet;

fn every_http_check() -> impl Iterator<Item = (&'static Template, &'static HttpCheck)> {
    catalog::services().iter().filter_map(|service| match &service.check {
        Some(Check::Http(check)) => Some((&service.template, check)),
        _ => None,
    })
}

#[test]
fn they_ask_for_keys_of_the_service() {
    for (template, check) in every_http_check() {
        let options = template.options.iter().flat_map(|option| &option.keys);
        let names: BTreeSet<_> =
            template.keys.iter().chain(options).map(|key| key.name.as_str()).collect();
        let texts = [Some(&check.url), check.body.as_ref()].into_iter().flatten();
        let texts = texts.chain(check.headers.values()).chain(check.basic_auth.iter().flatten());
        for name in texts.flat_map(|text| placeholders(text)) {
            assert!(names.contains(name), "{}: {{{name}}}", template.id);
        }
    }
}

/// The `NAME`s of `{NAME}` in a text. Those in lower case stand for something derived.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let is_key = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.bytes().any(|b| b.is_ascii_uppercase())
    };
    inside.map(|(name, _)| name).filter(move |name| is_key(name))
}

#[test]
fn a_target_that_comes_from_a_value_is_marked() {
    // Such a request could be sent into the operator's own network: it has to pass the outbound filter.
    for (template, check) in every_http_check() {
        let host = check.url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        let is_fixed = host.is_some_and(|host| !host.contains('{'));
        assert!(is_fixed || check.host_from_value, "{}: {}", template.id, check.url);
    }
}

#[test]
fn every_status_is_sorted_once() {
    for (template, check) in every_http_check() {
        let mut seen = BTreeSet::new();
        for status in [&check.ok, &check.invalid, &check.inconclusive].into_iter().flatten() {
            assert!(
                (100..600).contains(status) && seen.insert(status),
                "{}: {status}",
                template.id
            );
        }
    }
}
