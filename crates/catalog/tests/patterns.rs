//! Patterns mean the same in Rust's `regex` and in JavaScript's `RegExp` with flag `u`, and fit the data beside them.

use model::{Template, TemplateKey};
use regex::Regex;

fn every_key() -> impl Iterator<Item = (&'static Template, &'static TemplateKey)> {
    catalog::services().iter().flat_map(|service| {
        let template = &service.template;
        let of_options = template.options.iter().flat_map(|option| &option.keys);
        template.keys.iter().chain(of_options).map(move |key| (template, key))
    })
}

fn every_pattern() -> impl Iterator<Item = (String, &'static str)> {
    every_key().filter_map(|(template, key)| {
        Some((format!("{} {}", template.id, key.name), key.pattern.as_deref()?))
    })
}

#[test]
fn every_pattern_is_safe() {
    assert!(every_pattern().count() > 100);
    for (place, pattern) in every_pattern() {
        assert!(Regex::new(pattern).is_ok(), "{place}: {pattern}");
    }
}

#[test]
fn every_pattern_means_the_same_in_javascript() {
    for (place, pattern) in every_pattern() {
        assert_eq!(dialect_fault(pattern), None, "{place}: {pattern}");
    }
}

#[test]
fn constructs_that_differ_between_the_two_are_found() {
    for (pattern, fault) in [
        ("(?i)abc", "a group that is not plain"),
        ("a(?P<n>b)", "a group that is not plain"),
        ("a(?=b)", "a group that is not plain"),
        (r"\Aabc\z", "an escape that is not needed"),
        (r"a\-b", "an escape that is not needed"),
        (r"\d+", "an escape that is not needed"),
        (r"[\w-]", "an escape that is not needed"),
        (r"\", "an escape that is not needed"),
        ("a.b", "a dot, which stands for different characters"),
        ("[[:alpha:]]", "a bracket inside a class"),
        ("[a&&b]", "a set operation"),
        ("[a--b]", "a set operation"),
        ("[]a]", "an empty class"),
        ("a]", "a bracket outside a class"),
        ("a{,3}", "a brace that is no count"),
        ("a{x}", "a brace that is no count"),
        ("a}", "a brace that is no count"),
    ] {
        assert_eq!(dialect_fault(pattern), Some(fault), "{pattern}");
    }
    for fine in
        [r"^(ab|c\.d)[A-Za-z0-9_.+/=-]{2,}\$?$", "a{2}b{2,3}", r"[^ \t\r\n\]\\]*", "(?:a|b)+"]
    {
        assert_eq!(dialect_fault(fine), None, "{fine}");
        assert!(Regex::new(fine).is_ok(), "{fine}");
    }
}

/// What keeps a pattern out of the common part of both dialects, if anything does.
///
/// `\d`, `\w` and `\s` are Unicode in Rust and ASCII (or nearly) in JavaScript, and `.` leaves out other line breaks.
fn dialect_fault(pattern: &str) -> Option<&'static str> {
    let mut rest = pattern;
    let mut class = None;
    while let Some(character) = rest.chars().next() {
        let at_class_start = class == Some(rest.len());
        let fault = match character {
            '\\' => escape_fault(rest, class.is_some()),
            '[' if class.is_some() => Some("a bracket inside a class"),
            ']' if at_class_start => Some("an empty class"),
            '&' | '-' | '~' if class.is_some() => set_operation_fault(rest, character),
            ']' if class.is_none() => Some("a bracket outside a class"),
            '.' if class.is_none() => Some("a dot, which stands for different characters"),
            '(' if class.is_none() => group_fault(rest),
            '{' if class.is_none() => count_fault(rest),
            '}' if class.is_none() => Some("a brace that is no count"),
            _ => None,
        };
        if fault.is_some() {
            return fault;
        }
        let taken = match character {
            '\\' => 2,
            '{' if class.is_none() => rest.find('}').expect("a count ends, as checked above") + 1,
            _ => character.len_utf8(),
        };
        rest = &rest[taken..];
        match character {
            '[' if class.is_none() => {
                rest = rest.strip_prefix('^').unwrap_or(rest);
                class = Some(rest.len());
            }
            ']' => class = None,
            _ => {}
        }
    }
    None
}

