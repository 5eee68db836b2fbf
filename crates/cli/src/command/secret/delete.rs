//! `keyloft secret delete`

use clap::Args;
use model::api::ProblemCode;

use super::SecretOption;
use crate::ask;
use crate::context::Context;
use crate::failure::{Result, not_found, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// Do not fail if there is no such secret
    #[arg(long)]
    allow_missing: bool,
    /// Run without asking for confirmation
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(context: &Context, args: &DeleteArgs) -> Result {
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let secret = match client.secret(&place) {
        Err(error) if args.allow_missing && error.code() == Some(ProblemCode::NotFound) => {
            print::note(not_found(&place));
            return Ok(());
        }
        answer => answer.map_err(of_secret(&place))?,
    };
    if !args.yes {
        ask::confirm(format_args!(
            "Are you sure you want to delete the secret '{}' of environment '{}'? It stays in the trash for {} days.",
            place.name,
            place.environment,
            model::TRASH_DAYS
        ))?;
    }
    let trashed = client.delete_secret(&place, secret.version).map_err(of_secret(&place))?;
    print::line(format_args!("Deleted the secret '{}'", place.name))?;
    print::line(format_args!("To take it back: keyloft secret trash restore {}", trashed.id))
}
