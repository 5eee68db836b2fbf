//! `cargo xtask serve --dev`: builds and starts the server anew whenever a file changes.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::{ServeArgs, start};
use crate::build::{Profile, build};
use crate::error::{Error, OnFile};
use crate::process::{self, Running};
use crate::step::print;
use crate::workspace::Workspace;

pub(super) fn serve(workspace: &Workspace, args: &ServeArgs) -> Result<ExitCode, Error> {
    let (_watcher, changes) = watch(&workspace.root)?;
    let mut server = Server::default();
    loop {
        match build(workspace, Profile::Dev) {
            Ok(built) => server.run(workspace, &built.server, args)?,
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => print(&format!("        {error}; waiting for a change\n")),
        }
        server.until_change(&changes)?;
    }
}

/// The server that runs now, if one does.
#[derive(Default)]
struct Server {
    running: Option<Running>,
    /// When its binary was built.
    built: Option<SystemTime>,
}

impl Server {
    /// Replaces the running server, unless it is this one.
    fn run(&mut self, workspace: &Workspace, path: &Path, args: &ServeArgs) -> Result<(), Error> {
        let built = fs::metadata(path).and_then(|data| data.modified()).on("look at", path)?;
        if self.running.is_some() && self.built == Some(built) {
            return Ok(());
        }
        if let Some(old) = self.running.take() {
            old.stop();
        }
        self.running = Some(start(workspace, path, args)?);
        self.built = Some(built);
        Ok(())
    }

    /// Waits until files changed and then rested for a moment.
    fn until_change(&mut self, changes: &Receiver<()>) -> Result<(), Error> {
        loop {
            match changes.recv_timeout(LOOK) {
                Ok(()) => break,
                Err(RecvTimeoutError::Timeout) => self.look()?,
                Err(RecvTimeoutError::Disconnected) => return Err(Error::Interrupted),
            }
        }
        while changes.recv_timeout(REST).is_ok() {
            process::go_on()?;
        }
        Ok(())
    }

    /// Notices a server that ended by itself, and waits for one that was told to.
    fn look(&mut self) -> Result<(), Error> {
        if process::interrupted() {
            if let Some(running) = self.running.take() {
                running.wait_until_it_stops()?;
            }
            return Err(Error::Interrupted);
        }
        let Some(running) = &mut self.running else { return Ok(()) };
        if let Ok(Some(status)) = running.try_wait() {
            self.running = None;
            print(&format!("        the server ended ({status}); waiting for a change\n"));
        }
        Ok(())
    }
}

/// Watches everything that goes into the server.
fn watch(root: &Path) -> Result<(RecommendedWatcher, Receiver<()>), Error> {
    let (send, changes) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if event.is_ok_and(|event| counts(&event)) {
            // Nobody listens any more when xtask is about to end.
            let _ending = send.send(());
        }
    })?;
    for folder in WATCHED {
        watcher.watch(&root.join(folder), RecursiveMode::Recursive)?;
    }
    Ok((watcher, changes))
}

/// Reading a file is an event too, and editors write files of their own beside the real ones.
fn counts(event: &Event) -> bool {
    let changed = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any
    );
    changed && event.paths.iter().any(|path| !is_editors_own(path))
}

fn is_editors_own(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp") || name == "4913"
}

const LOOK: Duration = Duration::from_millis(200);
const REST: Duration = Duration::from_millis(150);
const WATCHED: [&str; 6] = ["app", "crates", "frontend", "public", "server", "style"];

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use notify::event::{AccessKind, CreateKind};

    use super::*;

    #[test]
    fn only_changes_of_our_files_count() {
        let event = |kind, path: &str| Event::new(kind).add_path(PathBuf::from(path));
        let create = EventKind::Create(CreateKind::File);
        assert!(counts(&event(create, "/w/app/src/lib.rs")));
        assert!(!counts(&event(create, "/w/app/src/.lib.rs.swp")));
        assert!(!counts(&event(create, "/w/app/src/lib.rs~")));
        assert!(!counts(&event(EventKind::Access(AccessKind::Any), "/w/app/src/lib.rs")));
    }
}
