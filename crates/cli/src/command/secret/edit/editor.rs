//! A file for an editor, for as long as it is edited.

use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use zeroize::Zeroizing;

use crate::context::variable;
use crate::failure::{Failure, Result};
use crate::{folders, interrupt};

/// A file in a folder of its own, both for their owner alone. They are gone when this is, or when a signal ends the command.
pub(in crate::command) struct Draft {
    path: PathBuf,
    _gone_later: interrupt::Guard,
}

impl Draft {
    pub(in crate::command) fn new(name: &str, text: &str) -> Result<Self> {
        // Editors write copies beside the file, so that the folder is in memory too, and goes as a whole.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("keyloft-{}", folders::random_name()));
        let cannot =
            |error| Failure::failed(format!("cannot make a file in {}: {error}", parent.display()));
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(cannot)?;
        let gone = folder.clone();
        let guard = interrupt::undo_later(move || {
            // Left behind it is in memory, and its owner's.
            let _left = fs::remove_dir_all(&gone);
        });
        let path = folder.join(name);
        folders::create_private(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(cannot)?;
        Ok(Self { path, _gone_later: guard })
    }

    /// Has it edited, and waits.
    pub(in crate::command) fn edit(&self) -> Result {
        let editor =
            variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or_else(|| "vi".to_owned());
        interrupt::leave_ctrl_c_to_the_child(true);
        // By a shell, as git does it, for editors with options: EDITOR="code --wait".
        let status = Command::new("sh")
            .args(["-c", &format!("{editor} \"$@\""), &editor])
            .arg(&self.path)
            .env_remove("KEYLOFT_TOKEN")
            .env_remove("KEYLOFT_TOKEN_FILE")
            .status();
        interrupt::leave_ctrl_c_to_the_child(false);
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Failed(format!(
                "the editor '{editor}' ended with {status}. Nothing was changed; EDITOR names another one"
            ))),
            Err(error) => {
                Err(Failure::Failed(format!("cannot start the editor '{editor}': {error}")))
            }
        }
    }

    pub(in crate::command) fn contents(&self) -> Result<Zeroizing<Vec<u8>>> {
        fs::read(&self.path).map(Zeroizing::new).map_err(|error| {
            Failure::Failed(format!("the edited file cannot be read: {error}. Nothing was changed"))
        })
    }
}
