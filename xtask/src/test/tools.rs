//! What the tests need on a machine. It is looked for before the first step, so that nobody waits for
//! half an hour to learn that something is missing.

use std::env;
use std::path::PathBuf;

use super::{Part, TestArgs, deny, readers};
use crate::error::Error;
use crate::step::{Step, step};
use crate::workspace::Workspace;
use crate::{build, chromium, npm, postgres};

/// Where the tools of the parts asked for are.
pub(super) struct Tools {
    /// PostgreSQL's programs, unless `KEYLOFT_TEST_POSTGRES_URL` names a server.
    pub(super) postgres: Option<PathBuf>,
    pub(super) chromium: Option<PathBuf>,
    pub(super) cargo_deny: Option<PathBuf>,
}

pub(super) fn ensure(workspace: &Workspace, args: &TestArgs) -> Result<Tools, Error> {
    let mut tools = step("tools", |step| {
        if args.has(Part::Lint) {
            ensure_component(step, workspace, "rustfmt", "fmt")?;
            ensure_component(step, workspace, "clippy", "clippy")?;
        }
        let builds = args.has(Part::Browser) || args.has(Part::Python);
        if args.has(Part::Lint) || builds {
            build::ensure_target(step, workspace)?;
        }
        let needs_postgres =
            (args.has(Part::Rust) || builds) && env::var_os("KEYLOFT_TEST_POSTGRES_URL").is_none();
        let postgres = needs_postgres.then(|| postgres::find_or_install(step)).transpose()?;
        let mut chromium = None;
        if args.has(Part::Browser) {
            chromium = Some(chromium::find_or_install(step)?);
            npm::find_or_install(step)?;
        }
        if args.has(Part::Rust) || args.has(Part::Python) {
            readers::ensure_programs(step)?;
        }
        Ok(Tools { postgres, chromium, cargo_deny: None })
    })?;
    if args.has(Part::Deny) {
        tools.cargo_deny = Some(deny::find_or_install(workspace)?);
    }
    Ok(tools)
}

/// Adds a part of the toolchain, unless cargo knows its command.
fn ensure_component(
    step: &Step,
    workspace: &Workspace,
    component: &'static str,
    command: &str,
) -> Result<(), Error> {
    if step.read(workspace.cargo().args([command, "--version"])).is_ok() {
        return Ok(());
    }
    let add = ["component", "add", component];
    step.run(workspace.command("rustup").args(add)).map_err(|error| match error {
        Error::Interrupted => error,
        _ => Error::Missing { what: component, how: format!("rustup component add {component}") },
    })
}
