//! Unit tests and store tests.

use super::readers::{self, Readers};
use crate::error::Error;
use crate::step::step;
use crate::workspace::Workspace;

/// Runs all Rust tests; returns how many passed.
pub(super) fn run(
    workspace: &Workspace,
    postgres: Option<&str>,
    readers: &Readers,
) -> Result<u64, Error> {
    step("unit and store tests", |step| {
        let mut cargo = workspace.cargo();
        cargo.args(["test", "--locked", "--workspace", "--exclude", "frontend", "--no-fail-fast"]);
        // Built by this same command, for the server's own tests, before any test runs.
        let server = workspace.target.join("debug").join("keyloft-server");
        cargo.env("KEYLOFT_TEST_SERVER", server);
        if let Some(url) = postgres {
            cargo.env("KEYLOFT_TEST_POSTGRES_URL", url);
        }
        if let Some(python) = &readers.python {
            cargo.env(readers::PYTHON, python);
        }
        if let Some(node_modules) = &readers.node_modules {
            cargo.env(readers::NODE_MODULES, node_modules);
        }
        let result = step.run(&mut cargo);
        let (passed, failed) = count(&step.text()?);
        match result {
            Ok(()) if passed > 0 && failed == 0 => Ok(passed),
            Err(Error::Interrupted) => Err(Error::Interrupted),
            // Also when a crate did not compile, or a test took its whole process down.
            _ => Err(Error::Tests { passed, failed: failed.max(1) }),
        }
    })
}

/// Sums up the lines `test result: ok. 12 passed; 0 failed; …` of a run.
fn count(output: &str) -> (u64, u64) {
    let results = output.lines().filter_map(|line| line.strip_prefix("test result: "));
    results.fold((0, 0), |(passed, failed), result| {
        (passed + number_before(result, " passed"), failed + number_before(result, " failed"))
    })
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_test_binaries_are_summed_up() {
        let output = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(count(output), (19, 2));
    }
}
