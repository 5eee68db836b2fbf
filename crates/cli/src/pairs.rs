//! Keys and values that a person gives: as arguments, from a `.env` file, from a JSON file.

mod argument;
mod file;

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use model::api::{NewValueView, ValueMap};
use model::{KeyName, ValueKind, WireValue};

use crate::failure::{Failure, Result};
use crate::print;

pub(crate) use self::file::{dotenv, json};

/// Where keys and values come from.
#[derive(Args)]
pub(crate) struct Sources {
    /// KEY=VALUE, or without the value on the command line: KEY=- asks for it or reads standard input, KEY=@FILE reads a
    /// file, KEY=env:NAME copies a variable
    #[arg(value_name = "KEYVALUES")]
    items: Vec<String>,
    /// Keys and values from a .env file
    #[arg(long, value_name = "PATH")]
    from_dotenv: Option<PathBuf>,
    /// Keys and values from a JSON file: one object of strings
    #[arg(long, value_name = "PATH")]
    from_json: Option<PathBuf>,
}

impl Sources {
    /// All of it, in the order of first mention. As with Modal files win over arguments, and JSON over dotenv.
    pub(crate) fn gather(&self) -> Result<Pairs> {
        let arguments = argument::read(&self.items)?;
        if arguments.in_the_open {
            print::hint(
                "values on the command line stay in the shell's history, and `ps` shows them. KEY=- asks for the value, \
                 KEY=@FILE reads a file, KEY=env:NAME copies a variable",
            );
        }
        let mut pairs = Pairs::default();
        let mut again = pairs.add(arguments.pairs);
        if let Some(path) = &self.from_dotenv {
            again.extend(pairs.add(dotenv(path)?));
        }
        if let Some(path) = &self.from_json {
            again.extend(pairs.add(json(path)?));
        }
        if !again.is_empty() {
            print::hint(format_args!(
                "given more than once, and the last value counts: {}",
                print::listed(&again)
            ));
        }
        Ok(pairs)
    }
}

/// Keys, each once, with their values.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    pairs: Vec<(KeyName, WireValue)>,
    places: HashMap<KeyName, usize>,
}

impl Pairs {
    /// Adds what is new, replaces what is not, and says what was replaced.
    pub(crate) fn add(
        &mut self,
        more: impl IntoIterator<Item = (KeyName, WireValue)>,
    ) -> Vec<KeyName> {
        let mut again = Vec::new();
        for (key, value) in more {
            if let Some(&place) = self.places.get(&key) {
                self.pairs[place].1 = value;
                again.push(key);
            } else {
                self.places.insert(key.clone(), self.pairs.len());
                self.pairs.push((key, value));
            }
        }
        again
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.pairs.iter().map(|(key, _)| key)
    }

    pub(crate) fn has(&self, key: &KeyName) -> bool {
        self.places.contains_key(key)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// At least one key, or Modal's sentence.
    pub(crate) fn not_empty(self) -> Result<Self> {
        if self.is_empty() {
            return Err(Failure::usage("You need to specify at least one key for your secret."));
        }
        Ok(self)
    }

    /// For the wire; of this kind if one is given.
    pub(crate) fn into_wire(self, kind: Option<ValueKind>) -> ValueMap<String, NewValueView> {
        let pair = |(key, value): (KeyName, WireValue)| {
            let value = match kind {
                Some(kind) => NewValueView::WithKind { value, kind },
                None => NewValueView::Text(value),
            };
            (key.to_string(), value)
        };
        ValueMap(self.pairs.into_iter().map(pair).collect())
    }
}

/// Who sees a value, as an option.
#[derive(Args)]
pub(crate) struct KindOption {
    /// Who sees these values: hidden (shown on demand, each time logged), plain (whoever sees the secret), write-only
    /// (programs only) [default: what the key had, or what its template says, or hidden]
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    pub(crate) kind: Option<ValueKind>,
}

fn parse_kind(text: &str) -> std::result::Result<ValueKind, String> {
    ValueKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| "expected hidden, plain or write-only".to_owned())
}
