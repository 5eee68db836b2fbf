//! What is measured in Chromium: a script drives it through the pages of our server, signed in, and prints figures.

use std::path::Path;

use super::budget::{Budget, Sheet};
use super::keyloft::{self, Keyloft};
use super::side::Side;
use crate::error::{Error, OnFile};
use crate::step::step;
use crate::workspace::Workspace;
use crate::{chromium, npm};

pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    /// Folders with the npm packages that it needs.
    pub(crate) packages: &'static [&'static str],
    /// What stands above the budgets.
    pub(crate) head: &'static str,
    pub(crate) budgets: &'static [Budget],
}

impl Script {
    /// Measures each figure `rounds` times, on a server with that many secrets.
    pub(crate) fn measure(
        &self,
        workspace: &Workspace,
        server: &Path,
        rounds: usize,
        stored: u32,
    ) -> Result<Sheet, Error> {
        let chromium = step("Chromium", chromium::find_or_install)?;
        step("npm packages", |step| {
            npm::find_or_install(step)?;
            self.packages
                .iter()
                .try_for_each(|folder| npm::install_packages(step, workspace, folder).map(drop))
        })?;
        step(&format!("{}, {stored} secrets", self.name), |step| {
            let folder = tempfile::tempdir().on("create", "a temporary folder")?;
            let keyloft = Keyloft::new(step, server, folder.path(), None, stored)?;
            let mut script = workspace.command("node");
            script
                .arg(self.path)
                .env("CHROMIUM", chromium)
                .env("KEYLOFT_EMAIL", keyloft::EMAIL)
                .env("KEYLOFT_PASSWORD", keyloft::PASSWORD)
                .env("KEYLOFT_URL", format!("http://{}", keyloft.address()))
                .env("ROUNDS", rounds.to_string());
            let text = step.read(&mut script)?;
            let why = |error| format!("what the script printed cannot be read: {error}");
            Sheet::read(self.head, self.budgets, &text)
                .map_err(|error| Error::Bench { who: "a browser", why: why(error) })
        })
    }
}
