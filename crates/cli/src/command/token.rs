//! `keyloft token`

use clap::{Args, Subcommand};
use model::api::{MadeToken, MakeToken, RotateToken, TokenView};
use model::{Scope, TokenId, TokenState};

use super::JsonOption;
use crate::ask;
use crate::context::{Context, parse_environment};
use crate::failure::{Failure, Result};
use crate::print::{self, Table, hint, note};

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for a program. Its text is printed this once, alone on standard output
    Create(CreateArgs),
    /// List tokens, without their secret halves
    List(JsonOption),
    /// End a token at once
    Revoke {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        /// Run without asking for confirmation
        #[arg(short, long)]
        yes: bool,
    },
    /// Give a token another secret half, which is printed this once
    Rotate {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
        /// For how many hours the text of now works too: 0 to 24
        #[arg(long, value_name = "HOURS", default_value_t = 0)]
        overlap_hours: u32,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take over a token whose maker left
    Adopt {
        /// Its id, as the list shows it
        #[arg(value_name = "ID")]
        id: String,
    },
}

#[derive(Args)]
pub(crate) struct CreateArgs {
    /// What it is called, so that people know what breaks without it
    #[arg(value_name = "NAME")]
    name: String,
    /// What it may do: read, list, write, rotate, admin; several times for several
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',', value_parser = parse_scope)]
    scopes: Vec<Scope>,
    /// An environment that it reaches; several times for several [default: all]
    #[arg(short = 'e', long = "env", value_name = "ENVIRONMENT")]
    environments: Vec<String>,
    /// A secret that it reaches, as a name or the beginning of names: prod-*; several times for several [default: all]
    #[arg(short = 's', long = "secret", value_name = "PATTERN")]
    secrets: Vec<String>,
    /// An address that it may come from: 10.0.0.0/8; several times for several [default: any]
    #[arg(long = "address", value_name = "CIDR")]
    addresses: Vec<String>,
    /// How many days it lives: 1 to 366; 0 for ever, which takes an owner [default: 90]
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    /// How often it may be used [default: no limit]
    #[arg(long, value_name = "TIMES")]
    max_uses: Option<u32>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl TokenCommand {
    pub(super) fn run(self, context: &Context) -> Result {
        match self {
            Self::Create(args) => create(context, args),
            Self::List(option) => list(context, &option),
            Self::Revoke { id, yes } => revoke(context, &id, yes),
            Self::Rotate { id, overlap_hours, json } => {
                let rotate = RotateToken { overlap_hours };
                let made = context.client()?.rotate_token(&parse_id(&id)?, &rotate)?;
                show(&made, json)?;
                match made.info.previous_until {
                    Some(until) => {
                        hint(format_args!("the old text works until {}", print::local(until)));
                    }
                    None => hint("the old text does not work any more"),
                }
                Ok(())
            }
            Self::Adopt { id } => {
                let token = context.client()?.adopt_token(&parse_id(&id)?)?;
                print::line(format_args!("Token '{}' is yours now", print::plain(&token.name)))
            }
        }
    }
}

fn create(context: &Context, args: CreateArgs) -> Result {
    for name in &args.environments {
        parse_environment(name)?;
    }
    let new = MakeToken {
        name: args.name,
        scopes: args.scopes,
        environments: args.environments,
        secrets: args.secrets,
        addresses: args.addresses,
        days: args.days,
        max_uses: args.max_uses,
    };
    let made = context.client()?.make_token(&new)?;
    show(&made, args.json)?;
    hint("this is the only time that the token is shown");
    Ok(())
}

/// The text alone on standard output, so that it can be piped on.
fn show(made: &MadeToken, json: bool) -> Result {
    if json {
        return print::json(made);
    }
    let info = &made.info;
    let ends = info.expires_at.map_or("never".to_owned(), print::local);
    note(format_args!("Token '{}' ({}); ends: {ends}", print::plain(&info.name), info.id));
    print::line(made.token.dangerously_expose())
}

fn list(context: &Context, option: &JsonOption) -> Result {
    let tokens = context.client()?.tokens()?.tokens;
    if option.json {
        return print::json(&tokens);
    }
    let mut table =
        Table::new(["ID", "Name", "Scopes", "Reaches", "State", "Ends", "Last used at"]);
    for token in &tokens {
        table.row([
            token.id.to_string(),
            print::plain(&token.name),
            print::listed(&token.scopes),
            reach(token),
            state(token.state).to_owned(),
            token.expires_at.map_or("never".to_owned(), print::local),
            token.last_used_at.map_or("-".to_owned(), print::local),
        ]);
    }
    table.print()
}

fn revoke(context: &Context, id: &str, yes: bool) -> Result {
    let id = parse_id(id)?;
    let client = context.client()?;
    if !yes {
        let token = client.token(&id)?;
        let name = print::plain(&token.name);
        ask::confirm(format_args!(
            "Are you sure you want to revoke the token '{name}'? What uses it stops working."
        ))?;
    }
    let token = client.revoke_token(&id)?;
    print::line(format_args!("Revoked the token '{}'", print::plain(&token.name)))
}

fn reach(token: &TokenView) -> String {
    let all = |names: String, all: &str| if names.is_empty() { all.to_owned() } else { names };
    let environments = all(print::listed(&token.environments), "everywhere");
    match print::listed(&token.secrets).as_str() {
        "" => environments,
        secrets => format!("{environments}: {secrets}"),
    }
}

const fn state(state: TokenState) -> &'static str {
    match state {
        TokenState::Active => "active",
        TokenState::Expired => "expired",
        TokenState::Orphaned => "orphaned",
        TokenState::Revoked => "revoked",
        TokenState::UsedUp => "used up",
    }
}

/// An id alone: whoever pastes a whole token shows its secret half to the shell's history.
fn parse_id(text: &str) -> Result<TokenId> {
    if text.starts_with("kl_") {
        return Err(Failure::usage(
            "this is a whole token; its id is the 11 characters after kl_st_. It now stands in your shell's history",
        ));
    }
    TokenId::parse(text).map_err(|_| {
        Failure::usage("that is no token's id: ids have 11 letters and digits, and keyloft token list shows them")
    })
}

fn parse_scope(text: &str) -> std::result::Result<Scope, String> {
    text.parse().map_err(|_| "expected read, list, write, rotate or admin".to_owned())
}
