//! `keyloft secret readers`

use clap::Args;
use model::ReaderKind;
use model::api::ReaderView;

use super::SecretOption;
use crate::command::JsonOption;
use crate::context::Context;
use crate::failure::{Result, of_secret};
use crate::print::{self, Table};

#[derive(Args)]
pub(crate) struct ReadersArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// Those of the last so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u32,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &ReadersArgs) -> Result {
    let place = args.secret.get(context)?;
    let readers =
        context.client()?.readers(&place, Some(args.days)).map_err(of_secret(&place))?.readers;
    if args.json.json {
        return print::json(&readers);
    }
    let mut table = Table::new(["Reader", "Kind", "Version", "Last read at", "Values"])
        .titled(format!("Readers of '{}' in environment '{}'", place.name, place.environment));
    for reader in &readers {
        let kind = match reader.kind {
            ReaderKind::Person => "person",
            ReaderKind::Program => "program",
        };
        table.row([
            print::plain(&reader.name),
            kind.to_owned(),
            reader.version.to_string(),
            print::local(reader.last_read_at),
            values(reader).to_owned(),
        ]);
    }
    table.print()
}

const fn values(reader: &ReaderView) -> &'static str {
    match (reader.gone, reader.behind) {
        (true, _) => "cannot read any more",
        (_, true) => "old",
        _ => "of now",
    }
}
