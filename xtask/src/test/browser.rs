//! End-to-end tests: Playwright drives Debian's Chromium against the release binary.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::tools::Tools;
use crate::error::{Error, OnFile};
use crate::npm;
use crate::step::step;
use crate::workspace::Workspace;

/// Runs all Playwright specs; returns how many passed.
pub(super) fn run(
    workspace: &Workspace,
    tools: &Tools,
    server: &Path,
    postgres: Option<&str>,
) -> Result<u64, Error> {
    let folder = workspace.root.join(npm::END2END);
    step("npm packages", |step| npm::install_packages(step, workspace, npm::END2END))?;
    step("end-to-end tests", |step| {
        let report = tempfile::NamedTempFile::new().on("create", "a temporary file")?;
        let notes = tempfile::NamedTempFile::new().on("create", "a temporary file")?;
        let mut playwright = workspace.command("node_modules/.bin/playwright");
        playwright
            .current_dir(&folder)
            .args(["test", "--reporter=line,json"])
            .env("KEYLOFT_SERVER", server)
            .env("KEYLOFT_NOTES", notes.path())
            .env("PLAYWRIGHT_JSON_OUTPUT_FILE", report.path())
            .env("PLAYWRIGHT_JSON_OUTPUT_NAME", report.path())
            // Colours and cursor movements are for a terminal, and the output goes to a file.
            .env("NO_COLOR", "1")
            .env_remove("FORCE_COLOR");
        if let Some(chromium) = &tools.chromium {
            playwright.env("CHROMIUM", chromium);
        }
        if let Some(url) = postgres {
            playwright.env("KEYLOFT_TEST_POSTGRES_URL", url);
        }
        let result = step.run(&mut playwright);
        let lines = fs::read_to_string(notes.path()).on("read", notes.path())?;
        lines.lines().for_each(|line| step.note(line));
        let report = fs::read_to_string(report.path()).on("read", report.path())?;
        let (passed, failed) = count(&report);
        match result {
            Ok(()) if passed > 0 && failed == 0 => Ok(passed),
            Err(Error::Interrupted) => Err(Error::Interrupted),
            Err(error @ Error::Start { .. }) => Err(error),
            _ => Err(Error::Tests { passed, failed: failed.max(1) }),
        }
    })
}

/// Passed and failed tests in Playwright's JSON report. One that passed at its second try has
/// failed.
fn count(report: &str) -> (u64, u64) {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    let number = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    (number("expected"), number("unexpected") + number("flaky"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playwrights_own_figures_are_used() {
        let report =
            r#"{ "stats": { "expected": 14, "unexpected": 1, "flaky": 2, "skipped": 3 } }"#;
        assert_eq!(count(report), (14, 3));
        assert_eq!(count("nothing was run"), (0, 0));
    }
}
