//! `keyloft doctor`

mod checks;

use std::io;

use serde::Serialize;

use self::checks::Finding;
use super::JsonOption;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::print;

/// How it stands with one thing.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// To be put right.
    Bad,
}

pub(super) fn run(context: &Context, option: &JsonOption) -> Result {
    let findings = checks::all(context);
    if option.json {
        print::json(&findings)?;
    } else {
        for finding in &findings {
            print::line(format_args!(
                "{} {}: {}",
                mark(finding.health),
                finding.what,
                finding.says
            ))?;
        }
    }
    let is_bad = |finding: &Finding| finding.health == Health::Bad;
    if findings.iter().any(is_bad) { Err(Failure::Differs) } else { Ok(()) }
}

fn mark(health: Health) -> &'static str {
    match (health, print::has_colours(&io::stdout())) {
        (Health::Good, true) => "\u{1b}[32mok  \u{1b}[0m",
        (Health::Note, true) => "\u{1b}[33mnote\u{1b}[0m",
        (Health::Bad, true) => "\u{1b}[31mbad \u{1b}[0m",
        (Health::Good, false) => "ok  ",
        (Health::Note, false) => "note",
        (Health::Bad, false) => "bad ",
    }
}
