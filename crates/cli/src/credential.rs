//! Where a profile's token is kept: in the system's keyring where there is one, else in a file that only its owner reads.
//!
//! Each credential is stored together with the address that it is for. A profile whose address was changed by hand has none,
//! rather than sending its token somewhere else.

mod keyring;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use client::Address;
use model::{BearerToken, WireValue};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};
use crate::folders;

pub(crate) use self::keyring::Keyring;

/// Where a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Keep {
    /// A file below the data folder, mode 0600
    File,
    /// The system's keyring
    Keyring,
}

/// Keeps a token; in the keyring if that is wanted, or if nothing is wanted and there is one.
pub(crate) fn store(
    profile: &str,
    address: &Address,
    token: &WireValue,
    wanted: Option<Keep>,
) -> Result<Keep> {
    let keyring = match wanted {
        Some(Keep::File) => None,
        Some(Keep::Keyring) => Some(Keyring::find().ok_or_else(no_keyring)?),
        None => Keyring::find(),
    };
    if let Some(keyring) = keyring {
        match keyring.store(profile, address, token) {
            Ok(()) => {
                folders::remove(&path(profile)?)?;
                return Ok(Keep::Keyring);
            }
            Err(why) if wanted.is_some() => {
                return Err(Failure::failed(format!("the keyring did not take the token: {why}")));
            }
            Err(why) => {
                crate::print::hint(format_args!(
                    "the keyring did not take the token ({why}); it goes into a file"
                ));
            }
        }
    }
    let text = Zeroizing::new(format!("{address}\n{}\n", token.dangerously_expose()));
    folders::write_private(&path(profile)?, text.as_bytes())?;
    Ok(Keep::File)
}

/// The token of a profile for this address, if there is one.
pub(crate) fn load(profile: &str, address: &Address, kept: Keep) -> Result<Option<BearerToken>> {
    let text = match kept {
        Keep::Keyring => match Keyring::find() {
            Some(keyring) => keyring.load(profile, address),
            None => return Err(no_keyring()),
        },
        Keep::File => from_file(profile, address)?,
    };
    let parse = |text: Zeroizing<String>| {
        BearerToken::parse(&text).map_err(|fault| {
            Failure::failed(format!("the token of profile '{profile}' is damaged ({fault}). Sign in again: keyloft login"))
        })
    };
    text.map(parse).transpose()
}

/// Forgets the token of a profile.
pub(crate) fn forget(profile: &str, url: &str, kept: Keep) -> Result {
    if kept == Keep::Keyring
        && let Some(keyring) = Keyring::find()
    {
        keyring.forget(profile, url);
    }
    folders::remove(&path(profile)?)
}

/// The file of a profile's credential.
pub(crate) fn path(profile: &str) -> Result<PathBuf> {
    Ok(folders::data()?.join("credentials").join(profile))
}

fn from_file(profile: &str, address: &Address) -> Result<Option<Zeroizing<String>>> {
    let path = path(profile)?;
    let Some(text) = folders::read(&path)?.map(Zeroizing::new) else { return Ok(None) };
    let mode = fs::metadata(&path).map_or(0, |file| file.permissions().mode() & 0o777);
    if mode & 0o077 != 0 {
        return Err(Failure::failed(format!(
            "others can read the token in {} (mode {mode:o}). Rotate it if others use this machine, then: chmod 600 {0}",
            path.display()
        )));
    }
    let (url, token) = text.split_once('\n').unwrap_or_default();
    Ok((url == address.as_str()).then(|| Zeroizing::new(token.to_owned())))
}

fn no_keyring() -> Failure {
    Failure::failed(
        "there is no keyring here: it takes a desktop session and secret-tool (package libsecret-tools), or macOS. \
         Sign in with: keyloft login --store file",
    )
}
