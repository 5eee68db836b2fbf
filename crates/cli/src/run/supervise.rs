//! A program beside this process: its output masked, its signals passed on, started anew when a secret changes.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use model::{KeyName, WireValue};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};

use super::Masks;
use super::child::{Program, exit_code};
use super::environment::Environment;
use super::pty::{Keyboard, Pty, copy_size};
use super::pump::pump;
use super::selection::same;
use super::watch::Watch;
use crate::failure::{Failure, Result};
use crate::print::note;

/// What to do.
pub(super) struct Plan {
    pub(super) program: Program,
    pub(super) environment: Environment,
    pub(super) masks: Masks,
    pub(super) grace: Duration,
    pub(super) signal: Option<Signal>,
    pub(super) watch: Option<Watch>,
}

/// What happens meanwhile.
pub(super) enum Event {
    /// The secrets have these values now.
    Changed(Vec<(KeyName, WireValue)>),
    /// A stream of the program has ended.
    OutputEnded,
    /// A signal came.
    Signal(Origin),
}

pub(super) fn supervise(mut plan: Plan, values: Vec<(KeyName, WireValue)>) -> Result<ExitCode> {
    let (sender, events) = channel();
    // Before the program starts, so that none of its signals is missed.
    listen(sender.clone())
        .map_err(|error| Failure::failed(format!("cannot take signals: {error}")))?;
    let watch = plan.watch.take();
    let mut supervisor = Supervisor {
        masked: values.clone(),
        values,
        keyboard: Keyboard::new(),
        terminal: None,
        sender: sender.clone(),
        moved: Arc::default(),
        open: 0,
        plan,
    };
    let child = supervisor.start()?;
    if let Some(watch) = watch {
        watch.start(sender);
    }
    let status = supervisor.attend(child, &events)?;
    supervisor.drain(&events);
    Ok(exit_code(status))
}

struct Supervisor {
    plan: Plan,
    values: Vec<(KeyName, WireValue)>,
    /// These and all before them: a program may still speak of what it was started with.
    masked: Vec<(KeyName, WireValue)>,
    keyboard: Keyboard,
    /// Our side of the program's own terminal.
    terminal: Option<File>,
    sender: Sender<Event>,
    moved: Arc<AtomicU64>,
    /// How many streams are being read.
    open: usize,
}

impl Supervisor {
    /// Until the program ends by itself.
    fn attend(&mut self, mut child: Child, events: &Receiver<Event>) -> Result<ExitStatus> {
        let mut kill_at: Option<Instant> = None;
        loop {
            let event = match kill_at {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(Event::Signal(origin)) if origin.signal == SIGCHLD => {
                    let ended =
                        child.try_wait().map_err(|error| Failure::failed(error.to_string()))?;
                    match ended {
                        Some(_) if kill_at.take().is_some() => child = self.start()?,
                        Some(status) => return Ok(status),
                        None => {}
                    }
                }
                Ok(Event::Signal(origin)) => self.pass_on(&origin, &child),
                Ok(Event::OutputEnded) => self.open -= 1,
                Ok(Event::Changed(values)) => {
                    if !same(&values, &self.values) {
                        kill_at = self.changed(values, &child).or(kill_at);
                    }
                }
                Err(_) => {
                    // The time to stop is over.
                    send(&child, Signal::KILL);
                    kill_at = Some(Instant::now() + FOREVER);
                }
            }
        }
    }

    /// Takes over other values; by when the program must have stopped, if it shall be started anew.
    fn changed(&mut self, values: Vec<(KeyName, WireValue)>, child: &Child) -> Option<Instant> {
        if let Some(signal) = self.plan.signal {
            self.values = values;
            note("keyloft: a secret changed; the program gets a signal");
            send(child, signal);
            return None;
        }
        if let Err(failure) = self.plan.environment.check(&values) {
            note(format_args!(
                "keyloft: a secret changed, and the program goes on with what it has: {failure}"
            ));
            return None;
        }
        note("keyloft: a secret changed; the program starts anew");
        let new = values.iter().filter(|pair| !self.masked.contains(pair)).cloned();
        self.masked.extend(new.collect::<Vec<_>>());
        self.values = values;
        send(child, Signal::TERM);
        Some(Instant::now() + self.plan.grace)
    }

