//! `keyloft secret get`

use std::io::{self, IsTerminal};

use clap::Args;
use client::Place;
use model::Version;
use serde_json::json;

use super::{SecretOption, parse_keys};
use crate::command::JsonOption;
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print::{self, Table};

#[derive(Args)]
pub(crate) struct GetArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The key whose value to print; with --json several
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
    /// An earlier version
    #[arg(long, value_name = "VERSION")]
    version: Option<Version>,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &GetArgs) -> Result {
    let keys = parse_keys(&args.keys)?;
    if keys.len() > 1 && !args.json.json {
        return Err(Failure::usage("one value is printed at a time: name one key, or add --json"));
    }
    let place = args.secret.get(context)?;
    if keys.is_empty() {
        return show_keys(context, &place, args);
    }
    let answer =
        context.client()?.values(&place, args.version, &keys).map_err(of_secret(&place))?;
    for key in &keys {
        if answer.withheld.contains(key) {
            return Err(Failure::failed(format!(
                "{key} of '{}' is write-only: programs read it with a service token, people do not",
                place.name
            )));
        }
        if !answer.values.0.iter().any(|(name, _)| name == key) {
            return Err(Failure::failed(format!("Secret '{}' has no key {key}", place.name)));
        }
    }
    if args.json.json {
        return print::json(&answer.values);
    }
    for (_, value) in &answer.values.0 {
        print::raw(value.dangerously_expose().as_bytes())?;
        if io::stdout().is_terminal() {
            print::raw(b"\n")?;
        }
    }
    Ok(())
}

fn show_keys(context: &Context, place: &Place, args: &GetArgs) -> Result {
    let client = context.client()?;
    let secret = client.secret(place).map_err(of_secret(place))?;
    let (version, keys) = match args.version {
        None => (secret.version, secret.keys.clone()),
        Some(wanted) => {
            let versions = client.versions(place).map_err(of_secret(place))?.versions;
            let found = versions.into_iter().find(|version| version.version == wanted);
            let found = found.ok_or_else(|| {
                Failure::failed(format!("Secret '{}' has no version {wanted}", place.name))
            })?;
            (found.version, found.keys)
        }
    };
    if args.json.json {
        return match args.version {
            None => print::json(&secret),
            Some(_) => print::json(&json!({ "version": version, "keys": keys })),
        };
    }
    let title = format!(
        "Secret '{}' in environment '{}', version {version}",
        place.name, place.environment
    );
    let mut table = Table::new(["Key", "Kind", "Since version"]).titled(title);
    for key in &keys {
        table.row([key.name.to_string(), key.kind.as_str().to_owned(), key.since.to_string()]);
    }
    table.print()
}
