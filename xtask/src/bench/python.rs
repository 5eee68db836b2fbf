//! The Python SDK: how long its import takes, and how long a secret takes on a connection that is open.

use std::path::Path;
use std::process::Command;

use super::figures::median;
use super::keyloft::Keyloft;
use super::programs::Programs;
use super::report::{Report, Sdk};
use super::side::Side;
use super::tools;
use crate::error::{Error, OnFile};
use crate::step::{Step, step};
use crate::workspace::Workspace;

/// Measures both, `rounds` times; the medians are reported.
pub(crate) fn measure(
    workspace: &Workspace,
    programs: &Programs,
    rounds: usize,
    report: &mut Report,
) -> Result<(), Error> {
    let python = step("httpx", |step| tools::httpx(step, workspace))?;
    step("Python SDK", |step| {
        let folder = tempfile::tempdir().on("create", "a temporary folder")?;
        let keyloft = Keyloft::new(step, &programs.server, folder.path(), None, 0)?;
        keyloft.create("one")?;
        let run = |script: &str| read_number(step, workspace, &python, &keyloft, script);
        // The first time only fills the machine's caches.
        run(IMPORT)?;
        let imports = (0..rounds).map(|_round| run(IMPORT)).collect::<Result<_, _>>()?;
        let resolves = (0..rounds).map(|_round| run(RESOLVE)).collect::<Result<_, _>>()?;
        report.sdk = Some(Sdk { import: median(imports), resolve: median(resolves) });
        Ok(())
    })
}

/// The milliseconds that a script prints.
fn read_number(
    step: &Step,
    workspace: &Workspace,
    python: &Path,
    keyloft: &Keyloft,
    script: &str,
) -> Result<f64, Error> {
    let mut command = Command::new(python);
    command
        .args(["-c", script])
        .env("PYTHONPATH", workspace.root.join("sdk/python/src"))
        .env("KEYLOFT_URL", format!("http://{}", keyloft.address()))
        .env("KEYLOFT_TOKEN", &keyloft.token)
        .env("KEYLOFT_ENVIRONMENT", "dev");
    let text = step.read(&mut command)?;
    let why = || format!("it printed {:?} in place of a number", text.trim());
    text.trim().parse().map_err(|_no_number| Error::Bench { who: "the Python SDK", why: why() })
}

const IMPORT: &str = "
import time
began = time.perf_counter()
import keyloft
print((time.perf_counter() - began) * 1e3)
";
const RESOLVE: &str = "
import statistics, time
import keyloft
times = []
for _ in range(100):
    began = time.perf_counter()
    keyloft.resolve([keyloft.Secret.from_name('one')])
    times.append((time.perf_counter() - began) * 1e3)
print(statistics.median(times))
";
