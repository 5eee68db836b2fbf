//! What the operator asks for: flags, each of which is also a `KEYLOFT_*` variable.

mod instance;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use outbound::BadUrl;
use store::AuditKey;
use thiserror::Error;

use crate::security::PublicUrl;
use crate::telemetry::LogFormat;

pub(crate) use self::instance::{Instance, InstanceOptions};
pub(crate) use self::serve::{ServeConfig, ServeOptions};

/// Keyloft, a self-hosted secrets manager: the server, and what its operator needs beside it
#[derive(Parser)]
#[command(name = "keyloft-server", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) instance: InstanceOptions,
    #[command(flatten)]
    pub(crate) log: LogOptions,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct LogOptions {
    /// How log lines look
    #[arg(long, global = true, env = "KEYLOFT_LOG_FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
    /// What is logged: a level, or levels by module [default: info, and error for all but serve]
    #[arg(long = "log", global = true, env = "KEYLOFT_LOG", value_name = "FILTER")]
    pub(crate) filter: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Runs the server; the default
    Serve(Box<ServeOptions>),
    /// Makes the first person and the first workspace, in place of the page at /setup
    Setup(SetupOptions),
    /// Acts on people
    #[command(subcommand)]
    User(UserCommand),
    /// Looks at the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Args)]
pub(crate) struct SetupOptions {
    /// The address that the first person will sign in with
    #[arg(long, env = "KEYLOFT_EMAIL")]
    pub(crate) email: String,
    /// What they are called [default: the address up to its @]
    #[arg(long, env = "KEYLOFT_NAME")]
    pub(crate) name: Option<String>,
    /// A file with their password; one line is read from standard input without it
    #[arg(long, env = "KEYLOFT_PASSWORD_FILE", value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// A file to write a first token to, which may do everything for a year; it must not be there yet
    #[arg(long, env = "KEYLOFT_TOKEN_OUT", value_name = "FILE")]
    pub(crate) token_out: Option<PathBuf>,
    /// What their workspace is called
    #[arg(long, env = "KEYLOFT_WORKSPACE")]
    pub(crate) workspace: String,
}

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Gives someone who lost theirs another password, and ends their sessions
    Reset(ResetOptions),
    /// Removes the second factors of someone who lost their device and recovery codes, and ends their sessions
    RemoveFactors(RemoveFactorsOptions),
}

#[derive(Args)]
pub(crate) struct RemoveFactorsOptions {
    /// The address they sign in with
    #[arg(long, env = "KEYLOFT_EMAIL")]
    pub(crate) email: String,
}

#[derive(Args)]
pub(crate) struct ResetOptions {
    /// The address they sign in with
    #[arg(long, env = "KEYLOFT_EMAIL")]
    pub(crate) email: String,
    /// A file with the new password; one line is read from standard input without it
    #[arg(long, env = "KEYLOFT_PASSWORD_FILE", value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Prints the key that checkpoints are checked with, for whoever proves the log elsewhere
    PublicKey,
    /// Proves every chain of the audit log
    ///
    /// Ends with 10 when a chain is broken, with 11 when rows of an anchor are missing at its end, with 12 when rows are others than
    /// in an anchor, with 13 when an anchor was not signed by this instance.
    Verify(Box<VerifyOptions>),
}

#[derive(Args)]
pub(crate) struct VerifyOptions {
    /// A file with checkpoints, as --audit-checkpoint-file writes them; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) anchor: Vec<PathBuf>,
    /// Prove this export (keyloft audit export) instead of the database
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,
    /// The key that anchors are checked with: ed25519:… [default: the instance's own]
    #[arg(long, env = "KEYLOFT_AUDIT_PUBLIC_KEY", value_name = "KEY")]
    pub(crate) public_key: Option<AuditKey>,
}

impl Arguments {
    /// What was typed. The command is `serve` when none was.
    pub(crate) fn from_command_line() -> (InstanceOptions, LogOptions, Command) {
        let Self { instance, log, command } = Self::parse();
        if let Some(command) = command {
            return (instance, log, command);
        }
        // Once more, so that the command's own options get their variables and defaults.
        let typed = std::env::args_os().chain(["serve".into()]);
        let Self { instance, log, command } = Self::parse_from(typed);
        (instance, log, command.expect("the last argument was a command"))
    }
}

/// What was asked for cannot be had. Each message says what to write instead.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    #[error(
        "--anchor beside --export needs --public-key: keyloft-server audit public-key prints it"
    )]
    AnchorKey,
    #[error("--database: {0}")]
    Database(&'static str),
    #[error(
        "--demo brings its own database and root key: leave out --database, --database-file, \
         --root-key-file and KEYLOFT_ROOT_KEY"
    )]
    DemoApart,
    #[error("cannot read {}: {source}", file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error("cannot make the folder {}: {source}", folder.display())]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("--sqlite-max-pages is about SQLite, and the database is PostgreSQL")]
    MaxPages,
    #[error("there is no database at {}: name its place with --data or --database", .0.display())]
    NoDatabase(PathBuf),
    #[error(
        "{0} would send passwords over the network unencrypted: put a proxy that speaks TLS in \
         front and start with --public-url https://… --trusted-proxy CIDR, the proxy's address. \
         Plain http is for a public URL on this machine alone, such as http://localhost:3000"
    )]
    PlainHttp(Box<PublicUrl>),
    #[error("--smtp-url-file: {0}")]
    Smtp(BadUrl),
    #[error("--smtp-from: {0}")]
    SmtpFrom(BadUrl),
    #[error("KEYLOFT_ROOT_KEY and --root-key-file both name a root key: keep one")]
    TwoRootKeys,
}
