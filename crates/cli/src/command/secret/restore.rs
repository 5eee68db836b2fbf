//! `keyloft secret restore`

use clap::Args;
use model::Version;
use model::api::RestoreVersion;

use super::{NoteOption, SecretOption};
use crate::context::Context;
use crate::failure::{Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The version whose contents to go back to
    #[arg(value_name = "VERSION")]
    version: Version,
    #[command(flatten)]
    note: NoteOption,
}

pub(super) fn run(context: &Context, args: &RestoreArgs) -> Result {
    let place = args.secret.get(context)?;
    let restore =
        RestoreVersion { version: args.version, keys: Vec::new(), note: args.note.note.clone() };
    let is = context.client()?.restore_version(&place, &restore).map_err(of_secret(&place))?;
    print::line(format_args!(
        "Secret '{}' is at version {}, with the contents of version {}",
        place.name, is.version, args.version
    ))
}
