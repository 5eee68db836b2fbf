//! `keyloft import`

use std::path::PathBuf;

use clap::Args;
use client::{Client, Place};
use model::KeyName;
use model::api::{ChangeSecret, MakeSecret, ProblemCode, ReplaceSecret, SecretView};
use zeroize::Zeroizing;

use super::EnvironmentOption;
use crate::ask;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result};
use crate::pairs::{self, KindOption, Pairs};
use crate::print::{self, Table};

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// A .env file, or a JSON file (.json) of one object of strings
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The secret to make, or to add the keys to
    #[arg(short = 's', long = "secret", value_name = "NAME")]
    secret: Option<String>,
    /// Take away the keys that the file does not have
    #[arg(long)]
    replace: bool,
    /// Run without asking for confirmation
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    kind: KindOption,
    #[command(flatten)]
    environment: EnvironmentOption,
}

pub(super) fn run(context: &Context, args: &ImportArgs) -> Result {
    let name = args.secret.as_deref().map(parse_name).transpose()?;
    let is_json = args.file.extension().is_some_and(|extension| extension == "json");
    if !is_json {
        report(args)?;
    }
    let read = if is_json { pairs::json(&args.file)? } else { pairs::dotenv(&args.file)? };
    let mut pairs = Pairs::default();
    pairs.add(read);
    let pairs = pairs.not_empty()?;

    let Some(name) = name else {
        preview(None, &pairs, args)?;
        return print::line("\nNothing was sent anywhere. To keep these keys: add -s NAME");
    };
    let place = Place::new(args.environment.get(context)?, name);
    let client = context.client()?;
    let before = match client.secret(&place) {
        Ok(secret) => Some(secret),
        Err(error) if error.code() == Some(ProblemCode::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    preview(before.as_ref(), &pairs, args)?;
    if !args.yes {
        let what = if before.is_some() { "Change" } else { "Create" };
        ask::confirm(format_args!(
            "{what} the secret '{}' in environment '{}'?",
            place.name, place.environment
        ))?;
    }
    keep(client, &place, before.as_ref(), pairs, args)
}

/// What other programs make of the same file.
fn report(args: &ImportArgs) -> Result {
    let file = std::fs::read(&args.file).map(Zeroizing::new).map_err(|error| {
        Failure::usage(format!("Could not read .env file at {}: {error}", args.file.display()))
    })?;
    let Ok(differences) = envfile::differences(&file) else { return Ok(()) };
    if differences.is_empty() {
        return print::line("Every program that was compared reads this file in the same way.\n");
    }
    print::line(
        "Keyloft reads this file as python-dotenv does, without interpolation. Other programs differ:\n",
    )?;
    for difference in &differences {
        print::line(format_args!("  {difference}"))?;
    }
    print::line("")
}

fn preview(before: Option<&SecretView>, pairs: &Pairs, args: &ImportArgs) -> Result {
    let had = |key: &KeyName| {
        before.is_some_and(|secret| secret.keys.iter().any(|info| info.name == *key))
    };
    let mut table = Table::new(["", "Key", "What happens"]);
    for key in pairs.keys() {
        let (mark, what) = match (before.is_some(), had(key)) {
            (_, true) => ("~", "gets the file's value"),
            (true, false) => ("+", "is added"),
            (false, false) => ("+", "is new"),
        };
        table.row([mark.to_owned(), key.to_string(), what.to_owned()]);
    }
    for info in before.iter().flat_map(|secret| &secret.keys).filter(|info| !pairs.has(&info.name))
    {
        let (mark, what) = if args.replace { ("-", "is taken away") } else { ("", "stays") };
        table.row([mark.to_owned(), info.name.to_string(), what.to_owned()]);
    }
    table.print()
}

fn keep(
    client: &Client,
    place: &Place,
    before: Option<&SecretView>,
    pairs: Pairs,
    args: &ImportArgs,
) -> Result {
    let set = pairs.into_wire(args.kind.kind);
    let note = format!("from {}", args.file.file_name().unwrap_or_default().display());
    let note: String = note.chars().take(model::NOTE_CHARS).collect();
    let is = match before {
        None => client.make_secret(&MakeSecret {
            environment: place.environment.to_string(),
            name: place.name.to_string(),
            template: None,
            values: set,
            tags: Vec::new(),
            note,
        })?,
        Some(before) if args.replace => client.replace_secret(
            place,
            before.version,
            &ReplaceSecret { values: set, tags: None, note },
        )?,
        Some(before) => {
            let change = ChangeSecret { set, note, ..ChangeSecret::default() };
            client.change_secret(place, before.version, &change)?
        }
    };
    print::line(format_args!("Secret '{}' is at version {}", is.name, is.version))
}
