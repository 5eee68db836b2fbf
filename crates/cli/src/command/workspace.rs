//! `keyloft workspace`

use clap::Subcommand;
use model::Role;
use model::api::{KeepVersions, MakeWorkspace, SecondFactorView};

use super::JsonOption;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, Table, hint};

#[derive(Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// List the workspaces that you are in
    List(JsonOption),
    /// Make a workspace that you own
    Create {
        /// What it is called
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Show how long values of old versions are kept, or say it
    ///
    /// The values of a version are destroyed once it is neither among the newest nor that young. The version of now stays.
    Retention {
        /// So many of a secret's newest versions stay, whatever their age
        #[arg(long, value_name = "NUMBER", requires = "days", conflicts_with = "forever")]
        versions: Option<u32>,
        /// And each for so many days after the next one was made
        #[arg(long, value_name = "DAYS", requires = "versions", conflicts_with = "forever")]
        days: Option<u32>,
        /// Keep all of them
        #[arg(long)]
        forever: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take this command line to another workspace
    Switch {
        /// Its name or id
        #[arg(value_name = "WORKSPACE")]
        workspace: String,
    },
    /// Show from which role on a second factor is needed, or say it
    RequireFactor {
        /// The role with the fewest rights that needs one: owner, admin, developer, viewer, auditor (everybody), or none
        #[arg(value_name = "ROLE")]
        from: Option<String>,
    },
}

impl WorkspaceCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Create { name } => {
                let made = context.client()?.make_workspace(&MakeWorkspace { name })?;
                let name = print::plain(made.name.as_str());
                print::line(format_args!("Created the workspace '{name}'"))?;
                hint(format_args!("go there with: keyloft workspace switch {}", made.id));
                Ok(())
            }
            Self::Retention { versions, days, forever, json } => {
                let client = context.client()?;
                match (versions, days) {
                    (Some(versions), Some(days)) => {
                        client.set_retention(Some(KeepVersions { versions, days }))?;
                    }
                    _ if forever => client.set_retention(None)?,
                    _ => {}
                }
                let kept = client.retention()?;
                if json {
                    return print::json(&kept);
                }
                match kept.keep {
                    None => print::line("Values of old versions are kept for ever"),
                    Some(KeepVersions { versions, days }) => print::line(format_args!(
                        "Values of old versions are kept in the {versions} newest, and for {days} days"
                    )),
                }
            }
            Self::Switch { workspace } => switch(context, &workspace),
            Self::RequireFactor { from } => require_factor(context, from.as_deref()),
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let workspaces = context.client()?.workspaces()?.workspaces;
    if option.json {
        return print::json(&workspaces);
    }
    let mut table = Table::new(["Name", "Role", "Members", "Here", "ID"]);
    for workspace in &workspaces {
        table.row([
            print::plain(workspace.name.as_str()),
            workspace.role.to_string(),
            workspace.members.to_string(),
            if workspace.current { "yes" } else { "" }.to_owned(),
            workspace.id.to_string(),
        ]);
    }
    table.print()
}

fn require_factor(context: &Context, from: Option<&str>) -> Result {
    let role = from.filter(|word| *word != "none").map(str::parse::<Role>).transpose();
    let role = role.map_err(|_| {
        Failure::usage("no such role: expected owner, admin, developer, viewer, auditor or none")
    })?;
    let client = context.client()?;
    match (from, role) {
        (None, _) => {}
        (Some(_), Some(role)) => client.require_second_factor(role)?,
        (Some(_), None) => client.require_no_second_factor()?,
    }
    let SecondFactorView { from, lacking } = client.second_factor()?;
    let told = match from {
        Some(role) => format!("A second factor is needed from the role {role} on"),
        None => "Nobody needs a second factor".to_owned(),
    };
    print::line(told)?;
    if lacking > 0 {
        hint(format_args!("{lacking} of these members have none yet, and can only set one up"));
    }
    Ok(())
}

fn switch(context: &Context, wanted: &str) -> Result {
    let client = context.client()?;
    let workspaces = client.workspaces()?.workspaces;
    let named: Vec<_> = workspaces
        .iter()
        .filter(|found| found.name.as_str() == wanted || found.id.to_string() == wanted)
        .collect();
    let id = match named[..] {
        [one] => one.id,
        [] => {
            return Err(Failure::usage(
                "you are in no workspace of this name: keyloft workspace list shows them",
            ));
        }
        _ => {
            return Err(Failure::usage(
                "several of your workspaces have this name: give the id that keyloft workspace list shows",
            ));
        }
    };
    let there = client.switch_workspace(id)?;
    let name = print::plain(there.name.as_str());
    print::line(format_args!(
        "This command line works in '{name}' now, as {}",
        print::article(there.role.as_str())
    ))
}
