//! Child processes. Each gets a process group of its own, so that a signal sent to xtask, by a
//! terminal or by a supervisor, reaches it and its own children exactly once.

use std::ops::{Deref, DerefMut};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::Error;

/// From here on Ctrl-C, SIGTERM and SIGHUP go to the running children; xtask itself ends when they
/// have, by way of [`Error::Interrupted`], so that everything it holds is cleaned up.
pub(crate) fn pass_signals_on() -> Result<(), Error> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).map_err(Error::Signals)?;
    thread::spawn(move || {
        for number in &mut signals {
            INTERRUPTED.store(true, Ordering::SeqCst);
            // Not every server stops at a SIGHUP, which is what a closed terminal sends.
            let signal = if number == SIGINT { Signal::INT } else { Signal::TERM };
            for group in groups().iter() {
                // A child that has just ended needs no signal.
                let _ended = kill_process_group(*group, signal);
            }
        }
    });
    Ok(())
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Ends what is under way between two commands, when it has been interrupted.
pub(crate) fn go_on() -> Result<(), Error> {
    if interrupted() { Err(Error::Interrupted) } else { Ok(()) }
}

/// Starts a command whose process group gets the signals that xtask gets.
pub(crate) fn spawn(command: &mut Command) -> Result<Running, Error> {
    let mut groups = groups();
    go_on()?;
    let child = command
        .process_group(0)
        .spawn()
        .map_err(|source| Error::Start { command: describe(command), source })?;
    let running = Running { group: group_of(&child), child };
    groups.push(running.group);
    Ok(running)
}

/// How a command is shown to a person: program and arguments, without folders of the machine.
pub(crate) fn describe(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command.get_args().fold(name, |text, argument| text + " " + &argument.to_string_lossy())
}

/// A child that gets xtask's signals.
pub(crate) struct Running {
    child: Child,
    group: Pid,
}

impl Running {
    /// Waits for the end, and says so when a signal was the reason for it.
    pub(crate) fn wait(self) -> Result<ExitStatus, Error> {
        let status = self.wait_until_it_stops()?;
        go_on()?;
        Ok(status)
    }

    /// Waits for the end of a child that ends well when a signal asks it to.
    pub(crate) fn wait_until_it_stops(mut self) -> Result<ExitStatus, Error> {
        self.child.wait().map_err(Error::Wait)
    }

    /// Asks for a clean stop (SIGTERM) and waits for it.
    pub(crate) fn stop(mut self) {
        let _ended = kill_process_group(self.group, Signal::TERM);
        let _status = self.child.wait();
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.child
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Running {
    /// A child whose owner gave up on it ends with it.
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ended = kill_process_group(self.group, Signal::TERM);
            let _status = self.child.wait();
        }
        groups().retain(|group| *group != self.group);
    }
}

/// The process group that a child leads.
pub(crate) fn group_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    // The list is whole after every push and retain, also when a holder panicked.
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_described_without_the_folder_of_its_program() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["build", "--locked"]);
        assert_eq!(describe(&command), "cargo build --locked");
    }

    #[test]
    fn a_dropped_child_ends() {
        let running = spawn(Command::new("sleep").arg("600")).unwrap();
        let group = running.group;
        drop(running);
        assert!(kill_process_group(group, Signal::TERM).is_err(), "the group has no member left");
        assert!(!groups().contains(&group));
    }
}
