//! `keyloft environment`

use clap::Subcommand;
use model::api::{ChangeEnvironment, MakeEnvironment};

use super::JsonOption;
use crate::ask;
use crate::context::{Context, parse_environment};
use crate::failure::Result;
use crate::print::{self, Table};

#[derive(Subcommand)]
pub(crate) enum EnvironmentCommand {
    /// List the environments in reach
    List(JsonOption),
    /// Make an environment
    Create {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Give an environment another name
    Rename {
        /// Its name of now
        #[arg(value_name = "NAME")]
        name: String,
        /// Its new name
        #[arg(value_name = "NEW_NAME")]
        new: String,
    },
    /// Ask more of whoever reads values there
    Protect {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Lift the protection
        #[arg(long)]
        off: bool,
    },
    /// Delete an environment that has no secrets left
    Delete {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
    },
}

impl EnvironmentCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Create { name } => {
                let name = parse_environment(&name)?.to_string();
                let made = context.client()?.make_environment(&MakeEnvironment { name })?;
                print::line(format_args!("Created the environment '{}'", made.name))
            }
            Self::Rename { name, new } => {
                let change = ChangeEnvironment {
                    name: Some(parse_environment(&new)?.to_string()),
                    protected: None,
                };
                let is =
                    context.client()?.change_environment(&parse_environment(&name)?, &change)?;
                print::line(format_args!("Renamed the environment '{name}' to '{}'", is.name))
            }
            Self::Protect { name, off } => {
                let change = ChangeEnvironment { name: None, protected: Some(!off) };
                let is =
                    context.client()?.change_environment(&parse_environment(&name)?, &change)?;
                let now =
                    if is.protected { "is protected now" } else { "is not protected any more" };
                print::line(format_args!("The environment '{}' {now}", is.name))
            }
            Self::Delete { name, yes } => {
                let name = parse_environment(&name)?;
                let client = context.client()?;
                if !yes {
                    ask::confirm(format_args!(
                        "Are you sure you want to delete the environment '{name}'?"
                    ))?;
                }
                client.delete_environment(&name)?;
                print::line(format_args!("Deleted the environment '{name}'"))
            }
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let all = context.client()?.environments()?.environments;
    if option.json {
        return print::json(&all);
    }
    let mut table = Table::new(["Name", "Secrets", "Protected"]);
    for environment in all {
        table.row([
            environment.name.to_string(),
            environment.secrets.to_string(),
            if environment.protected { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table.print()
}
