//! `keyloft member`

use clap::{Args, Subcommand};
use client::Client;
use model::api::{
    ChangeGrants, EnvironmentGrants, Invite, KnownSecret, MadeInvitation, MemberView,
};
use model::{EnvironmentName, Grant, Role};

use super::JsonOption;
use crate::ask;
use crate::context::{Context, parse_environment};
use crate::failure::{Failure, Result};
use crate::print::{self, Table, hint, note};

#[derive(Subcommand)]
pub(crate) enum MemberCommand {
    /// List the members of the workspace
    List(JsonOption),
    /// Invite somebody. The link is printed this once, alone on standard output
    Invite {
        /// The one address that can accept
        #[arg(value_name = "EMAIL")]
        email: String,
        /// What they will be: owner, admin, developer, viewer or auditor
        #[arg(long, value_name = "ROLE", value_parser = parse_role)]
        role: Role,
        /// The address was invited already: make a new link, in place of the one of before
        #[arg(long)]
        again: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a member another role
    Role {
        /// Their e-mail address
        #[arg(value_name = "EMAIL")]
        email: String,
        /// What they are to be: owner, admin, developer, viewer or auditor
        #[arg(value_name = "ROLE", value_parser = parse_role)]
        role: Role,
    },
    /// Remove a member, or leave; prints what they may know, to be rotated
    Remove {
        /// Their e-mail address
        #[arg(value_name = "EMAIL")]
        email: String,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what a member may in one environment beyond their role
    ///
    /// Developers reveal and write in a protected environment where they were granted it. With --limit a developer or viewer sees
    /// only the environments where they were granted something.
    Grant(GrantArgs),
}

#[derive(Args)]
pub(crate) struct GrantArgs {
    /// Their e-mail address
    #[arg(value_name = "EMAIL")]
    email: String,
    /// What: see, reveal, write; several times for several. Without it, what was granted there is taken away
    #[arg(long = "may", value_name = "GRANT", value_delimiter = ',', value_parser = parse_grant)]
    grants: Vec<Grant>,
    /// Where
    #[arg(short = 'e', long = "env", value_name = "ENVIRONMENT", required_unless_present_any = ["limit", "no_limit"])]
    environment: Option<String>,
    /// They see only the environments where they were granted something
    #[arg(long)]
    limit: bool,
    /// They see every environment
    #[arg(long, conflicts_with = "limit")]
    no_limit: bool,
}

impl MemberCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::List(option) => list(context, &option),
            Self::Invite { email, role, again, json } => {
                let client = context.client()?;
                let made = if again {
                    resend(client, &email)?
                } else {
                    client.invite(&Invite { email, role })?
                };
                show(&made, json)
            }
            Self::Role { email, role } => {
                let client = context.client()?;
                let member = client.change_role(find(client, &email)?.user, role)?;
                let name = print::plain(member.name.as_str());
                print::line(format_args!("{name} is {} now", print::article(member.role.as_str())))
            }
            Self::Remove { email, yes, json } => remove(context, &email, yes, json),
            Self::Grant(args) => grant(context, args),
        }
    }
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let members = context.client()?.members()?.members;
    if option.json {
        return print::json(&members);
    }
    let mut table = Table::new(["Name", "E-mail", "Role", "Environments"]);
    for member in &members {
        table.row([
            print::plain(member.name.as_str()),
            print::plain(member.email.as_str()),
            member.role.to_string(),
            granted(member),
        ]);
    }
    table.print()
}

fn granted(member: &MemberView) -> String {
    let words: Vec<_> = member
        .grants
        .iter()
        .map(|here| format!("{}: {}", here.environment, print::listed(&here.grants)))
        .collect();
    match (member.limited, words.is_empty()) {
        (false, true) => "all".to_owned(),
        (false, false) => format!("all; {}", words.join("; ")),
        (true, true) => "none".to_owned(),
        (true, false) => format!("only {}", words.join("; ")),
    }
}

fn resend(client: &Client, email: &str) -> Result<MadeInvitation> {
    let waiting = client.invitations()?.invitations;
    let found = waiting.iter().find(|waiting| is_same(waiting.email.as_str(), email));
    let found = found.ok_or_else(|| Failure::usage("this address has no invitation"))?;
    Ok(client.resend_invitation(&found.id)?)
}

fn show(made: &MadeInvitation, json: bool) -> Result {
    if json {
        return print::json(made);
    }
    let info = &made.info;
    note(format_args!(
        "Invited {} as {}; the link works once, until {}",
        print::plain(info.email.as_str()),
        print::article(info.role.as_str()),
        print::local(info.expires_at)
    ));
    print::line(made.link.dangerously_expose())?;
    if made.mailed {
        hint("it goes to them by e-mail too; this is the only time that it is shown here");
    } else {
        hint("this is the only time that the link is shown: send it to them");
    }
    Ok(())
}

fn remove(context: &Context, email: &str, yes: bool, json: bool) -> Result {
    let client = context.client()?;
    let member = find(client, email)?;
    let name = print::plain(member.name.as_str());
    if !yes {
        ask::confirm(format_args!(
            "Are you sure you want to remove {name}? Their sessions and command lines end at once."
        ))?;
    }
    let known = client.remove_member(member.user)?.rotate;
    if json {
        return print::json(&known);
    }
    note(format_args!("Removed {name}"));
    if known.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(["Rotate", "Environment", "Last read or written"]);
    for KnownSecret { name, environment, read_at, .. } in &known {
        let read = read_at.map_or("could read it".to_owned(), print::local);
        table.row([name.to_string(), environment.to_string(), read]);
    }
    table.print()
}

fn grant(context: &Context, args: GrantArgs) -> Result {
    let environment = args.environment.as_deref().map(parse_environment).transpose()?;
    if environment.is_none() && !args.grants.is_empty() {
        return Err(Failure::usage("--may needs --env: it is about one environment"));
    }
    let client = context.client()?;
    let member = find(client, &args.email)?;
    let change = changed(&member, &args, environment.as_ref());
    let member = client.change_grants(member.user, &change)?;
    let name = print::plain(member.name.as_str());
    print::line(format_args!("{name}, {}: {}", member.role, granted(&member)))
}

/// What the member is to have: as now, but in the environment that was named.
fn changed(
    member: &MemberView,
    args: &GrantArgs,
    environment: Option<&EnvironmentName>,
) -> ChangeGrants {
    let mut grants: Vec<EnvironmentGrants> = member
        .grants
        .iter()
        .filter(|here| Some(&here.environment) != environment)
        .cloned()
        .collect();
    if let Some(environment) = environment
        && !args.grants.is_empty()
    {
        grants.push(EnvironmentGrants {
            environment: environment.clone(),
            grants: args.grants.clone(),
        });
    }
    ChangeGrants { limited: args.limit || member.limited && !args.no_limit, grants }
}

fn find(client: &Client, email: &str) -> Result<MemberView> {
    let members = client.members()?.members;
    let found = members.into_iter().find(|member| is_same(member.email.as_str(), email));
    found
        .ok_or_else(|| Failure::usage("no member has this address: keyloft member list shows them"))
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn parse_role(text: &str) -> std::result::Result<Role, String> {
    text.parse().map_err(|_| "expected owner, admin, developer, viewer or auditor".to_owned())
}

fn parse_grant(text: &str) -> std::result::Result<Grant, String> {
    text.parse().map_err(|_| "expected see, reveal or write".to_owned())
}
