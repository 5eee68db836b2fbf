//! A terminal between the program and the person's own: what is written there can be masked, and the program still sees a
//! terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr, tcsetwinsize};

/// Our side of a terminal, and the program's.
pub(super) struct Pty {
    pub(super) ours: File,
    pub(super) program: File,
}

impl Pty {
    /// A terminal with the modes and the size of this one.
    pub(super) fn like(terminal: impl AsFd) -> io::Result<Self> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let name = ptsname(&ours, Vec::new())?;
        let name = name.to_str().map_err(io::Error::other)?;
        let program = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(name)?;
        tcsetattr(&program, OptionalActions::Now, &tcgetattr(&terminal)?)?;
        let ours = File::from(ours);
        copy_size(terminal.as_fd(), &ours);
        Ok(Self { ours, program })
    }
}

/// Gives the program's terminal the size of this one, and the kernel tells the program.
pub(super) fn copy_size(from: BorrowedFd<'_>, to: &File) {
    if let Ok(size) = tcgetwinsize(from) {
        // A terminal of the wrong size is better than none.
        let _wrong = tcsetwinsize(to, size);
    }
}

/// What a person types goes to the program's terminal, untouched, for as long as this lives.
pub(super) struct Keyboard {
    before: Option<Termios>,
    to: Arc<Mutex<Option<File>>>,
}

impl Keyboard {
    pub(super) fn new() -> Self {
        Self { before: None, to: Arc::default() }
    }

    /// From now on to this terminal.
    pub(super) fn connect(&mut self, terminal: &File) -> io::Result<()> {
        if !io::stdin().is_terminal() {
            return Ok(());
        }
        *self.to.lock().unwrap_or_else(PoisonError::into_inner) = Some(terminal.try_clone()?);
        if self.before.is_none() {
            let before = tcgetattr(io::stdin())?;
            let mut raw = before.clone();
            raw.make_raw();
            tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
            self.before = Some(before);
            let to = Arc::clone(&self.to);
            thread::spawn(move || forward(&to));
        }
        Ok(())
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _gone = tcsetattr(io::stdin(), OptionalActions::Drain, before);
        }
    }
}

fn forward(to: &Mutex<Option<File>>) {
    let mut buffer = [0; 4096];
    loop {
        let count = match io::stdin().lock().read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let terminal = to.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut terminal) = terminal.as_ref() {
            // Between two programs nobody reads.
            let _unread = terminal.write_all(&buffer[..count]);
        }
    }
}