/// `RegExp` with flag `u` refuses to escape what needs none (ECMAScript, "`IdentityEscape`").
fn escape_fault(rest: &str, in_class: bool) -> Option<&'static str> {
    let escaped = rest.chars().nth(1);
    let is_syntax = escaped.is_some_and(|c| r"^$\.*+?()[]{}|/tnr".contains(c));
    let is_dash_in_class = in_class && escaped == Some('-');
    (!is_syntax && !is_dash_in_class).then_some("an escape that is not needed")
}

fn set_operation_fault(rest: &str, character: char) -> Option<&'static str> {
    (rest.chars().nth(1) == Some(character)).then_some("a set operation")
}

fn group_fault(rest: &str) -> Option<&'static str> {
    let is_plain = !rest.starts_with("(?") || rest.starts_with("(?:");
    (!is_plain).then_some("a group that is not plain")
}

fn count_fault(rest: &str) -> Option<&'static str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let count = rest[1..].split_once('}').map(|(count, _)| count);
    let is_count = count.is_some_and(|count| match count.split_once(',') {
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
        None => is_number(count),
    });
    (!is_count).then_some("a brace that is no count")
}

#[test]
fn placeholders_that_are_whole_match() {
    let mut whole = 0;
    for (template, key) in every_key() {
        let (Some(pattern), Some(placeholder)) = (&key.pattern, &key.placeholder) else { continue };
        // "hf_..." is abbreviated, "40 characters" describes.
        if placeholder.contains("...") || placeholder.contains(' ') {
            continue;
        }
        whole += 1;
        assert!(
            Regex::new(pattern).unwrap().is_match(placeholder),
            "{} {}: {placeholder} does not match {pattern}",
            template.id,
            key.name
        );
    }
    assert!(whole > 20);
}

#[test]
fn defaults_raise_no_warning() {
    for (template, key) in every_key() {
        let Some(default) = &key.default else { continue };
        assert_eq!(catalog::pattern_warning(key, default), None, "{} {}", template.id, key.name);
    }
}

#[test]
fn every_pattern_says_where_it_comes_from() {
    for service in catalog::services() {
        let template = &service.template;
        let keys =
            template.keys.iter().chain(template.options.iter().flat_map(|option| &option.keys));
        for key in keys {
            let has_source = service.pattern_sources.contains_key(&key.name);
            assert!(has_source || key.pattern.is_none(), "{} {}", template.id, key.name);
        }
    }
}

#[test]
fn warnings_say_what_is_usual_and_never_the_value() {
    let key = |template: &str, name: &str| {
        let keys = &catalog::template(template).unwrap().keys;
        keys.iter().find(|key| key.name.as_str() == name).unwrap()
    };
    let warning = |key: &TemplateKey, value: &str| {
        catalog::pattern_warning(key, value).map(|w| w.to_string())
    };

    let token = key("huggingface", "HF_TOKEN");
    assert_eq!(warning(token, " hf_abcdefghijklmnopqrstuvwxyzABCDEFGH\n"), None);
    assert_eq!(warning(token, ""), None);
    assert_eq!(
        warning(token, "hunter2").unwrap(),
        "This does not look as usual (hf_...). Check that it is the right value, copied whole."
    );
    assert_eq!(
        warning(key("huggingface", "HF_ENDPOINT"), "huggingface.co").unwrap(),
        "This should be a URL, with its scheme, such as https://."
    );
    assert_eq!(
        warning(key("langsmith", "LANGSMITH_TRACING"), "yes").unwrap(),
        "This is not one of the known values: true, false."
    );
}