    fn start(&mut self) -> Result<Child> {
        let Plan { program, environment, masks, .. } = &self.plan;
        let masks = *masks;
        let terminals =
            Terminals { out: io::stdout().is_terminal(), err: io::stderr().is_terminal() };
        let uses_pty = masks.out && terminals.out || masks.err && terminals.err;
        let command = if uses_pty { program.command_in_terminal() } else { Ok(program.command()) };
        let mut command = command.map_err(|error| program.not_started(&error))?;
        environment.apply(&mut command, &self.values);
        let pty = if uses_pty { Some(self.attach(&mut command, &terminals)?) } else { None };
        if masks.out && !terminals.out {
            command.stdout(Stdio::piped());
        }
        if masks.err && !terminals.err {
            command.stderr(Stdio::piped());
        }

        let mut child = command.spawn().map_err(|error| self.plan.program.not_started(&error))?;
        // The command holds the program's side of the terminal, which must be closed here to see its end.
        drop(command);
        if let Some(ours) = pty {
            if terminals.out {
                self.read(ours, io::stdout());
            } else {
                self.read(ours, io::stderr());
            }
        }
        if let Some(out) = child.stdout.take() {
            self.read(File::from(OwnedFd::from(out)), io::stdout());
        }
        if let Some(err) = child.stderr.take() {
            self.read(File::from(OwnedFd::from(err)), io::stderr());
        }
        Ok(child)
    }

    /// Gives the program a terminal of its own wherever it would have had the person's.
    fn attach(&mut self, command: &mut Command, terminals: &Terminals) -> Result<File> {
        let cannot = |error: io::Error| Failure::failed(format!("cannot make a terminal: {error}"));
        let pty = if terminals.out { Pty::like(io::stdout()) } else { Pty::like(io::stderr()) };
        let Pty { ours, program } = pty.map_err(cannot)?;
        let side = || program.try_clone().map(Stdio::from).map_err(cannot);
        if io::stdin().is_terminal() {
            command.stdin(side()?);
        }
        if terminals.out {
            command.stdout(side()?);
        }
        if terminals.err {
            command.stderr(side()?);
        }
        self.keyboard.connect(&ours).map_err(cannot)?;
        self.terminal = Some(ours.try_clone().map_err(cannot)?);
        Ok(ours)
    }

    fn read(&mut self, from: File, to: impl io::Write + Send + 'static) {
        self.open += 1;
        pump(from, to, &self.masked, Arc::clone(&self.moved), self.sender.clone());
    }

    /// The terminal's own signals reach the program without us, unless it has another terminal.
    fn pass_on(&self, origin: &Origin, child: &Child) {
        if origin.signal == SIGWINCH {
            if let Some(terminal) = &self.terminal {
                let stdout = io::stdout();
                let stderr = io::stderr();
                copy_size(
                    if stdout.is_terminal() { stdout.as_fd() } else { stderr.as_fd() },
                    terminal,
                );
            }
            return;
        }
        let by_terminal = matches!(origin.cause, Cause::Kernel);
        if by_terminal && self.terminal.is_none() {
            return;
        }
        if let Some(signal) = Signal::from_named_raw(origin.signal) {
            send(child, signal);
        }
    }

    /// What the program wrote before it ended is still to be shown. Programs that it left behind may write for ever, and are
    /// waited for as long as they do not pause.
    fn drain(&mut self, events: &Receiver<Event>) {
        let mut before = self.moved.load(Ordering::Relaxed);
        while self.open > 0 {
            match events.recv_timeout(SILENCE) {
                Ok(Event::OutputEnded) => self.open -= 1,
                Ok(_) => {}
                Err(_) => {
                    let now = self.moved.load(Ordering::Relaxed);
                    if now == before {
                        return;
                    }
                    before = now;
                }
            }
        }
    }
}

/// Which of our streams are terminals.
struct Terminals {
    out: bool,
    err: bool,
}

fn listen(sender: Sender<Event>) -> io::Result<()> {
    let mut signals = SignalsInfo::<WithOrigin>::new([
        SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH,
    ])?;
    thread::spawn(move || {
        for origin in &mut signals {
            if sender.send(Event::Signal(origin)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn send(child: &Child, signal: Signal) {
    // It may have ended, and is waited for already.
    let _ended = kill_process(Pid::from_child(child), signal);
}

/// After its end a program is not waited for longer than this when nothing more comes.
const SILENCE: Duration = Duration::from_secs(1);
/// After SIGKILL nothing else helps.
const FOREVER: Duration = Duration::from_hours(24);
