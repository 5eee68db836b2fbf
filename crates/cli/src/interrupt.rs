//! Leaves nothing behind when a signal ends the command.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

/// Something to be undone, at the end of the guard's life or of the process, whichever comes first.
pub(crate) struct Guard(u64);

type Undo = Box<dyn FnOnce() + Send>;

/// `undo` is run once, also when Ctrl-C, a hang-up or a SIGTERM ends the command.
pub(crate) fn undo_later(undo: impl FnOnce() + Send + 'static) -> Guard {
    LISTEN.call_once(listen);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    pending().push((number, Box::new(undo)));
    Guard(number)
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut pending = pending();
        let place = pending.iter().position(|(number, _)| *number == self.0);
        let undo = place.map(|place| pending.remove(place).1);
        drop(pending);
        if let Some(undo) = undo {
            undo();
        }
    }
}

/// While an editor has the terminal, Ctrl-C is the editor's.
pub(crate) fn leave_ctrl_c_to_the_child(leave: bool) {
    CHILD_HAS_CTRL_C.store(leave, Ordering::SeqCst);
}

fn listen() {
    // Without handlers the signals do what they always do.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) else { return };
    thread::spawn(move || {
        for signal in &mut signals {
            if matches!(signal, SIGINT | SIGQUIT) && CHILD_HAS_CTRL_C.load(Ordering::SeqCst) {
                continue;
            }
            for (_, undo) in std::mem::take(&mut *pending()) {
                undo();
            }
            process::exit(128 + signal);
        }
    });
}

fn pending() -> std::sync::MutexGuard<'static, Vec<(u64, Undo)>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

static PENDING: Mutex<Vec<(u64, Undo)>> = Mutex::new(Vec::new());
static NEXT: AtomicU64 = AtomicU64::new(0);
static LISTEN: Once = Once::new();
static CHILD_HAS_CTRL_C: AtomicBool = AtomicBool::new(false);
