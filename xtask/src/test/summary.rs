//! What passed, what failed, and how long it took.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::step::{print, seconds};

#[derive(Default)]
pub(super) struct Summary {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    passed: u64,
    failed: u64,
    time: Duration,
}

impl Summary {
    /// Does something that counts as so many passed checks or tests. Its failure is counted; only an
    /// interruption comes back as an error.
    pub(super) fn count(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<u64, Error>,
    ) -> Result<(), Error> {
        self.record(name, work, |passed| *passed).map(|_passed| ())
    }

    /// Does something that later steps need, and which counts only when it fails: then as `None`.
    pub(super) fn take<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.record(name, work, |_result| 0)
    }

    pub(super) fn failed(&self) -> u64 {
        self.rows.iter().map(|row| row.failed).sum()
    }

    /// The table, and the line that says it all.
    pub(super) fn print(&self) {
        print(&self.text());
    }

    fn record<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Error>,
        passed: impl FnOnce(&T) -> u64,
    ) -> Result<Option<T>, Error> {
        let started = Instant::now();
        let result = work();
        let (passed, failed) = match &result {
            Ok(value) => (passed(value), 0),
            Err(Error::Tests { passed, failed }) => (*passed, *failed),
            Err(_) => (0, 1),
        };
        self.rows.push(Row { name, passed, failed, time: started.elapsed() });
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Interrupted) => Err(Error::Interrupted),
            Err(_) => Ok(None),
        }
    }

    fn text(&self) -> String {
        let mut text = "\nstep                        time  passed  failed\n".to_owned();
        let rows = self.rows.iter().map(|Row { name, passed, failed, time }| {
            format!("{name:<18} {:>13}  {passed:>6}  {failed:>6}\n", seconds(*time))
        });
        text.extend(rows);
        let passed: u64 = self.rows.iter().map(|row| row.passed).sum();
        text + &format!("\n{passed} passed, {} failed\n", self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_sums_everything_up() {
        let mut summary = Summary::default();
        summary.count("format", || Ok(1)).unwrap();
        summary.count("tests", || Err(Error::Tests { passed: 40, failed: 2 })).unwrap();
        summary.count("deny", || Err(Error::Budget("one".to_owned()))).unwrap();
        assert!(summary.take("build", || Ok("binary")).unwrap().is_some());
        assert!(summary.text().ends_with("\n41 passed, 3 failed\n"), "{}", summary.text());
        assert_eq!(summary.failed(), 3);
    }

    #[test]
    fn an_interruption_ends_everything() {
        let mut summary = Summary::default();
        let result = summary.count("tests", || Err(Error::Interrupted));
        assert!(matches!(result, Err(Error::Interrupted)));
    }
}
