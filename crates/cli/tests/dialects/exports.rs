//! What is exported is what its readers get.

use crate::{corpus, real};
use cli::export::{self, Manifest, ObjectName, Pairs};
use model::{KeyName, WireValue};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn known_values_come_through() {
    check(&VALUES.map(str::to_owned));
}

#[test]
fn any_values_come_through() {
    check(&corpus::some(1500, value()));
}

/// Values of three and three keys, so that they stand beside each other.
fn check(values: &[String]) {
    let groups: Vec<_> = values.chunks(3).map(pairs).collect();
    check_dotenv(&groups);
    check_yaml(&groups);
}

fn check_dotenv(groups: &[Vec<(KeyName, WireValue)>]) {
    let held: Vec<Vec<_>> = groups
        .iter()
        .map(|group| {
            let can_hold = |pair: &&_| export::dotenv(std::slice::from_ref(*pair)).is_ok();
            group.iter().filter(can_hold).cloned().collect()
        })
        .collect();
    let files: Vec<_> =
        held.iter().map(|group: &Vec<_>| export::dotenv(group).unwrap().to_string()).collect();
    let python = real::python_dotenv(&files, true);
    let node = real::node_dotenv(&files);
    for (number, group) in held.iter().enumerate() {
        assert_eq!(json!(python[number]), object(group), "python-dotenv, {:?}", files[number]);
        assert_eq!(json!(node[number]), object(group), "dotenv, {:?}", files[number]);
    }
}

fn check_yaml(groups: &[Vec<(KeyName, WireValue)>]) {
    let manifest = Manifest { name: ObjectName::secret("x").unwrap(), namespace: None };
    let documents: Vec<_> =
        groups.iter().map(|group| export::yaml(group).unwrap().to_string()).collect();
    let manifests: Vec<_> = groups
        .iter()
        .map(|group| export::kubernetes(group, &manifest).unwrap().to_string())
        .collect();
    let (read, manifests) = (real::pyyaml(&documents), real::pyyaml(&manifests));
    for (group, (read, manifest)) in groups.iter().zip(read.iter().zip(&manifests)) {
        assert_eq!(read, &object(group));
        let encoded = |(key, value): &(KeyName, WireValue)| {
            let value = data_encoding::BASE64.encode(value.dangerously_expose().as_bytes());
            (key.to_string(), Value::String(value))
        };
        assert_eq!(manifest["data"], group.iter().map(encoded).collect::<Value>());
        assert_eq!(manifest["metadata"], json!({ "name": "x" }));
    }
}

fn pairs(values: &[String]) -> Vec<(KeyName, WireValue)> {
    let keys = ["NO", "B", "K_1"].map(|key| KeyName::parse(key).unwrap());
    keys.into_iter().zip(values.iter().cloned().map(WireValue::new)).collect()
}

fn object(pairs: &Pairs) -> Value {
    let pair = |(key, value): &(KeyName, WireValue)| {
        (key.to_string(), Value::String(value.dangerously_expose().to_owned()))
    };
    pairs.iter().map(pair).collect()
}

/// Mostly characters that mean something to someone.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::string::string_regex(
            "[ab '\"`\\\\#$\\{\\}:=nr\n\r\t\u{feff}\u{2028}\u{85}-]{0,8}"
        )
        .unwrap(),
        any::<String>(),
    ]
}

const VALUES: [&str; 25] = [
    "",
    " ",
    "plain",
    " lead",
    "trail ",
    "it's",
    "say \"hi\"",
    "it's \"x\"",
    "a\nb\n",
    "a\r\nb",
    "a\rb",
    "${A}",
    "$A",
    "${A:b}",
    "C:\\new\\dir\\",
    "\\",
    "a\\'",
    "a#b #c",
    "`a`",
    "`it's \"x\"",
    "\u{feff}a",
    "a\u{feff}",
    "\u{0}",
    "{\"k\": \"v\"}",
    "-----BEGIN KEY-----\nabc=\n-----END KEY-----\n",
];
