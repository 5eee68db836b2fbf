//! `cargo xtask test`: every check and every test, one step after the other, whatever failed before.

mod browser;
mod deny;
mod lint;
mod python;
mod readers;
mod rust;
mod summary;
mod tools;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::build::{Built, Profile, Verdict, build};
use crate::error::Error;
use crate::postgres::Postgres;
use crate::step::step;
use crate::workspace::Workspace;

use summary::Summary;
use tools::Tools;

#[derive(Args)]
pub(crate) struct TestArgs {
    /// Only these parts: the default is everything
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    only: Vec<Part>,
}

impl TestArgs {
    fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Unit and store tests, on SQLite and PostgreSQL
    Rust,
    /// Release build, size budgets, end-to-end tests in Chromium
    Browser,
    /// The Python SDK: lints, types, tests against the release build, wheel and sdist
    Python,
    /// Formatting, clippy for both halves, what the browser's half may depend on
    Lint,
    /// Licences, banned crates, sources, advisories
    Deny,
}

/// Runs the parts asked for; the last line is `N passed, N failed`.
pub(crate) fn test(workspace: &Workspace, args: &TestArgs) -> Result<ExitCode, Error> {
    let mut summary = Summary::default();
    let result = run(workspace, args, &mut summary);
    if !matches!(result, Err(Error::Interrupted)) {
        summary.print();
    }
    result.map(|()| if summary.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An error here means that going on makes no sense. A failed check is none: it goes to the summary.
fn run(workspace: &Workspace, args: &TestArgs, summary: &mut Summary) -> Result<(), Error> {
    let Some(tools) = summary.take("tools", || tools::ensure(workspace, args))? else {
        return Ok(());
    };
    if args.has(Part::Lint) {
        lint::run(workspace, summary)?;
    }
    if [Part::Rust, Part::Browser, Part::Python].into_iter().any(|part| args.has(part)) {
        with_postgres(workspace, args, &tools, summary)?;
    }
    if args.has(Part::Deny) {
        deny::run(workspace, &tools, summary)?;
    }
    Ok(())
}

/// The tests that need a database: one server for all of them, which stops when they are through.
fn with_postgres(
    workspace: &Workspace,
    args: &TestArgs,
    tools: &Tools,
    summary: &mut Summary,
) -> Result<(), Error> {
    let postgres = match &tools.postgres {
        None => None,
        Some(bin) => {
            let started = || step("PostgreSQL", |step| Postgres::start(step, bin));
            match summary.take("PostgreSQL", started)? {
                None => return Ok(()),
                started => started,
            }
        }
    };
    // Without a server of our own there is one in our environment, which our children inherit.
    let url = postgres.as_ref().map(Postgres::url);
    if args.has(Part::Rust)
        && let Some(readers) = summary.take("packages", || readers::install(workspace))?
    {
        summary.count("tests", || rust::run(workspace, url, &readers))?;
    }
    if (args.has(Part::Browser) || args.has(Part::Python))
        && let Some(built) = summary.take("build", || build(workspace, Profile::Release))?
    {
        if args.has(Part::Browser) {
            summary.count("budgets", || check_budgets(&built))?;
            summary.count("browser", || browser::run(workspace, tools, &built.server, url))?;
        }
        if args.has(Part::Python) {
            with_python(workspace, &built.server, url, summary)?;
        }
    }
    Ok(())
}

/// The tests of the Python SDK: the server and the command are those that people get.
fn with_python(
    workspace: &Workspace,
    server: &Path,
    url: Option<&str>,
    summary: &mut Summary,
) -> Result<(), Error> {
    let Some(command) = summary.take("command", || python::build_command(workspace))? else {
        return Ok(());
    };
    let Some(python) = summary.take("packages", || python::install(workspace))? else {
        return Ok(());
    };
    summary.count("python checks", || python::check(workspace, &python))?;
    summary.count("python", || python::run(workspace, &python, server, &command, url))
}

fn check_budgets(built: &Built) -> Result<u64, Error> {
    step("budgets", |_step| {
        let heavy = built.weights.iter().filter(|weight| weight.verdict() == Verdict::TooHeavy);
        let names: Vec<_> = heavy.map(ToString::to_string).collect();
        if names.is_empty() { Ok(1) } else { Err(Error::Budget(names.join("; "))) }
    })
}
