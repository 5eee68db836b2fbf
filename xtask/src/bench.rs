//! `cargo xtask bench`: what a read costs, beside a bare handler and beside others, in one run on one machine.
//!
//! Processor time comes first: on a machine that others use too, requests per second wander and processor time holds.

mod answer;
mod baseline;
mod bound;
mod browser;
mod budget;
mod commands;
mod compare;
mod figures;
mod goals;
mod http;
mod keyloft;
mod lighthouse;
mod load;
mod machine;
mod meter;
mod openbao;
mod pages;
mod programs;
mod python;
mod report;
mod server;
mod side;
mod table;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::error::{Error, OnFile};
use crate::postgres::{self, Postgres};
use crate::step::{Step, print, step};
use crate::workspace::Workspace;

use baseline::Baseline;
use compare::Effort;
use keyloft::Keyloft;
use lighthouse::LIGHTHOUSE;
use machine::Machine;
use openbao::{Audit, OpenBao};
use pages::PAGES;
use programs::Programs;
use report::{Database, Place, Report};
use side::Side;
use tools::Tools;

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Measure another secrets manager, OpenBao, beside us
    #[arg(long)]
    peers: bool,
    /// One short round with fewer secrets: shows that everything works, and little more
    #[arg(long)]
    quick: bool,
    /// Only these parts: the default is everything
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<Part>,
    /// Measure this server in place of building one
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
}

impl BenchArgs {
    fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn effort(&self) -> Effort {
        if self.quick {
            Effort { rounds: 1, time: Duration::from_millis(500) }
        } else {
            Effort { rounds: 5, time: Duration::from_secs(2) }
        }
    }

    /// How many secrets there are: few, and many.
    fn stored(&self) -> [u32; 2] {
        if self.quick { [100, 1_000] } else { [100, 10_000] }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Servers with their secrets in SQLite; OpenBao stands beside these
    Sqlite,
    /// Servers with their secrets in PostgreSQL
    Postgres,
    /// `keyloft run` and its like
    Run,
    /// The Python SDK
    Python,
    /// Pages in a browser
    Pages,
    /// What Lighthouse says of pages: an npm package of 170 MB, which nothing else here needs
    Lighthouse,
}

/// Measures, and prints the tables.
pub(crate) fn bench(workspace: &Workspace, args: &BenchArgs) -> Result<ExitCode, Error> {
    let server = programs::server(workspace, args.server.as_ref())?;
    let mut report = Report::default();
    if [Part::Sqlite, Part::Postgres, Part::Run, Part::Python]
        .into_iter()
        .any(|part| args.has(part))
    {
        beside_others(workspace, args, &Programs::build(workspace, server.clone())?, &mut report)?;
    }
    let [_few, many] = args.stored();
    for (part, script) in [(Part::Pages, &PAGES), (Part::Lighthouse, &LIGHTHOUSE)] {
        if args.has(part) {
            report.pages.push(script.measure(workspace, &server, args.effort().rounds, many)?);
        }
    }
    print(&format!("\n{}\n\n{report}", Machine::this()));
    Ok(ExitCode::SUCCESS)
}

/// What of ours has its like elsewhere.
fn beside_others(
    workspace: &Workspace,
    args: &BenchArgs,
    programs: &Programs,
    report: &mut Report,
) -> Result<(), Error> {
    if args.has(Part::Sqlite) {
        let openbao = args.peers.then(|| tools::openbao(workspace)).transpose()?;
        for stored in args.stored() {
            on_sqlite(programs, openbao.as_deref(), args.effort(), stored, report)?;
        }
    }
    if args.has(Part::Postgres) {
        let bin = step("PostgreSQL", postgres::find_or_install)?;
        for stored in args.stored() {
            on_postgres(programs, &bin, args.effort(), stored, report)?;
        }
    }
    if args.has(Part::Run) {
        let tools = Tools::install(workspace)?;
        commands::compare(programs, &tools, args.effort().rounds * 5, report)?;
    }
    if args.has(Part::Python) {
        python::measure(workspace, programs, args.effort().rounds * 5, report)?;
    }
    Ok(())
}

fn on_sqlite(
    programs: &Programs,
    openbao: Option<&Path>,
    effort: Effort,
    stored: u32,
    report: &mut Report,
) -> Result<(), Error> {
    let place = Place { database: Database::Sqlite, stored };
    let folder = tempfile::tempdir().on("create", "a temporary folder")?;
    let folder = folder.path();
    let mut sides = step(&format!("{place}: set up"), |step| {
        let mut sides: Vec<Box<dyn Side>> = vec![
            Box::new(Keyloft::new(step, &programs.server, folder, None, stored)?),
            Box::new(Baseline::new(&programs.baseline, folder, None, stored)?),
        ];
        if let Some(program) = openbao {
            for audit in [Audit::Off, Audit::File] {
                sides.push(Box::new(OpenBao::new(program, folder, audit, stored)?));
            }
        }
        Ok(sides)
    })?;
    compare::compare(effort, place, &mut sides, report)
}

/// Each side has a PostgreSQL of its own, so that what one leaves behind costs the other nothing.
fn on_postgres(
    programs: &Programs,
    bin: &Path,
    effort: Effort,
    stored: u32,
    report: &mut Report,
) -> Result<(), Error> {
    let place = Place { database: Database::Postgres, stored };
    let folder = tempfile::tempdir().on("create", "a temporary folder")?;
    let mut sides = step(&format!("{place}: set up"), |step| {
        postgres_sides(step, programs, bin, folder.path(), stored)
    })?;
    compare::compare(effort, place, &mut sides, report)
}

fn postgres_sides(
    step: &Step,
    programs: &Programs,
    bin: &Path,
    folder: &Path,
    stored: u32,
) -> Result<Vec<Box<dyn Side>>, Error> {
    let database = Postgres::start_durable(step, bin)?;
    let keyloft = Keyloft::new(step, &programs.server, folder, Some(database), stored)?;
    let database = Postgres::start_durable(step, bin)?;
    let baseline = Baseline::new(&programs.baseline, folder, Some(database), stored)?;
    for database in [keyloft.database(), baseline.database()].into_iter().flatten() {
        database.analyze(step, bin)?;
    }
    Ok(vec![Box::new(keyloft), Box::new(baseline)])
}

/// Connections on which a server is given its secrets.
const FILLING: usize = 16;
