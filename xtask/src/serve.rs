//! `cargo xtask serve`: build, then run the server in the foreground.

mod watch;

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::build::{Profile, build};
use crate::error::Error;
use crate::process::{self, Running};
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Quick builds without optimisation; builds and starts anew whenever a file changes
    #[arg(long)]
    dev: bool,
    /// Start with a workspace full of example secrets, in ./data/demo
    #[arg(long)]
    demo: bool,
    /// Arguments for `keyloft-server serve`
    #[arg(last = true)]
    server: Vec<OsString>,
}

pub(crate) fn serve(workspace: &Workspace, args: &ServeArgs) -> Result<ExitCode, Error> {
    if args.dev {
        return watch::serve(workspace, args);
    }
    let built = build(workspace, Profile::Release)?;
    let status = start(workspace, &built.server, args)?.wait_until_it_stops()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, Into::into))
}

/// Starts the server; it says itself where to go.
fn start(workspace: &Workspace, server: &Path, args: &ServeArgs) -> Result<Running, Error> {
    let mut command = Command::new(server);
    command.arg("serve").current_dir(&workspace.root);
    if args.demo {
        command.arg("--demo");
    }
    process::spawn(command.args(&args.server))
}
