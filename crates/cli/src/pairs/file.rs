//! Keys and values from files.

use std::fs;
use std::path::Path;

use envfile::FaultKind;
use model::api::ValueMap;
use model::{KeyName, WireValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::print;

/// A `.env` file, in which nothing may be unclear.
pub(crate) fn dotenv(path: &Path) -> Result<Vec<(KeyName, WireValue)>> {
    let file = read(path, ".env")?;
    let could_not = |why: String| {
        Failure::usage(format!("Could not parse .env file at {}: {why}", path.display()))
    };
    let parsed = envfile::parse(&file).map_err(|error| could_not(error.to_string()))?;
    let mut wrong = Vec::new();
    for fault in &parsed.faults {
        match fault.kind {
            FaultKind::Duplicate { .. } => print::hint(format_args!("{}: {fault}", path.display())),
            _ => wrong.push(fault.to_string()),
        }
    }
    match &wrong[..] {
        [] => Ok(parsed.entries.into_iter().map(|entry| (entry.key, entry.value)).collect()),
        [one] => Err(could_not(one.clone())),
        several => Err(could_not(format!("\n  {}", several.join("\n  ")))),
    }
}

/// A JSON file: one object of strings.
pub(crate) fn json(path: &Path) -> Result<Vec<(KeyName, WireValue)>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Text(WireValue),
        Other(IgnoredAny),
    }

    let file = read(path, "JSON")?;
    let object: ValueMap<String, Value> = serde_json::from_slice(&file).map_err(|error| {
        // What serde says of a value that has the wrong type repeats it.
        let why = if error.is_data() {
            "it is not one object".to_owned()
        } else {
            format!("line {}, column {} is not JSON", error.line(), error.column())
        };
        Failure::usage(format!("Could not parse JSON file at {}: {why}", path.display()))
    })?;
    let pair = |(key, value): (String, Value)| {
        let name = KeyName::parse(&key)
            .map_err(|_| Failure::usage(format!("Invalid key: '{}'", print::plain(&key))))?;
        match value {
            Value::Text(value) => Ok((name, value)),
            Value::Other(_) => Err(Failure::usage(format!("Non-string value for secret '{name}'"))),
        }
    };
    object.0.into_iter().map(pair).collect()
}

fn read(path: &Path, kind: &str) -> Result<Zeroizing<Vec<u8>>> {
    fs::read(path).map(Zeroizing::new).map_err(|error| {
        Failure::usage(format!("Could not read {kind} file at {}: {error}", path.display()))
    })
}
