//! `keyloft resolve`

use clap::Args;
use serde_json::json;

use super::JsonOption;
use crate::context::Context;
use crate::failure::Result;
use crate::print::{self, Table};
use crate::run::{Selection, SelectionArgs, say_what_is_withheld};

#[derive(Args)]
pub(crate) struct ResolveArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Show versions, and the secrets that have a key too and lost
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &ResolveArgs) -> Result {
    let selection = Selection::new(context, &args.selection)?;
    let answer = selection.ask_for_names(context.client()?)?;
    if args.json.json {
        return print::json(&json!({
            "keys": answer.explain,
            "secrets": answer.secrets,
            "withheld": answer.withheld,
        }));
    }
    let from = |from: &model::api::ResolvedFrom| format!("{}@{}", from.secret, from.version);
    if args.explain {
        let mut table = Table::new(["Key", "From", "Wins over"]);
        for key in &answer.explain {
            let shadowed = print::listed(key.shadowed.iter().map(from));
            let shadowed = if shadowed.is_empty() { "-".to_owned() } else { shadowed };
            table.row([key.key.to_string(), from(&key.source), shadowed]);
        }
        table.print()?;
    } else {
        let mut table = Table::new(["Key", "From"]);
        for key in &answer.explain {
            table.row([key.key.to_string(), key.source.secret.to_string()]);
        }
        table.print()?;
    }
    say_what_is_withheld(&answer);
    Ok(())
}
