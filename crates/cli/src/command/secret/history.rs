//! `keyloft secret history`

use clap::Args;
use model::api::VersionView;
use model::{KeyChanges, KeyName};

use super::SecretOption;
use crate::command::JsonOption;
use crate::context::Context;
use crate::failure::{Result, of_secret};
use crate::print::{self, Table};

#[derive(Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    secret: SecretOption,
    #[command(flatten)]
    json: JsonOption,
}

pub(in crate::command) fn run(context: &Context, args: &HistoryArgs) -> Result {
    let place = args.secret.get(context)?;
    let versions = context.client()?.versions(&place).map_err(of_secret(&place))?.versions;
    if args.json.json {
        return print::json(&versions);
    }
    let mut table = Table::new([
        "Version",
        "Made at",
        "Made by",
        "From",
        "By way of",
        "Keys",
        "Read by",
        "Note",
    ])
    .titled(format!("Versions of '{}' in environment '{}'", place.name, place.environment));
    for version in &versions {
        table.row([
            version.version.to_string(),
            print::local(version.created_at),
            made_by(version),
            version.made_from.as_deref().map_or("-".to_owned(), print::plain),
            cause(version),
            changes(&version.changed),
            readers(version),
            print::plain(&version.note),
        ]);
    }
    table.print()
}

/// The person, and the token if they used one.
fn made_by(version: &VersionView) -> String {
    match &version.made_with {
        Some(token) => format!("{} ({})", version.created_by, print::plain(token)),
        None => version.created_by.to_string(),
    }
}

fn cause(version: &VersionView) -> String {
    let cause = print::plain(&version.cause);
    match (&version.destroyed_at, &version.destroyed_by) {
        (None, _) => cause,
        (Some(_), Some(who)) => format!("{cause}, destroyed by {who}"),
        (Some(_), None) => format!("{cause}, destroyed by age"),
    }
}

/// `+A ~B -C`, as `secret diff` marks keys.
fn changes(changed: &KeyChanges) -> String {
    let marked = |mark: char, keys: &[KeyName]| -> Vec<String> {
        keys.iter().map(|key| format!("{mark}{key}")).collect()
    };
    let all =
        [marked('+', &changed.added), marked('~', &changed.set), marked('-', &changed.removed)];
    if all.iter().all(Vec::is_empty) { "-".to_owned() } else { all.concat().join(" ") }
}

fn readers(version: &VersionView) -> String {
    let here = version.readers.iter().filter(|reader| !reader.gone);
    let names: Vec<_> = here.map(|reader| print::plain(&reader.name)).collect();
    if names.is_empty() { "-".to_owned() } else { print::listed(names) }
}
