//! `keyloft profile`

use clap::Subcommand;
use serde_json::json;

use super::JsonOption;
use crate::context::Context;
use crate::failure::Result;
use crate::print::{self, Table};
use crate::profile::Profiles;

#[derive(Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the servers that you signed in to
    List(JsonOption),
    /// Choose the one that counts when none is named
    Use {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
}

impl ProfileCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Use { name } => choose(name),
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let profiles = context.profiles()?;
    let is_current = |name: &str| profiles.current.as_deref() == Some(name);
    if option.json {
        let all: Vec<_> = profiles
            .profiles
            .iter()
            .map(|(name, profile)| {
                json!({
                    "name": name,
                    "current": is_current(name),
                    "url": profile.url,
                    "environment": profile.environment,
                    "credential": profile.credential,
                })
            })
            .collect();
        return print::json(&all);
    }
    let mut table = Table::new(["", "Name", "Server", "Environment"]);
    for (name, profile) in &profiles.profiles {
        table.row([
            if is_current(name) { "*" } else { "" }.to_owned(),
            name.clone(),
            print::plain(&profile.url),
            profile.environment.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    table.print()
}

fn choose(name: String) -> Result {
    let mut profiles = Profiles::load()?;
    let Some(profile) = profiles.profiles.get(&name) else { return Err(profiles.no_such(&name)) };
    let url = profile.url.clone();
    profiles.current = Some(name.clone());
    profiles.save()?;
    print::line(format_args!("Profile '{name}' counts now: {url}"))
}
