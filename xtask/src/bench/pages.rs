//! Pages in a browser: how soon they can be used, and how quickly they answer. `end2end/bench/pages.js` drives Chromium.

use std::collections::HashMap;
use std::path::Path;

use super::figures::median;
use super::keyloft::{self, Keyloft};
use super::report::Report;
use super::side::Side;
use super::table::{Table, figure};
use crate::error::{Error, OnFile};
use crate::step::step;
use crate::workspace::Workspace;
use crate::{chromium, npm};

/// A figure of the pages beside what it shall be. A time above `max` fails nothing: machines differ.
pub(crate) struct Measured {
    budget: &'static Budget,
    is: f64,
}

struct Budget {
    /// What the script calls it.
    name: &'static str,
    what: &'static str,
    goal: f64,
    max: f64,
}

/// Measures all of them, `rounds` times; the medians are reported.
pub(crate) fn measure(
    workspace: &Workspace,
    server: &Path,
    rounds: usize,
    stored: u32,
    report: &mut Report,
) -> Result<(), Error> {
    let chromium = step("Chromium", chromium::find_or_install)?;
    step("npm packages", |step| {
        npm::find_or_install(step)?;
        npm::install_packages(step, workspace)
    })?;
    step(&format!("pages, {stored} secrets"), |step| {
        let folder = tempfile::tempdir().on("create", "a temporary folder")?;
        let keyloft = Keyloft::new(step, server, folder.path(), None, stored)?;
        let mut script = workspace.command("node");
        script
            .arg("end2end/bench/pages.js")
            .env("CHROMIUM", chromium)
            .env("KEYLOFT_EMAIL", keyloft::EMAIL)
            .env("KEYLOFT_PASSWORD", keyloft::PASSWORD)
            .env("KEYLOFT_URL", format!("http://{}", keyloft.address()))
            .env("ROUNDS", rounds.to_string());
        let text = step.read(&mut script)?;
        let why = |error| format!("what the script printed cannot be read: {error}");
        report.pages =
            read(&text).map_err(|error| Error::Bench { who: "a browser", why: why(error) })?;
        Ok(())
    })
}

/// The rounds of each figure, as the script prints them.
fn read(text: &str) -> Result<Vec<Measured>, serde_json::Error> {
    let mut rounds: HashMap<String, Vec<f64>> = serde_json::from_str(text)?;
    let measured = BUDGETS
        .iter()
        .filter_map(|budget| Some(Measured { budget, is: median(rounds.remove(budget.name)?) }));
    Ok(measured.collect())
}

pub(crate) fn table(pages: &[Measured]) -> Table {
    let mut table = Table::new(["page", "is", "goal", "max", " "]);
    for Measured { budget: Budget { what, goal, max, .. }, is } in pages {
        let verdict = match is {
            is if is <= goal => "✓",
            is if is <= max => "over the goal",
            _ => "✗",
        };
        table.row([
            (*what).to_owned(),
            figure(*is),
            goal.to_string(),
            max.to_string(),
            verdict.to_owned(),
        ]);
    }
    table
}

static BUDGETS: [Budget; 13] = [
    Budget { name: "ttfb", what: "list: ms to its first byte, p95", goal: 15.0, max: 40.0 },
    Budget {
        name: "hydrated",
        what: "list: ms from its HTML until scripts took it over",
        goal: 150.0,
        max: 400.0,
    },
    Budget {
        name: "hydrated on a phone",
        what: "list on a phone (4x slower processor, fast 4G): ms until scripts took it over",
        goal: 1200.0,
        max: 2000.0,
    },
    Budget {
        name: "fcp",
        what: "list on a phone (4x slower processor, slow 4G): ms to the first text (FCP)",
        goal: 900.0,
        max: 1500.0,
    },
    Budget { name: "lcp", what: "… ms to the largest (LCP)", goal: 1300.0, max: 2000.0 },
    Budget { name: "tbt", what: "… ms in which it did not answer (TBT)", goal: 80.0, max: 200.0 },
    Budget { name: "cls", what: "list: what moved while it loaded (CLS)", goal: 0.0, max: 0.02 },
    Budget {
        name: "keystroke",
        what: "list: ms from a keystroke to the rows found, p95",
        goal: 60.0,
        max: 120.0,
    },
    Budget {
        name: "palette",
        what: "palette: ms from its keys until it is seen",
        goal: 17.0,
        max: 50.0,
    },
    Budget {
        name: "reveal",
        what: "secret: ms from the click to the value",
        goal: 60.0,
        max: 150.0,
    },
    Budget {
        name: "inp",
        what: "ms of the slowest of typing, sorting, opening, revealing (INP)",
        goal: 50.0,
        max: 100.0,
    },
    Budget {
        name: "heap",
        what: "% more memory after 50 steps between list and secret",
        goal: 5.0,
        max: 10.0,
    },
    Budget {
        name: "scroll",
        what: "list, scrolled from top to end (4x slower processor): % of frames above 32 ms",
        goal: 0.0,
        max: 2.0,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_of_the_script_stands_beside_its_goal_and_max() {
        let pages = read(r#"{ "cls": [0, 0, 0.1], "fcp": [3000], "inp": [56, 64, 80] }"#).unwrap();
        let text = table(&pages).to_string();
        let verdicts: Vec<_> =
            text.lines().skip(2).filter_map(|line| line.split('|').nth(5)).map(str::trim).collect();
        assert_eq!(verdicts, ["✗", "✓", "over the goal"], "{text}");
        assert!(read("Error: no browser").is_err());
    }
}
