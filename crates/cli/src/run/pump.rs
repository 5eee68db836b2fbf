//! Takes a program's output to where it goes, values masked on the way.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use cli::export::Pairs;
use cli::mask::Masker;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::supervise::Event;

/// Reads `from` to its end in a thread of its own, then says so.
///
/// `moved` counts what has been read, so that a program that ended can be told from one whose children still write.
pub(super) fn pump(
    from: File,
    to: impl Write + Send + 'static,
    values: &Pairs,
    moved: Arc<AtomicU64>,
    done: Sender<Event>,
) {
    let masker = Masker::new(values);
    thread::spawn(move || {
        // Nobody may be reading any more: the program notices when it writes, for `from` is closed.
        let _closed = run(from, to, masker, &moved);
        // Without a listener the process is ending.
        let _ending = done.send(Event::OutputEnded);
    });
}

fn run(
    mut from: File,
    mut to: impl Write,
    mut masker: Masker,
    moved: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        // A prompt that looks like the beginning of a value is shown when nothing follows it.
        if masker.pending() > 0 && !has_more(&from)? {
            masker.release(&mut to)?;
            to.flush()?;
        }
        let count = match from.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // What Linux says of a terminal whose other side is closed.
            Err(error) if error.raw_os_error() == Some(EIO) => 0,
            Err(error) => return Err(error),
        };
        if count == 0 {
            masker.finish(&mut to)?;
            return to.flush();
        }
        moved.fetch_add(count as u64, Ordering::Relaxed);
        masker.write(&buffer[..count], &mut to)?;
        to.flush()?;
    }
}

/// Whether something can be read within 100 ms.
fn has_more(from: &File) -> io::Result<bool> {
    let wait = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    loop {
        match poll(&mut [PollFd::new(from, PollFlags::IN)], Some(&wait)) {
            Ok(ready) => return Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

const EIO: i32 = 5;
