//! `cargo xtask …`: everything a machine needs to build, run and test Keyloft.

mod apt;
mod bench;
mod build;
mod chromium;
mod error;
mod npm;
mod postgres;
mod process;
mod serve;
mod step;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use bench::BenchArgs;
use build::Profile;
use error::Error;
use serve::ServeArgs;
use test::TestArgs;
use workspace::Workspace;

/// Builds, runs and tests Keyloft. What the machine lacks is installed where that is possible.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Measure what the server costs, beside a bare handler and beside others
    Bench(BenchArgs),
    /// Build target/release/keyloft-server, with the dashboard inside
    Build,
    /// Build, then run the server on <http://127.0.0.1:3000> with its data in ./data
    Serve(ServeArgs),
    /// Run every check and every test, as CI does
    Test(TestArgs),
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(code) => code,
        Err(Error::Interrupted) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Error> {
    process::pass_signals_on()?;
    let workspace = Workspace::find()?;
    match command {
        Command::Bench(args) => bench::bench(&workspace, &args),
        Command::Build => build::build(&workspace, Profile::Release).map(|_| ExitCode::SUCCESS),
        Command::Serve(args) => serve::serve(&workspace, &args),
        Command::Test(args) => test::test(&workspace, &args),
    }
}
