//! What the server says to whoever started it, on standard output. The log never gets the setup code.

use std::fmt;
use std::io::{self, Write};

use store::{Location, RootKeySource};

use crate::admin::demo;
use crate::config::Instance;
use crate::security::PublicUrl;

pub(super) struct Welcome<'a> {
    pub(super) instance: &'a Instance,
    pub(super) public_url: &'a PublicUrl,
    /// Until the server is set up.
    pub(super) setup_code: Option<String>,
    /// Whether the root key was made just now.
    pub(super) is_new: bool,
    pub(super) is_demo: bool,
}

impl Welcome<'_> {
    pub(super) fn print(&self) {
        // Nobody may be listening, which is no reason not to serve.
        let _ = write!(io::stdout().lock(), "{self}");
    }
}

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { public_url, instance, .. } = self;
        let version = env!("CARGO_PKG_VERSION");
        writeln!(f, "Keyloft {version} is running at {public_url}")?;
        if let Some(code) = &self.setup_code {
            writeln!(f, "Set it up at {public_url}/setup with this code: {code}")?;
        }
        if self.is_demo {
            let (email, password) = (demo::EMAIL, demo::PASSWORD);
            writeln!(f, "This is a demo with made-up secrets; put no real ones into it.")?;
            writeln!(f, "Sign in as {email} with the password {password}")?;
        }
        match &instance.location {
            Location::Sqlite { file, .. } => writeln!(f, "Data: {}", file.display())?,
            Location::Postgres { .. } => writeln!(f, "Data: the PostgreSQL database")?,
        }
        match &instance.root_key {
            RootKeySource::File(file) => writeln!(f, "Root key: {}", file.display())?,
            RootKeySource::Text(_) => writeln!(f, "Root key: KEYLOFT_ROOT_KEY")?,
        }
        if self.is_new && !self.is_demo {
            writeln!(
                f,
                "The root key is new. Back it up now, apart from the data: without it nobody can \
                 read them, with it and the data anybody can."
            )?;
        }
        Ok(())
    }
}
