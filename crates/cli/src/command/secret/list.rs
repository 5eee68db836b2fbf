//! `keyloft secret list`

use clap::Args;
use client::SecretsQuery;
use jiff::Timestamp;
use model::api::{PAGE_ROWS, SecretView};
use model::{Cursor, PersonName, SecretName, Tag};
use serde::Serialize;

use crate::command::{EnvironmentOption, JsonOption};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print::{self, Table};

#[derive(Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    environment: EnvironmentOption,
    /// Only those with all these words in their name, keys, template or tags
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Only those with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only those made from this template
    #[arg(long, value_name = "TEMPLATE")]
    template: Option<String>,
    /// Only those that nobody read in so many days, and that are as old
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    stale: Option<u32>,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &ListArgs) -> Result {
    let tag = args.tag.as_deref().map(Tag::parse).transpose();
    let tag = tag
        .map_err(|_| Failure::usage("that is no tag: they are written as names of secrets are"))?;
    let environment = args.environment.get(context)?;
    let mut query = SecretsQuery {
        environment: Some(environment.clone()),
        search: args.search.clone(),
        template: args.template.clone(),
        tag,
        stale: args.stale,
        sort: Some("created"),
        after: None,
        limit: Some(PAGE_ROWS),
    };
    let client = context.client()?;
    let mut secrets = Vec::new();
    loop {
        let page = client.secrets(&query)?;
        secrets.extend(page.secrets);
        let Some(next) = next_page(&query, page.next)? else { break };
        query.after = Some(next);
    }
    if args.json.json {
        return print::json(&secrets.iter().map(Columns::of).collect::<Vec<_>>());
    }
    let mut table = Table::new(["Name", "Created at", "Created by", "Last used at"])
        .titled(format!("Secrets in environment '{environment}'"));
    for secret in &secrets {
        table.row([
            secret.name.to_string(),
            print::local(secret.created_at),
            secret.created_by.to_string(),
            secret.last_read_at.map_or("-".to_owned(), print::local),
        ]);
    }
    table.print()
}

/// A server that gives the same cursor again would be asked for ever.
fn next_page(query: &SecretsQuery, next: Option<Cursor>) -> Result<Option<Cursor>> {
    if next.is_some() && next == query.after {
        return Err(Failure::failed("the server repeats a page of the list"));
    }
    Ok(next)
}

/// The columns of the table, for programs.
#[derive(Serialize)]
struct Columns<'a> {
    #[serde(rename = "Name")]
    name: &'a SecretName,
    #[serde(rename = "Created at")]
    created_at: Timestamp,
    #[serde(rename = "Created by")]
    created_by: &'a PersonName,
    #[serde(rename = "Last used at")]
    last_used_at: Option<Timestamp>,
}

impl<'a> Columns<'a> {
    const fn of(secret: &'a SecretView) -> Self {
        Self {
            name: &secret.name,
            created_at: secret.created_at,
            created_by: &secret.created_by,
            last_used_at: secret.last_read_at,
        }
    }
}
