//! The program itself: in place of this process, or beside it.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitCode, ExitStatus};

use cli::export::Pairs;
use rustix::process::{ioctl_tiocsctty, setsid};

use super::environment::Environment;
use crate::failure::Failure;

/// A program with its arguments.
pub(super) struct Program {
    name: OsString,
    arguments: Vec<OsString>,
}

impl Program {
    pub(super) fn new(command: &[OsString]) -> Option<Self> {
        let (name, arguments) = command.split_first()?;
        Some(Self { name: name.clone(), arguments: arguments.to_vec() })
    }

    /// Becomes the program. It comes back only to say why not.
    pub(super) fn replace_this_process(
        &self,
        environment: &Environment,
        values: &Pairs,
    ) -> Failure {
        let mut command = self.command();
        environment.apply(&mut command, values);
        self.not_started(&command.exec())
    }

    /// The program, to be started beside this process.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.name);
        command.args(&self.arguments);
        command
    }

    /// The program, to be started with a terminal of its own; see [`in_terminal`].
    pub(super) fn command_in_terminal(&self) -> io::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(IN_TERMINAL).arg(&self.name).args(&self.arguments);
        Ok(command)
    }

    /// As shells number it: 127 for what is not there, 126 for what cannot be run.
    pub(super) fn not_started(&self, error: &io::Error) -> Failure {
        let name = self.name.display();
        match error.kind() {
            io::ErrorKind::NotFound => {
                let on =
                    if self.name.as_encoded_bytes().contains(&b'/') { "" } else { " on the PATH" };
                Failure::NoSuchProgram(format!("there is no program '{name}'{on}"))
            }
            io::ErrorKind::ArgumentListTooLong => Failure::CannotRun(format!(
                "'{name}' cannot be started: its arguments and environment together are larger than the system allows. Give \
                 it fewer keys with --only"
            )),
            _ => Failure::CannotRun(format!("'{name}' cannot be started: {error}")),
        }
    }
}

/// The second half of starting a program in a terminal of its own: this same binary begins a session, takes the terminal that
/// it finds as its standard streams, and becomes the program. The standard library can do that only between fork and exec, in
/// code that the compiler cannot check.
pub(crate) fn in_terminal() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != IN_TERMINAL {
        return None;
    }
    let command: Vec<_> = arguments.collect();
    let program = Program::new(&command)?;
    // Without a session of its own the program still runs; job control in it does not.
    let _same_session = setsid();
    let _no_terminal = if io::stdin().is_terminal() {
        ioctl_tiocsctty(io::stdin())
    } else if io::stdout().is_terminal() {
        ioctl_tiocsctty(io::stdout())
    } else {
        ioctl_tiocsctty(io::stderr())
    };
    let failure = program.not_started(&program.command().exec());
    failure.print();
    Some(failure.exit_code())
}

/// The code to end with: the program's own, or 128 and the signal that ended it.
pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// No command of this name is in the help.
const IN_TERMINAL: &str = "__in-terminal";
