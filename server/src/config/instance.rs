//! Where the data and the root key are.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;
use store::{Location, RootKeySource};

use super::ConfigError;

#[derive(Args)]
#[command(next_help_heading = "Data")]
pub(crate) struct InstanceOptions {
    /// The folder of the database and the root key, as far as other options do not say otherwise
    #[arg(long, global = true, env = "KEYLOFT_DATA", value_name = "DIR", default_value = "./data")]
    data: PathBuf,
    /// The database: `sqlite:FILE` or `postgres://USER@HOST/DATABASE` [default: sqlite:DIR/keyloft.db]
    #[arg(
        long,
        global = true,
        env = "KEYLOFT_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: Option<String>,
    /// A file with the database's URL, which holds a password
    #[arg(long, global = true, env = "KEYLOFT_DATABASE_FILE", value_name = "FILE")]
    #[arg(conflicts_with = "database")]
    database_file: Option<PathBuf>,
    /// The file of the root key [default: DIR/root.key]; the variable `KEYLOFT_ROOT_KEY` may hold the
    /// key itself
    #[arg(long, global = true, env = "KEYLOFT_ROOT_KEY_FILE", value_name = "FILE")]
    root_key_file: Option<PathBuf>,
}

/// One installation: a database and the root key that opens it.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) location: Location,
    pub(crate) root_key: RootKeySource,
    /// Where what has no other place goes.
    data: PathBuf,
}

impl InstanceOptions {
    /// Reads the options, and files that they name. `root_key` is the key itself, if a variable holds it.
    pub(crate) fn resolve(self, root_key: Option<String>) -> Result<Instance, ConfigError> {
        let location = match (self.database, self.database_file) {
            (Some(url), _) => parse_location(&url)?,
            (None, Some(file)) => parse_location(read(&file)?.trim())?,
            (None, None) => sqlite_in(&self.data),
        };
        let root_key = match (root_key, self.root_key_file) {
            (Some(_), Some(_)) => return Err(ConfigError::TwoRootKeys),
            (Some(key), None) => RootKeySource::Text(key.into()),
            (None, Some(file)) => RootKeySource::File(file),
            (None, None) => RootKeySource::File(self.data.join(ROOT_KEY)),
        };
        Ok(Instance { location, root_key, data: self.data })
    }

    /// The demo's own instance, in a folder beside the real one.
    pub(crate) fn resolve_demo(self, root_key: Option<&str>) -> Result<Instance, ConfigError> {
        let is_named = self.database.is_some() || self.database_file.is_some();
        if is_named || self.root_key_file.is_some() || root_key.is_some() {
            return Err(ConfigError::DemoApart);
        }
        let data = self.data.join("demo");
        let root_key = RootKeySource::File(data.join(ROOT_KEY));
        Ok(Instance { location: sqlite_in(&data), root_key, data })
    }
}

impl Instance {
    /// Makes the folders that are not there, for their owner alone.
    pub(crate) fn make_folders(&self) -> Result<(), ConfigError> {
        make_private(&self.data)?;
        match &self.location {
            Location::Sqlite { file, .. } => file.parent().map_or(Ok(()), make_private),
            Location::Postgres { .. } => Ok(()),
        }
    }

    /// An error unless there is a database to look at. Whether a PostgreSQL has tables, opening it says.
    pub(crate) fn must_exist(&self) -> Result<(), ConfigError> {
        match &self.location {
            Location::Sqlite { file, .. } if !file.exists() => {
                Err(ConfigError::NoDatabase(file.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Whether the root key is yet to be made.
    pub(crate) fn lacks_root_key(&self) -> bool {
        matches!(&self.root_key, RootKeySource::File(file) if !file.exists())
    }

    /// Limits how far an SQLite file may grow.
    pub(super) fn limit_pages(&mut self, pages: u32) -> Result<(), ConfigError> {
        match &mut self.location {
            Location::Sqlite { max_pages, .. } => *max_pages = Some(pages),
            Location::Postgres { .. } => return Err(ConfigError::MaxPages),
        }
        Ok(())
    }
}

fn sqlite_in(folder: &Path) -> Location {
    Location::Sqlite { file: folder.join("keyloft.db"), max_pages: None }
}

fn parse_location(url: &str) -> Result<Location, ConfigError> {
    Location::parse(url).map_err(ConfigError::Database)
}

pub(super) fn read(file: &Path) -> Result<String, ConfigError> {
    let file = file.to_owned();
    std::fs::read_to_string(&file).map_err(|source| ConfigError::File { file, source })
}

fn make_private(folder: &Path) -> Result<(), ConfigError> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| ConfigError::Folder { folder: folder.to_owned(), source })
}

const ROOT_KEY: &str = "root.key";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn options(data: &Path) -> InstanceOptions {
        InstanceOptions {
            data: data.to_owned(),
            database: None,
            database_file: None,
            root_key_file: None,
        }
    }

    #[test]
    fn one_folder_holds_everything_unless_told_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        let instance = options(&data).resolve(None).unwrap();
        assert!(instance.must_exist().is_err() && instance.lacks_root_key());
        instance.make_folders().unwrap();
        assert_eq!(data.metadata().unwrap().mode() & 0o777, 0o700);
        let Location::Sqlite { file, .. } = instance.location else { panic!("not SQLite") };
        assert_eq!(file, data.join("keyloft.db"));
        assert_eq!(instance.root_key.to_string(), data.join("root.key").display().to_string());
    }

    #[test]
    fn a_database_url_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        std::fs::write(&file, "postgres://u:hunter2@h/d\n").unwrap();
        let named = |database_file| InstanceOptions { database_file, ..options(folder.path()) };
        let instance = named(Some(file)).resolve(None).unwrap();
        assert!(matches!(&instance.location, Location::Postgres { url } if url.0.ends_with("/d")));
        assert!(!format!("{instance:?}").contains("hunter2"));
        let error = named(Some(folder.path().join("none"))).resolve(None).unwrap_err();
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }

    #[test]
    fn there_is_one_root_key() {
        let folder = tempfile::tempdir().unwrap();
        let named =
            || InstanceOptions { root_key_file: Some("root.key".into()), ..options(folder.path()) };
        assert!(matches!(named().resolve(Some("x".into())), Err(ConfigError::TwoRootKeys)));
        assert!(matches!(named().resolve_demo(None), Err(ConfigError::DemoApart)));
        let demo = options(folder.path()).resolve_demo(None).unwrap();
        assert_eq!(
            demo.root_key.to_string(),
            folder.path().join("demo/root.key").display().to_string()
        );
    }
}
