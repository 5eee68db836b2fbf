//! What a browser may have to load: sizes after compression, against what we allow ourselves.

use std::fmt;
use std::path::Path;

use super::site::read_all;
use crate::error::Error;

/// The compressed size of some files, in bytes.
pub(crate) struct Weight {
    budget: &'static Budget,
    bytes: u64,
}

impl Weight {
    pub(crate) fn verdict(&self) -> Verdict {
        if self.bytes > self.budget.max * KB {
            Verdict::TooHeavy
        } else if self.bytes > self.budget.goal * KB {
            Verdict::OverGoal
        } else {
            Verdict::Good
        }
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Budget { name, goal, max, .. } = self.budget;
        let tenths = self.bytes * 10 / KB;
        let (whole, tenth) = (tenths / 10, tenths % 10);
        write!(f, "{name:<17} {whole:>4}.{tenth} KB brotli  (goal {goal}, max {max})")?;
        match self.verdict() {
            Verdict::Good => Ok(()),
            Verdict::OverGoal => f.write_str("  over the goal"),
            Verdict::TooHeavy => f.write_str("  TOO HEAVY"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    OverGoal,
    TooHeavy,
}

/// Weighs the scripts, wasm and styles of a built site.
pub(super) fn weigh(site: &Path) -> Result<Vec<Weight>, Error> {
    let mut weights: Vec<Weight> =
        BUDGETS.iter().map(|budget| Weight { budget, bytes: 0 }).collect();
    for (path, file) in read_all(&site.join("pkg"))? {
        let name = path.to_string_lossy();
        for weight in weights.iter_mut().filter(|weight| name.ends_with(weight.budget.suffix)) {
            weight.bytes += file.len() as u64;
        }
    }
    Ok(weights)
}

struct Budget {
    name: &'static str,
    suffix: &'static str,
    /// Kilobytes that we aim at.
    goal: u64,
    /// Kilobytes above which `cargo xtask test` fails.
    max: u64,
}

const KB: u64 = 1_024;

static BUDGETS: [Budget; 4] = [
    Budget { name: "wasm of the list", suffix: "keyloft_bg.wasm.br", goal: 230, max: 300 },
    Budget { name: "wasm, all of it", suffix: ".wasm.br", goal: 380, max: 480 },
    Budget { name: "JavaScript", suffix: ".js.br", goal: 7, max: 10 },
    Budget { name: "CSS", suffix: ".css.br", goal: 9, max: 12 },
];

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn compressed_files_are_weighed_by_kind() {
        let site = tempfile::tempdir().unwrap();
        let folder = site.path().join("pkg");
        fs::create_dir_all(folder.join("1")).unwrap();
        fs::write(folder.join("a.css.br"), vec![0; 13 * 1_024]).unwrap();
        fs::write(folder.join("a.css"), vec![0; 99 * 1_024]).unwrap();
        fs::write(folder.join("1/a.js.br"), vec![0; 5 * 1_024]).unwrap();
        fs::write(folder.join("1/b.js.br"), vec![0; 3 * 1_024]).unwrap();
        fs::write(folder.join("1/keyloft_bg.wasm.br"), vec![0; 200 * 1_024]).unwrap();
        fs::write(folder.join("1/later.wasm.br"), vec![0; 100 * 1_024]).unwrap();

        let weights = weigh(site.path()).unwrap();
        let lines: Vec<String> = weights.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "wasm of the list   200.0 KB brotli  (goal 230, max 300)",
                "wasm, all of it    300.0 KB brotli  (goal 380, max 480)",
                "JavaScript           8.0 KB brotli  (goal 7, max 10)  over the goal",
                "CSS                 13.0 KB brotli  (goal 9, max 12)  TOO HEAVY",
            ]
        );
        assert_eq!(weights[3].verdict(), Verdict::TooHeavy);
    }
}
