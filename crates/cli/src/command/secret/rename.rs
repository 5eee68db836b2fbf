//! `keyloft secret rename`

use clap::Args;
use model::api::{ChangeSecret, ProblemCode};

use super::SecretOption;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct RenameArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// Its new name
    #[arg(value_name = "NEW_NAME")]
    new: String,
}

pub(super) fn run(context: &Context, args: &RenameArgs) -> Result {
    let new = parse_name(&args.new)?;
    let place = args.secret.get(context)?;
    let client = context.client()?;
    let before = client.secret(&place).map_err(of_secret(&place))?;
    let change = ChangeSecret { name: Some(new.to_string()), ..ChangeSecret::default() };
    client.change_secret(&place, before.version, &change).map_err(|error| match error.code() {
        Some(ProblemCode::AlreadyExists) => Failure::failed(format!(
            "Secret '{new}' already exists in environment '{}'",
            place.environment
        )),
        _ => of_secret(&place)(error),
    })?;
    print::line(format_args!("Renamed the secret '{}' to '{new}'", place.name))?;
    print::hint("what asks for it by its old name does not find it any more");
    Ok(())
}
