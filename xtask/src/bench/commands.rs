//! Commands that give `true` an environment, and how much longer that takes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::figures::{median, millis};
use super::keyloft::Keyloft;
use super::programs::Programs;
use super::report::{Report, Run};
use super::side::Side;
use super::tools::Tools;
use crate::error::{Error, OnFile};
use crate::process;
use crate::step::step;

struct Contender {
    name: &'static str,
    command: Command,
}

/// Runs each once a round; the medians are reported.
pub(crate) fn compare(
    programs: &Programs,
    tools: &Tools,
    rounds: usize,
    report: &mut Report,
) -> Result<(), Error> {
    step("commands", |step| {
        let folder = tempfile::tempdir().on("create", "a temporary folder")?;
        let folder = folder.path();
        let keyloft = Keyloft::new(step, &programs.server, folder, None, 0)?;
        keyloft.create("one")?;
        fs::write(folder.join(".env"), ENV_FILE).on("write", folder.join(".env"))?;

        let mut contenders = contenders(programs, tools, folder, &keyloft);
        let mut times = vec![Vec::new(); contenders.len()];
        // The first time of each only fills the machine's caches.
        for round in 0..=rounds {
            for (contender, times) in contenders.iter_mut().zip(&mut times) {
                process::go_on()?;
                let time = contender.run()?;
                if round > 0 {
                    times.push(time);
                }
            }
        }
        let runs = contenders.iter().zip(times);
        report.commands.extend(
            runs.map(|(contender, times)| Run { command: contender.name, millis: median(times) }),
        );
        Ok(())
    })
}

fn contenders(
    programs: &Programs,
    tools: &Tools,
    folder: &Path,
    keyloft: &Keyloft,
) -> Vec<Contender> {
    let contender = |name, program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).env("HOME", folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Contender { name, command }
    };
    let mut contenders = vec![contender(PLAIN, Path::new("true"), &[])];
    if let Some(program) = &programs.command {
        for (name, more) in [(OURS, None), (UNMASKED, Some("--no-mask"))] {
            let arguments: Vec<_> =
                ["run", "-s", "one"].into_iter().chain(more).chain(["--", "true"]).collect();
            let mut contender = contender(name, program, &arguments);
            contender
                .command
                .env("KEYLOFT_URL", format!("http://{}", keyloft.address()))
                .env("KEYLOFT_TOKEN", &keyloft.token)
                .env("KEYLOFT_ENVIRONMENT", "dev");
            contenders.push(contender);
        }
    }
    if let Some(program) = &tools.python_dotenv {
        contenders.push(contender("dotenv run -- true", program, &["run", "--", "true"]));
    }
    if let Some(program) = &tools.dotenvx {
        contenders.push(contender("dotenvx run -- true", program, &["run", "--", "true"]));
    }
    contenders
}

impl Contender {
    /// Milliseconds.
    fn run(&mut self) -> Result<f64, Error> {
        let began = Instant::now();
        let running = process::spawn(&mut self.command)?;
        let status = running.wait()?;
        let time = millis(began.elapsed());
        if status.success() {
            return Ok(time);
        }
        Err(Error::Bench { who: self.name, why: format!("it ended with {status}") })
    }
}

pub(crate) const PLAIN: &str = "true";
pub(crate) const OURS: &str = "keyloft run -s one -- true";
const UNMASKED: &str = "keyloft run -s one --no-mask -- true";
const ENV_FILE: &str = "DB0_DATABASE=orders\nDB0_HOST=db.internal.example.org\n\
    DB0_PASSWORD=correct-horse-battery-staple\nDB0_PORT=5432\nDB0_USER=orders-service\n";
