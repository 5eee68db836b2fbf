//! Questions to whoever sits at the terminal.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};

use model::WireValue;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::interrupt;
use crate::print::note;

/// Whether there is someone to ask.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question whose answer is yes or no; no unless yes is typed. Without a terminal it is not asked.
pub(crate) fn confirm(question: impl Display) -> Result {
    if !io::stdin().is_terminal() {
        note(format_args!("{question} [y/N]:"));
        return Err(Failure::Aborted(
            "no interactive terminal detected. Rerun with --yes (-y) to skip confirmation."
                .to_owned(),
        ));
    }
    prompt(format_args!("{question} [y/N]: "));
    match read_line()?.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Aborted("nothing was changed.".to_owned())),
    }
}

/// Asks for a line of text.
pub(crate) fn text(question: impl Display) -> Result<String> {
    prompt(format_args!("{question}: "));
    Ok(read_line()?.trim().to_owned())
}

/// Asks for a line of text that nobody shall see.
pub(crate) fn hidden(question: impl Display) -> Result<WireValue> {
    prompt(format_args!("{question} (not shown): "));
    let line = {
        let _unseen = unseen();
        read_line()?
    };
    note("");
    Ok(WireValue::new(line.to_string()))
}

fn prompt(text: impl Display) {
    let mut out = io::stderr().lock();
    // An unseen question is answered by nobody, which the answer tells.
    let _unread = write!(out, "{text}").and_then(|()| out.flush());
}

fn read_line() -> Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::with_capacity(256));
    let read = io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) => Err(Failure::Aborted("standard input ended.".to_owned())),
        Ok(_) => {
            let length = line.trim_end_matches(['\r', '\n']).len();
            line.truncate(length);
            Ok(line)
        }
        Err(error) => Err(Failure::failed(format!("cannot read from standard input: {error}"))),
    }
}

/// While the guard lives, the terminal does not show what is typed.
fn unseen() -> Option<interrupt::Guard> {
    let before = tcgetattr(io::stdin()).ok()?;
    let mut modes = before.clone();
    modes.local_modes.remove(LocalModes::ECHO);
    let guard = interrupt::undo_later(move || {
        // A terminal that is gone shows nothing.
        let _gone = tcsetattr(io::stdin(), OptionalActions::Flush, &before);
    });
    // A terminal that cannot hide what is typed shows that.
    let _shown = tcsetattr(io::stdin(), OptionalActions::Flush, &modes);
    Some(guard)
}
