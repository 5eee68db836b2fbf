//! The desktop's keyring, by the command that comes with it.
//!
//! A library for it would link libdbus or bring some fifty crates of D-Bus, to be started in every `keyloft run`. See
//! `docs/decisions/0005-keyring-by-command.md`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use client::Address;
use model::WireValue;
use zeroize::Zeroizing;

/// A keyring that can be talked to.
pub(crate) struct Keyring {
    program: PathBuf,
    kind: Kind,
}

enum Kind {
    /// libsecret's `secret-tool`, for whatever speaks the Secret Service protocol.
    SecretService,
    /// macOS's `security`.
    Keychain,
}

impl Keyring {
    /// The keyring of this session, if it has one. No process is started to find out.
    pub(crate) fn find() -> Option<Self> {
        if cfg!(target_os = "macos") {
            let program = PathBuf::from("/usr/bin/security");
            return program.exists().then_some(Self { program, kind: Kind::Keychain });
        }
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        // Without a screen nobody could unlock it, and the command would wait for ever.
        let desktop =
            is_set("DBUS_SESSION_BUS_ADDRESS") && (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"));
        let folders = std::env::var_os("PATH").filter(|_| desktop)?;
        let program = std::env::split_paths(&folders)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join("secret-tool"))
            .find(|program| program.is_file())?;
        Some(Self { program, kind: Kind::SecretService })
    }

    /// The command that it is talked to with.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Stores a token, and reads it back: some keyrings take it and forget it.
    pub(crate) fn store(
        &self,
        profile: &str,
        address: &Address,
        token: &WireValue,
    ) -> Result<(), String> {
        let token = token.dangerously_expose();
        let (arguments, input) = match self.kind {
            Kind::SecretService => {
                let label = format!("--label=Keyloft: {address}");
                let mut arguments = vec!["store".to_owned(), label];
                arguments.extend(attributes(profile, address.as_str()));
                (arguments, Zeroizing::new(token.to_owned()))
            }
            // The token goes in by standard input: arguments are for everyone to see.
            Kind::Keychain => {
                let line = format!(
                    "add-generic-password -U -a \"{profile}\" -s \"keyloft {address}\" -w \"{token}\"\n"
                );
                (vec!["-i".to_owned()], Zeroizing::new(line))
            }
        };
        self.run(&arguments, Some(&input))?;
        match self.load(profile, address) {
            Some(kept) if kept.trim() == token => Ok(()),
            _ => Err("it does not give it back".to_owned()),
        }
    }

    pub(crate) fn load(&self, profile: &str, address: &Address) -> Option<Zeroizing<String>> {
        let arguments = match self.kind {
            Kind::SecretService => {
                let mut arguments = vec!["lookup".to_owned()];
                arguments.extend(attributes(profile, address.as_str()));
                arguments
            }
            Kind::Keychain => {
                let service = format!("keyloft {address}");
                ["find-generic-password", "-a", profile, "-s", &service, "-w"]
                    .map(str::to_owned)
                    .to_vec()
            }
        };
        self.run(&arguments, None).ok().filter(|token| !token.trim().is_empty())
    }

    /// Takes a token out; that there was none is as good.
    pub(crate) fn forget(&self, profile: &str, url: &str) {
        let arguments = match self.kind {
            Kind::SecretService => {
                let mut arguments = vec!["clear".to_owned()];
                arguments.extend(attributes(profile, url));
                arguments
            }
            Kind::Keychain => {
                let service = format!("keyloft {url}");
                ["delete-generic-password", "-a", profile, "-s", &service]
                    .map(str::to_owned)
                    .to_vec()
            }
        };
        let _none = self.run(&arguments, None);
    }

    fn run(&self, arguments: &[String], input: Option<&str>) -> Result<Zeroizing<String>, String> {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input.as_bytes()).map_err(|error| error.to_string())?;
        }
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(output.status.to_string());
        }
        String::from_utf8(output.stdout)
            .map(Zeroizing::new)
            .map_err(|_| "it is not text".to_owned())
    }
}

fn attributes(profile: &str, url: &str) -> [String; 6] {
    ["service", "keyloft", "profile", profile, "url", url].map(str::to_owned)
}
