//! What the operating system may do with this process and its memory.

use rustix::fs::Mode;
use rustix::io;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit, umask,
};
use rustix::thread::set_no_new_privs;

/// Keeps files private and memory out of core dumps and debuggers, and takes as many file
/// descriptors as there are. What fails is logged; the server starts without it.
///
/// Call it before the first thread starts, for a thread inherits `no_new_privs` when it is made, and
/// before the first file is.
pub(crate) fn harden() {
    keep_new_files_private();
    warn_unless("core dumps are off", forbid_core_dumps());
    warn_unless("debuggers are kept out", set_dumpable_behavior(DumpableBehavior::NotDumpable));
    warn_unless("no program we start gains privileges", set_no_new_privs(true));
    warn_unless("there are file descriptors for many connections", raise_open_files());
}

/// `umask(2)` 077: nobody else reads the database, its log or a backup.
fn keep_new_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// The limit keeps `core(5)` from writing a file; that dumps go to a pipe instead is prevented by
/// `PR_SET_DUMPABLE`.
fn forbid_core_dumps() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
}

/// The usual soft limit of 1024 would run out long before the limit on connections.
fn raise_open_files() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })
}

fn warn_unless(wish: &'static str, result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "could not make sure that {wish}");
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::dumpable_behavior;
    use rustix::thread::no_new_privs;

    use super::*;

    /// The whole test process is hardened by this, which no other test minds.
    #[test]
    fn a_hardened_process_leaves_nothing_to_others() {
        harden();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        assert_eq!(no_new_privs(), Ok(true));
        let files = getrlimit(Resource::Nofile);
        assert_eq!(files.current, files.maximum);
        assert_eq!(umask(Mode::RWXG | Mode::RWXO), Mode::RWXG | Mode::RWXO);
    }
}
