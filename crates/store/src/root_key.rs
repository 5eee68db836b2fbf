//! The root key: 32 bytes that are kept outside the database, without which nothing in it opens.

use crate::seal::Key;
use data_encoding::{BASE64, HEXLOWER};
use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};
use std::{
    fmt,
    fs::File,
    io::{ErrorKind, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Where the root key comes from.
#[derive(Clone)]
pub enum RootKeySource {
    /// A file of 32 raw bytes or one line of base64, readable by its owner only.
    File(PathBuf),
    /// The base64 text itself.
    Text(Zeroizing<String>),
}

impl fmt::Debug for RootKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => f.debug_tuple("File").field(file).finish(),
            Self::Text(_) => f.write_str("Text(…)"),
        }
    }
}

impl fmt::Display for RootKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Text(_) => f.write_str("KEYLOFT_ROOT_KEY"),
        }
    }
}

/// Why there is no usable root key. The database was not touched.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The database is sealed with a root key that is not there.
    #[error(
        "the root key of instance {instance} is missing: {place} is not there. Put back the key with fingerprint {fingerprint}, or name its place with --root-key-file"
    )]
    Missing {
        /// Whose key.
        instance: String,
        /// Which key.
        fingerprint: String,
        /// Where it was looked for.
        place: String,
    },
    /// The root key belongs to another instance.
    #[error(
        "the root key in {place} does not open instance {instance}: it has fingerprint {found}, and {fingerprint} is needed"
    )]
    Wrong {
        /// Whose key is needed.
        instance: String,
        /// Which key is needed.
        fingerprint: String,
        /// Where the key was found.
        place: String,
        /// Which key was found.
        found: String,
    },
    /// Others can read the file.
    #[error("{file} can be read by others (mode {mode:o}): chmod 600 {file}")]
    Readable {
        /// The key file.
        file: String,
        /// Its permission bits.
        mode: u32,
    },
    /// The file belongs to someone else.
    #[error(
        "{file} belongs to user {owner}: it must belong to the user that runs the server, or to root"
    )]
    Owner {
        /// The key file.
        file: String,
        /// Its owner's number.
        owner: u32,
    },
    /// There is something, but it is no key.
    #[error("{place} holds no root key: expected 32 random bytes, raw or as one line of base64")]
    Malformed {
        /// Where.
        place: String,
    },
    /// The file cannot be read or written.
    #[error("{file}: {source}")]
    Io {
        /// The key file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
}

/// The root key, read.
#[derive(Debug)]
pub(crate) struct RootKey(Key);

impl RootKey {
    /// Reads the key, or nothing if there is none.
    pub(crate) fn read(source: &RootKeySource) -> Result<Option<Self>, RootKeyError> {
        match source {
            RootKeySource::File(file) => read_file(file),
            RootKeySource::Text(text) => parse(text.as_bytes(), source).map(Some),
        }
    }

    /// Reads the key; makes one if there is none. For a database that is new.
    pub(crate) fn read_or_create(source: &RootKeySource) -> Result<Self, RootKeyError> {
        match (Self::read(source)?, source) {
            (Some(key), _) => Ok(key),
            (None, RootKeySource::File(file)) => create_file(file),
            (None, RootKeySource::Text(_)) => unreachable!("a text is a key or an error"),
        }
    }

    /// Names the key without giving it away: 16 hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let hash = Sha256::new()
            .chain_update(b"keyloft/root-fingerprint/v1")
            .chain_update(self.0.expose())
            .finalize();
        HEXLOWER.encode(&hash[..8])
    }

    /// The key that wraps the instance master key.
    pub(crate) const fn key(&self) -> &Key {
        &self.0
    }
}

