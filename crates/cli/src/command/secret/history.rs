//! `keyloft secret history`

use clap::Args;

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

pub(super) fn run(context: &Context, args: &HistoryArgs) -> Result {
    let place = args.secret.get(context)?;
    let versions = context.client()?.versions(&place).map_err(of_secret(&place))?.versions;
    if args.json.json {
        return print::json(&versions);
    }
    let mut table = Table::new(["Version", "Made at", "Made by", "By way of", "Keys", "Note"])
        .titled(format!("Versions of '{}' in environment '{}'", place.name, place.environment));
    for version in &versions {
        table.row([
            version.version.to_string(),
            print::local(version.created_at),
            version.created_by.to_string(),
            print::plain(&version.cause),
            print::listed(version.keys.iter().map(|key| &key.name)),
            print::plain(&version.note),
        ]);
    }
    table.print()
}
