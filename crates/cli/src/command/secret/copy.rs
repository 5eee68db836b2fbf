//! `keyloft secret copy | move | promote`

use clap::Args;
use client::{Client, Error, Place};
use model::api::{CopySecret, ProblemCode, SecretView};

use super::{NoteOption, SecretOption};
use crate::context::{Context, parse_environment, parse_name};
use crate::failure::{Failure, Result, of_secret};
use crate::print;

#[derive(Args)]
pub(crate) struct CopyArgs {
    #[command(flatten)]
    secret: SecretOption,
    /// The environment to take it to
    #[arg(long, value_name = "ENVIRONMENT")]
    to: String,
    /// Its name there [default: the same]
    #[arg(id = "new_name", long = "name", value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    note: NoteOption,
}

pub(super) fn copy(context: &Context, args: &CopyArgs) -> Result {
    let (from, is) = take(context, args, Client::copy_secret)?;
    print::line(format_args!("Copied '{from}' to '{}/{}'", is.environment, is.name))
}

pub(super) fn r#move(context: &Context, args: &CopyArgs) -> Result {
    let (from, is) = take(context, args, Client::move_secret)?;
    print::line(format_args!("Moved '{from}' to '{}/{}'", is.environment, is.name))
}

pub(super) fn promote(context: &Context, args: &CopyArgs) -> Result {
    let (from, is) = take(context, args, Client::promote_secret)?;
    print::line(format_args!(
        "Promoted '{from}': '{}/{}' is at version {}",
        is.environment, is.name, is.version
    ))
}

fn take(
    context: &Context,
    args: &CopyArgs,
    act: impl Fn(&Client, &Place, &CopySecret) -> std::result::Result<SecretView, Error>,
) -> Result<(Place, SecretView)> {
    let environment = parse_environment(&args.to)?;
    let name = args.name.as_deref().map(parse_name).transpose()?;
    let place = args.secret.get(context)?;
    let target = name.as_ref().unwrap_or(&place.name).clone();
    let to = CopySecret {
        environment: environment.to_string(),
        name: name.map(String::from),
        note: args.note.note.clone(),
    };
    let client = context.client()?;
    let is = act(client, &place, &to).map_err(|error| match error.code() {
        Some(ProblemCode::AlreadyExists) => Failure::failed(format!(
            "Secret '{target}' already exists in environment '{environment}'. Give another --name, or make the contents its \
             next version with: keyloft secret promote"
        )),
        Some(ProblemCode::NotFound) => match client.secret(&place) {
            Ok(_) => Failure::failed(format!("there is no environment '{environment}' in reach")),
            Err(error) => of_secret(&place)(error),
        },
        _ => error.into(),
    })?;
    Ok((place, is))
}
