//! `keyloft secret …`

mod copy;
mod create;
mod delete;
mod destroy_version;
mod diff;
mod edit;
mod get;
pub(super) mod history;
mod list;
mod readers;
mod rename;
pub(super) mod restore;
mod set;
mod trash;
mod unset;

use clap::{Args, Subcommand};
use client::Place;
use model::{KeyName, NameFault};

pub(super) use self::edit::Draft;
use super::EnvironmentOption;
use crate::context::{Context, parse_name};
use crate::failure::{Failure, Result};

#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// Create a new secret
    Create(create::CreateArgs),
    /// List your secrets
    List(list::ListArgs),
    /// Show a secret's keys, or the value of one
    ///
    /// Without a key no value is read: the table shows the keys. With one its value is printed as it is, to be piped on; a terminal
    /// gets a line end after it. Reading a value is logged on the server.
    Get(get::GetArgs),
    /// Give keys other values, or add keys; the other keys stay
    Set(set::SetArgs),
    /// Take keys away
    Unset(unset::UnsetArgs),
    /// Change keys and values in your editor
    ///
    /// Opens the secret as a .env file in $VISUAL or $EDITOR. The file lies in memory where there is /dev/shm, only you can read it,
    /// and it is removed whatever happens.
    Edit(edit::EditArgs),
    /// Give a secret another name
    Rename(rename::RenameArgs),
    /// Make a new secret with the same contents elsewhere; the values do not pass through this machine
    Copy(copy::CopyArgs),
    /// Take a secret to another environment
    Move(copy::CopyArgs),
    /// Make the contents a new version of the secret of that name in another environment
    Promote(copy::CopyArgs),
    /// List a secret's versions: who made them, from where, what they changed, and who reads them
    History(history::HistoryArgs),
    /// Show which keys differ between versions, environments, secrets, or a secret and a .env file
    ///
    /// A secret is written as NAME, with an earlier version as NAME@3, in another environment as prod/NAME or prod/NAME@3. With one
    /// secret and nothing to compare it with, its version of now is compared with the one before. Ends with 1 when something differs.
    Diff(diff::DiffArgs),
    /// Go back to an earlier version or to some of its keys, by making a new version
    Restore(restore::RestoreArgs),
    /// List who reads a secret, and who still has old values of it
    Readers(readers::ReadersArgs),
    /// Destroy the values of an old version for good; the history goes on naming it
    DestroyVersion(destroy_version::DestroyVersionArgs),
    /// List deleted secrets, take them back, or destroy them
    Trash(trash::TrashArgs),
    /// Delete a secret; it stays in the trash for 30 days
    Delete(delete::DeleteArgs),
}

impl SecretCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::Create(args) => create::run(context, &args),
            Self::List(args) => list::run(context, &args),
            Self::Get(args) => get::run(context, &args),
            Self::Set(args) => set::run(context, &args),
            Self::Unset(args) => unset::run(context, &args),
            Self::Edit(args) => edit::run(context, &args),
            Self::Rename(args) => rename::run(context, &args),
            Self::Copy(args) => copy::copy(context, &args),
            Self::Move(args) => copy::r#move(context, &args),
            Self::Promote(args) => copy::promote(context, &args),
            Self::History(args) => history::run(context, &args),
            Self::Diff(args) => diff::run(context, &args),
            Self::Restore(args) => restore::run(context, &args),
            Self::Readers(args) => readers::run(context, &args),
            Self::DestroyVersion(args) => destroy_version::run(context, &args),
            Self::Trash(args) => trash::run(context, &args),
            Self::Delete(args) => delete::run(context, &args),
        }
    }
}

/// One secret, by name and environment.
#[derive(Args)]
pub(crate) struct SecretOption {
    /// The secret's name
    #[arg(value_name = "SECRET_NAME")]
    name: String,
    #[command(flatten)]
    environment: EnvironmentOption,
}

impl SecretOption {
    /// Nothing if the name can be one: it needs no server to be wrong.
    pub(super) fn parse_name(&self) -> Result {
        parse_name(&self.name).map(drop)
    }

    pub(super) fn get(&self, context: &Context) -> Result<Place> {
        // The name first: it needs no server to be wrong.
        let name = parse_name(&self.name)?;
        Ok(Place::new(self.environment.get(context)?, name))
    }
}

/// Why a change is made.
#[derive(Args)]
pub(super) struct NoteOption {
    /// Why, for the history
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
}

impl NoteOption {
    pub(super) fn text(&self) -> &str {
        &self.note
    }
}

/// Keys that were typed. One that is wrong is not repeated: it may be a value.
pub(super) fn parse_keys(texts: &[String]) -> Result<Vec<KeyName>> {
    let parse = |text: &String| {
        KeyName::parse(text).map_err(|fault| {
            Failure::usage(match fault {
                NameFault::IllegalCharacter if text.contains('=') => {
                    "keys alone are wanted here, without = and a value".to_owned()
                }
                NameFault::TooLong { limit, .. } => format!("a key has at most {limit} bytes"),
                _ => {
                    "that is no key: they have letters, digits and _, and do not start with a digit"
                        .to_owned()
                }
            })
        })
    };
    texts.iter().map(parse).collect()
}
