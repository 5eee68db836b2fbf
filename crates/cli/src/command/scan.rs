//! `keyloft scan`

mod files;
mod needles;

use std::path::PathBuf;

use clap::Args;
use model::api::Scan;
use serde_json::json;

use self::files::Sources;
use self::needles::{Hit, Needles};
use super::JsonOption;
use crate::context::{Context, parse_environment};
use crate::failure::{Failure, Result};
use crate::print::{self, hint};

#[derive(Args)]
pub(crate) struct ScanArgs {
    /// Files and folders to look through [default: this folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Look through what git would commit, as it would commit it
    #[arg(long, conflicts_with = "paths")]
    staged: bool,
    /// Only for values of this environment [default: all]
    #[arg(short = 'e', long = "env", value_name = "ENVIRONMENT")]
    environment: Option<String>,
    #[command(flatten)]
    json: JsonOption,
}

pub(super) fn run(context: &Context, args: &ScanArgs) -> Result {
    let environment = args.environment.as_deref().map(parse_environment).transpose()?;
    let sources = if args.staged { Sources::staged()? } else { Sources::below(&args.paths)? };
    let answer = context.client()?.scan(&Scan { environment: environment.map(String::from) })?;
    if answer.skipped_secrets > 0 {
        hint(format_args!(
            "not looked for: the values of {} that you may not read, or not without keyloft sudo",
            print::count(answer.skipped_secrets as usize, "secret")
        ));
    }
    let needles = Needles::new(answer.values);
    let mut hits = Vec::new();
    for source in sources.iter() {
        match sources.open(source).and_then(|open| needles.find(source, &open)) {
            Ok(found) => hits.extend(found),
            Err(error) => {
                hint(format_args!("{} was not looked through: {error}", source.display()));
            }
        }
    }
    show(&hits, args)?;
    if hits.is_empty() { Ok(()) } else { Err(Failure::Differs) }
}

fn show(hits: &[Hit<'_>], args: &ScanArgs) -> Result {
    if args.json.json {
        let all: Vec<_> = hits
            .iter()
            .map(|hit| {
                json!({
                    "path": hit.path.to_string_lossy(),
                    "line": hit.line,
                    "environment": hit.value.environment,
                    "secret": hit.value.secret,
                    "key": hit.value.key,
                })
            })
            .collect();
        return print::json(&all);
    }
    for hit in hits {
        let value = hit.value;
        print::line(format_args!(
            "{}:{}: {}/{} (environment {})",
            print::plain(&hit.path.to_string_lossy()),
            hit.line,
            value.secret,
            value.key,
            value.environment
        ))?;
    }
    Ok(())
}