fn read_file(file: &Path) -> Result<Option<RootKey>, RootKeyError> {
    let name = file.display().to_string();
    let io = |source| RootKeyError::Io { file: name.clone(), source };
    // NOFOLLOW: a link in a folder that others may write could point anywhere.
    let flags = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).expect("open flags fit an int");
    let mut opened = match File::options().read(true).custom_flags(flags).open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io(source)),
    };
    let metadata = opened.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(RootKeyError::Malformed { place: name });
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(RootKeyError::Readable { file: name, mode: metadata.mode() & 0o777 });
    }
    if metadata.uid() != geteuid().as_raw() && metadata.uid() != 0 {
        return Err(RootKeyError::Owner { file: name, owner: metadata.uid() });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(128));
    (&mut opened).take(128).read_to_end(&mut bytes).map_err(io)?;
    parse(&bytes, &RootKeySource::File(file.to_owned())).map(Some)
}

fn parse(bytes: &[u8], source: &RootKeySource) -> Result<RootKey, RootKeyError> {
    let decoded = Zeroizing::new(BASE64.decode(bytes.trim_ascii()).unwrap_or_default());
    let key = if decoded.len() == 32 { &decoded[..] } else { bytes };
    Key::from_bytes(key)
        .filter(|_| !looks_chosen(key))
        .map(RootKey)
        .ok_or_else(|| RootKeyError::Malformed { place: source.to_string() })
}

/// Bytes that no random generator gives: all alike, or plain text. The chance that it would is under 2⁻⁴⁰.
fn looks_chosen(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == bytes[0])
        || bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

fn create_file(file: &Path) -> Result<RootKey, RootKeyError> {
    let io = |source| RootKeyError::Io { file: file.display().to_string(), source };
    let key = Key::generate();
    let line = Zeroizing::new(format!("{}\n", *Zeroizing::new(BASE64.encode(key.expose()))));
    let mut created =
        File::options().write(true).create_new(true).mode(0o600).open(file).map_err(io)?;
    created.write_all(line.as_bytes()).and_then(|()| created.sync_all()).map_err(io)?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
    }
    Ok(RootKey(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn written(bytes: &[u8], mode: u32) -> (tempfile::TempDir, RootKeySource) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.key");
        std::fs::write(&file, bytes).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        (folder, RootKeySource::File(file))
    }

    #[test]
    fn a_key_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let source = RootKeySource::File(folder.path().join("root.key"));
        assert!(RootKey::read(&source).unwrap().is_none());
        let made = RootKey::read_or_create(&source).unwrap();
        let read = RootKey::read_or_create(&source).unwrap();
        assert_eq!(made.fingerprint(), read.fingerprint());
        let written = std::fs::metadata(folder.path().join("root.key")).unwrap();
        assert_eq!(written.mode() & 0o777, 0o600);
    }

    #[test]
    fn raw_bytes_and_base64_are_the_same_key() {
        let raw: [u8; 32] = std::array::from_fn(|n| u8::try_from(n * 7 + 1).unwrap());
        let (_a, raw_file) = written(&raw, 0o600);
        let (_b, text_file) = written(format!("{}\n", BASE64.encode(&raw)).as_bytes(), 0o400);
        let fingerprint = |source| RootKey::read(source).unwrap().unwrap().fingerprint();
        assert_eq!(fingerprint(&raw_file), fingerprint(&text_file));
    }

    #[test]
    fn files_that_are_no_key_are_refused() {
        for bad in [&b""[..], b"short", &[0; 32], b"correct horse battery staple 123", &[9; 33]] {
            let (_folder, source) = written(bad, 0o600);
            assert!(
                matches!(RootKey::read(&source), Err(RootKeyError::Malformed { .. })),
                "{bad:?}"
            );
        }
        let (_folder, open) = written(&[1; 32], 0o640);
        assert!(matches!(RootKey::read(&open), Err(RootKeyError::Readable { mode: 0o640, .. })));
    }

    #[test]
    fn a_link_is_not_followed() {
        let (folder, _) = written(&[1; 32], 0o600);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path().join("root.key"), &link).unwrap();
        assert!(matches!(RootKey::read(&RootKeySource::File(link)), Err(RootKeyError::Io { .. })));
    }
}
