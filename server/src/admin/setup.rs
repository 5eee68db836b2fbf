use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use store::{Clock, NewWorkspace, Store};

use super::password;
use crate::config::{Instance, SetupOptions};
use crate::failure::Failure;

/// `setup`: the first person and the first workspace.
pub(crate) async fn set_up(instance: &Instance, options: SetupOptions) -> Result<(), Failure> {
    let SetupOptions { email, name, password_file, token_out, workspace } = options;
    // Before anything is made: a server that is set up but has no token cannot be set up again.
    let token_out = token_out.map(TokenFile::create).transpose()?;
    let password = password::read(password_file.as_deref()).map_err(Failure::Password)?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    instance.make_folders()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    let new = NewWorkspace { name, email: email.clone(), password, workspace };
    let made = set_up_with_token(&store, new, token_out.as_ref()).await;
    store.close().await;
    if let (Err(_), Some(file)) = (&made, &token_out) {
        file.remove();
    }
    made?;
    println!("Set up. {email} can sign in now.");
    Ok(())
}

async fn set_up_with_token(
    store: &Store,
    new: NewWorkspace,
    token_out: Option<&TokenFile>,
) -> Result<(), Failure> {
    let owner = store.setup_as_operator(new).await?;
    if let Some(file) = token_out {
        let token = store.make_first_token(owner).await?;
        file.write(token.text().dangerously_expose())?;
        println!("The first token is in {}; it ends in a year.", file.path.display());
    }
    Ok(())
}

/// Where the first token goes: a file for its owner's eyes only.
struct TokenFile {
    path: PathBuf,
    file: File,
}

impl TokenFile {
    fn create(path: PathBuf) -> Result<Self, Failure> {
        match File::options().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(Failure::TokenFile { path, source }),
        }
    }

    fn write(&self, token: &str) -> Result<(), Failure> {
        (|| {
            writeln!(&self.file, "{token}")?;
            self.file.sync_all()
        })()
        .map_err(|source| Failure::TokenFile { path: self.path.clone(), source })
    }

    /// A file without a token would only mislead. If it cannot go, the error that is told next says more.
    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }
}
