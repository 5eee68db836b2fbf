//! `keyloft secret destroy-version`

use clap::Args;
use model::Version;
use model::api::DestroyVersion;

use super::SecretOption;
use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct DestroyVersionArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The version whose values are to be destroyed
    #[arg(value_name = "VERSION")]
    version: Version,
    /// The secret's name once more, in place of the question
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

pub(super) fn run(context: &Context, args: &DestroyVersionArgs) -> Result {
    let place = args.secret.get(context)?;
    let typed = match &args.confirm {
        Some(name) => name.clone(),
        None if ask::is_interactive() => ask::text(format_args!(
            "This destroys the values of version {} of '{place}' for good. Type the secret's name to go on",
            args.version
        ))?,
        None => {
            return Err(Failure::Aborted(
                "no interactive terminal detected. Rerun with --confirm and the secret's name."
                    .to_owned(),
            ));
        }
    };
    if typed != place.name.as_str() {
        return Err(Failure::Aborted("that is not its name; nothing was destroyed.".to_owned()));
    }
    let destroy = DestroyVersion { name: typed };
    context.client()?.destroy_version(&place, args.version, &destroy).map_err(of_secret(&place))?;
    print::line(format_args!("Destroyed the values of version {} of '{place}'", args.version))
}
