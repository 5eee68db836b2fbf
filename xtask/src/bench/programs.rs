//! What of ours is measured, built as it is shipped.

use std::path::PathBuf;

use crate::build::{Profile, build};
use crate::error::Error;
use crate::step::{print, step};
use crate::workspace::Workspace;

pub(crate) struct Programs {
    pub(crate) server: PathBuf,
    pub(crate) baseline: PathBuf,
    /// The `keyloft` command.
    pub(crate) command: Option<PathBuf>,
}

impl Programs {
    /// Builds what stands beside the server.
    pub(crate) fn build(workspace: &Workspace, server: PathBuf) -> Result<Self, Error> {
        let baseline = build_package(workspace, "baseline", "baseline")?;
        let command = match build_package(workspace, "cli", "keyloft") {
            Ok(command) => Some(command),
            Err(Error::Command { .. }) => {
                print("        the keyloft command does not build: it is left out\n");
                None
            }
            Err(error) => return Err(error),
        };
        Ok(Self { server, baseline, command })
    }
}

/// Builds the server, unless `given` is one that is there already.
pub(crate) fn server(workspace: &Workspace, given: Option<&PathBuf>) -> Result<PathBuf, Error> {
    match given {
        Some(server) => Ok(server.clone()),
        None => Ok(build(workspace, Profile::Release)?.server),
    }
}

fn build_package(workspace: &Workspace, package: &str, program: &str) -> Result<PathBuf, Error> {
    step(package, |step| {
        step.run(workspace.cargo().args(["build", "--locked", "--release", "--package", package]))?;
        Ok(workspace.target.join("release").join(program))
    })
}
