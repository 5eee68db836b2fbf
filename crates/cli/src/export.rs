//! Writes keys and values in the formats of other programs, so that each of them reads back exactly what is stored.
//!
//! A value that a format cannot hold is refused, never bent: the error names all such keys and says why, and no value.

mod docker;
mod dotenv;
mod github_actions;
mod json;
mod kubernetes;
mod refusal;
mod shell;
mod yaml;

pub use docker::docker;
pub use dotenv::dotenv;
pub use github_actions::{GithubActions, github_actions};
pub use json::json;
pub use kubernetes::{Manifest, ObjectName, ObjectNameFault, kubernetes};
pub use refusal::{Reason, Refusal, Refused};
pub use shell::shell;
pub use yaml::yaml;

use model::{KeyName, WireValue};
use zeroize::Zeroizing;

/// Keys and values in the order to write them in.
pub type Pairs = [(KeyName, WireValue)];

/// Checks every pair, and writes them when there is nothing to refuse.
fn write_each(
    format: &'static str,
    pairs: &Pairs,
    mut write: impl FnMut(&KeyName, &str, &mut String) -> Result<(), Reason>,
) -> Result<Zeroizing<String>, Refused> {
    let mut text = Zeroizing::new(String::with_capacity(room_for(pairs)));
    refusal::check(format, pairs, |key, value| write(key, value, &mut text))?;
    Ok(text)
}

/// Enough for most values, so that the text is not left behind in smaller buffers.
fn room_for(pairs: &Pairs) -> usize {
    let bytes = |(key, value): &(KeyName, WireValue)| {
        key.as_str().len() + 2 * value.dangerously_expose().len() + 32
    };
    pairs.iter().map(bytes).sum()
}

#[cfg(test)]
fn pairs(pairs: &[(&str, &str)]) -> Vec<(KeyName, WireValue)> {
    let pair = |(key, value): &(&str, &str)| {
        (KeyName::parse(key).unwrap(), WireValue::new((*value).to_owned()))
    };
    pairs.iter().map(pair).collect()
}
