//! `keyloft secret trash`

use clap::{Args, Subcommand};
use client::Client;
use model::api::{DestroySecret, ProblemCode, RestoreSecret, TrashedView};
use model::{EnvironmentName, SecretId};

use crate::ask;
use crate::command::{EnvironmentOption, JsonOption};
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result};
use crate::print::{self, Table};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct TrashArgs {
    #[command(subcommand)]
    command: Option<TrashCommand>,
    #[command(flatten)]
    list: TrashList,
}

#[derive(Args)]
struct TrashList {
    /// Only what was deleted from this environment
    #[arg(short = 'e', long = "env", value_name = "ENVIRONMENT")]
    environment: Option<String>,
    #[command(flatten)]
    json: JsonOption,
}

#[derive(Subcommand)]
enum TrashCommand {
    /// Take a secret out of the trash
    Restore {
        /// Its id, as the list shows it, or its name
        #[arg(value_name = "ID")]
        secret: String,
        /// Under another name, where its own is taken
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        environment: EnvironmentOption,
    },
    /// Delete a secret in the trash for good
    Destroy {
        /// Its id, as the list shows it, or its name
        #[arg(value_name = "ID")]
        secret: String,
        /// Its name once more, in place of the question
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
        #[command(flatten)]
        environment: EnvironmentOption,
    },
}

pub(super) fn run(context: &Context, args: &TrashArgs) -> Result {
    match &args.command {
        None => list(context, &args.list),
        Some(TrashCommand::Restore { secret, name, environment }) => {
            let name = name.as_deref().map(parse_name).transpose()?;
            let client = context.client()?;
            let trashed = find(context, secret, environment)?;
            let restore = RestoreSecret { name: name.map(String::from) };
            let is = client.restore_secret(trashed.id, &restore).map_err(|error| match error.code() {
                Some(ProblemCode::AlreadyExists) => Failure::failed(format!(
                    "Secret '{}' exists again in environment '{}'. Give another name with --name",
                    restore.name.as_deref().unwrap_or(trashed.name.as_str()),
                    trashed.environment
                )),
                _ => error.into(),
            })?;
            print::line(format_args!("Took '{}/{}' out of the trash", is.environment, is.name))
        }
        Some(TrashCommand::Destroy { secret, confirm, environment }) => {
            let client = context.client()?;
            let trashed = find(context, secret, environment)?;
            destroy(client, &trashed, confirm.as_deref())
        }
    }
}

fn list(context: &Context, args: &TrashList) -> Result {
    let environment =
        args.environment.as_deref().map(crate::context::parse_environment).transpose()?;
    let secrets = context.client()?.trash(environment.as_ref())?.secrets;
    if args.json.json {
        return print::json(&secrets);
    }
    let mut table =
        Table::new(["ID", "Name", "Environment", "Deleted at", "Deleted by", "Days left"]);
    for secret in &secrets {
        table.row([
            secret.id.to_string(),
            secret.name.to_string(),
            secret.environment.to_string(),
            print::local(secret.trashed_at),
            secret.trashed_by.to_string(),
            secret.days_left.to_string(),
        ]);
    }
    table.print()
}

/// By id, or by name where that says enough.
fn find(context: &Context, wanted: &str, environment: &EnvironmentOption) -> Result<TrashedView> {
    let id = wanted.parse::<SecretId>().ok();
    let name = match id {
        Some(_) => None,
        None => Some(parse_name(wanted)?),
    };
    let within: Option<EnvironmentName> =
        environment.typed().map(|name| context.environment(Some(name))).transpose()?;
    let trash = context.client()?.trash(within.as_ref())?.secrets;
    let mut found: Vec<_> = trash
        .into_iter()
        .filter(|secret| id == Some(secret.id) || name.as_ref() == Some(&secret.name))
        .collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::failed(format!("Secret '{wanted}' is not in the trash"))),
        count => Err(Failure::failed(format!(
            "{count} secrets in the trash are called '{wanted}'; name one by its id: {}",
            print::listed(found.iter().map(|secret| secret.id))
        ))),
    }
}

fn destroy(client: &Client, trashed: &TrashedView, confirm: Option<&str>) -> Result {
    let typed = match confirm {
        Some(name) => name.to_owned(),
        None if ask::is_interactive() => ask::text(format_args!(
            "This destroys '{}/{}' and all its versions for good. Type its name to go on",
            trashed.environment, trashed.name
        ))?,
        None => {
            return Err(Failure::Aborted(
                "no interactive terminal detected. Rerun with --confirm and the secret's name."
                    .to_owned(),
            ));
        }
    };
    if typed != trashed.name.as_str() {
        return Err(Failure::Aborted("that is not its name; nothing was destroyed.".to_owned()));
    }
    client.destroy_secret(trashed.id, &DestroySecret { name: typed })?;
    print::line(format_args!("Destroyed '{}/{}'", trashed.environment, trashed.name))
}
