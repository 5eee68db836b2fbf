//! Long steps, each on a line of its own: what is being done, and for how long. On a terminal the
//! line is alive; elsewhere there is one line at the start and one at the end.

use std::cell::RefCell;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use crate::error::{Error, OnFile};
use crate::process;

/// Does `work` under a name. When it fails, what its commands printed is shown.
pub(crate) fn step<T>(
    name: &str,
    work: impl FnOnce(&Step) -> Result<T, Error>,
) -> Result<T, Error> {
    process::go_on()?;
    let step = Step::new()?;
    let started = Instant::now();
    let ticker = Ticker::start(name, started, step.output.path());
    let result = work(&step);
    drop(ticker);

    let time = seconds(started.elapsed());
    let notes = step.notes.take();
    match &result {
        Ok(_) => line(&format!("  ok    {name}  {time}"), &notes),
        Err(Error::Interrupted) => line(&format!("  stop  {name}  {time}"), &notes),
        Err(error) => {
            line(&format!("  FAIL  {name}  {time}  {error}"), &notes);
            print(&telling_lines(&step.text()?));
        }
    }
    result
}

/// A step under way: runs commands and keeps what they print.
pub(crate) struct Step {
    output: NamedTempFile,
    notes: RefCell<Vec<String>>,
}

impl Step {
    fn new() -> Result<Self, Error> {
        let output = NamedTempFile::new().on("create", "a temporary file")?;
        Ok(Self { output, notes: RefCell::default() })
    }

    /// Runs a command to its end; a status other than success is an error.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), Error> {
        let out = self.file()?;
        command.stdin(Stdio::null()).stdout(self.file()?).stderr(out);
        let status = process::spawn(command)?.wait()?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Command { command: process::describe(command), status })
    }

    /// Runs a command and returns what it wrote to its standard output.
    pub(crate) fn read(&self, command: &mut Command) -> Result<String, Error> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(self.file()?);
        let mut running = process::spawn(command)?;
        let mut text = String::new();
        if let Some(out) = &mut running.stdout {
            io::Read::read_to_string(out, &mut text).on("read", process::describe(command))?;
        }
        let status = running.wait()?;
        if status.success() {
            return Ok(text);
        }
        Err(Error::Command { command: process::describe(command), status })
    }

    /// Everything that the step's commands have printed so far.
    pub(crate) fn text(&self) -> Result<String, Error> {
        let bytes = fs::read(self.output.path()).on("read", self.output.path())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A line to print under the step's own once it has ended.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.notes.borrow_mut().push(text.into());
    }

    /// The output file, in a form that a child can append to.
    fn file(&self) -> Result<Stdio, Error> {
        let path = self.output.path();
        fs::OpenOptions::new().append(true).open(path).map(Stdio::from).on("open", path)
    }
}

/// `1.2 s`, `3 min 07 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{} min {:02} s", whole / 60, whole % 60)
}

fn line(text: &str, notes: &[String]) {
    print(&format!("{text}\n"));
    for note in notes {
        print(&format!("        {note}\n"));
    }
}

/// Like `print!`, but nobody listening any more is no reason to panic: the clean-up still has to be
/// done.
pub(crate) fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Output without the lines that only say that something went well.
fn telling_lines(output: &str) -> String {
    let mut text = String::new();
    for line in output.lines().filter(|line| !goes_well(line)) {
        text.push_str("        ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn goes_well(line: &str) -> bool {
    const PROGRESS: [&str; 11] = [
        "Blocking",
        "Checking",
        "Compiling",
        "Doc-tests",
        "Downloaded",
        "Downloading",
        "Finished",
        "Fresh",
        "Running",
        "Updating",
        "running",
    ];
    let line = line.trim();
    line.is_empty()
        || line.starts_with("test result: ok.")
        || (line.starts_with("test ") && line.ends_with(" ... ok"))
        || line.split(' ').next().is_some_and(|word| PROGRESS.contains(&word))
}

/// Keeps a step's line alive on a terminal.
struct Ticker {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(name: &str, started: Instant, output: &Path) -> Self {
        let (stop, stopped) = mpsc::channel();
        if !io::stdout().is_terminal() {
            print(&format!("  ...   {name}\n"));
            return Self { stop, thread: None };
        }
        let (name, output) = (name.to_owned(), output.to_owned());
        let thread = thread::spawn(move || {
            loop {
                let line = format!("  ...   {name}  {}", seconds(started.elapsed()));
                print(&format!("\r\x1b[K{}", shown(&line, &last_line(&output))));
                if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    break print("\r\x1b[K");
                }
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        let _ended = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// What fits on one line of a terminal.
fn shown(line: &str, doing: &str) -> String {
    format!("{line}  {doing}").chars().filter(|char| !char.is_control()).take(WIDTH).collect()
}

/// The last line of a file that is being written, from its last few hundred bytes.
fn last_line(path: &Path) -> String {
    use std::io::{Read, Seek, SeekFrom};

    let mut tail = Vec::new();
    let read = fs::File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(400)))?;
        file.read_to_end(&mut tail)
    });
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&tail);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

const TICK: Duration = Duration::from_millis(200);
const WIDTH: usize = 79;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_clock_from_one_minute_on() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3 min 07 s");
    }

    #[test]
    fn failure_output_leaves_out_what_went_well() {
        let output = "   Compiling app v0.1.0\ntest a ... ok\ntest b ... FAILED\nerror: no\n";
        assert_eq!(telling_lines(output), "        test b ... FAILED\n        error: no\n");
    }

    #[test]
    fn a_failed_command_leaves_its_output_in_the_step() {
        let step = Step::new().unwrap();
        let error = step.run(Command::new("sh").args(["-c", "echo why; exit 3"])).unwrap_err();
        assert!(matches!(error, Error::Command { status, .. } if status.code() == Some(3)));
        assert_eq!(step.text().unwrap(), "why\n");
    }

    #[test]
    fn only_standard_output_is_read() {
        let step = Step::new().unwrap();
        let text = step.read(Command::new("sh").args(["-c", "echo out; echo err >&2"])).unwrap();
        assert_eq!(text, "out\n");
        assert_eq!(step.text().unwrap(), "err\n");
    }
}
