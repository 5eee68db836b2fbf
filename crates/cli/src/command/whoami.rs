//! `keyloft whoami`

use jiff::Timestamp;
use model::TokenKind;
use model::api::Whoami;

use super::JsonOption;
use crate::context::Context;
use crate::failure::Result;
use crate::print;

pub(super) fn run(context: &Context, option: &JsonOption) -> Result {
    let client = context.client()?;
    let whoami = client.whoami()?;
    if option.json {
        return print::json(&whoami);
    }
    print::line(format_args!(
        "Server       {} (version {})",
        client.address(),
        print::plain(&whoami.server_version)
    ))?;
    print::line(format_args!("Workspace    {}", whoami.workspace_name))?;
    print::line(who(&whoami))?;
    if whoami.kind == TokenKind::Cli {
        let state = if whoami.second_factor { "set up" } else { "none" };
        print::line(format_args!("Second step  {state}"))?;
    }
    if whoami.kind == TokenKind::Service {
        print::line(format_args!("Scopes       {}", print::listed(&whoami.scopes)))?;
        print::line(format_args!("Environments {}", or_all(&whoami.environments)))?;
        print::line(format_args!("Secrets      {}", or_all(&whoami.secrets)))?;
    }
    if let Some(ends) = whoami.expires_at {
        print::line(format_args!("Ends         {}", print::local(ends)))?;
    }
    if let Some(until) = whoami.sudo_until.filter(|until| *until > Timestamp::now()) {
        print::line(format_args!("Confirmed    until {}", print::local(until)))?;
    }
    Ok(())
}

fn who(whoami: &Whoami) -> String {
    let Whoami { person, email, role, token, .. } = whoami;
    match whoami.kind {
        TokenKind::Service => format!(
            "Token        {} ({token}), made by {person} <{email}>, {role}",
            print::plain(&whoami.token_name)
        ),
        TokenKind::Cli | TokenKind::Invitation | TokenKind::Login => {
            format!("Person       {person} <{email}>, {role}")
        }
    }
}

fn or_all<T: std::fmt::Display>(names: &[T]) -> String {
    if names.is_empty() { "all".to_owned() } else { print::listed(names) }
}
