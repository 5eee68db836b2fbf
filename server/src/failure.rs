//! Why the process ends without having done what it was asked to.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use model::{AuditChain, Field, Problem};
use store::{BadSignature, ExportError, LockError, OpenError, RootKeyError, StoreError};
use thiserror::Error;

use crate::config::ConfigError;
use crate::telemetry::TelemetryError;

#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("--log: {0}")]
    Log(#[from] TelemetryError),
    #[error(transparent)]
    RootKey(RootKeyError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("--token-out: cannot write {}: {source}", path.display())]
    TokenFile { path: PathBuf, source: io::Error },
    #[error("the password cannot be read: {0}")]
    Password(io::Error),
    #[error(
        "this server is set up already: sign in, or give an owner another password with user reset"
    )]
    SetUpAlready,
    #[error("nobody here signs in with {0}")]
    NoSuchUser(String),
    #[error("{0}")]
    Invalid(String),
    #[error("audit chain {chain} is broken at row {row}")]
    BrokenChain { chain: AuditChain, row: i64 },
    #[error(
        "row {row} of audit chain {chain} was emptied, and no later row says that it was pruned"
    )]
    EmptiedRow { chain: AuditChain, row: i64 },
    #[error("audit chain {chain} ends before row {row}, which an anchor has: its end was cut off")]
    TruncatedChain { chain: AuditChain, row: i64 },
    #[error("audit chain {chain} is another one than in an anchor from row {row} or earlier on")]
    RewrittenChain { chain: AuditChain, row: i64 },
    #[error("--anchor {}: {source}", file.display())]
    Anchor { file: PathBuf, source: BadSignature },
    #[error("--export {}: {source}", file.display())]
    Export { file: PathBuf, source: ExportError },
    #[error(transparent)]
    Store(StoreError),
    #[error("{0}")]
    System(#[from] io::Error),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::RootKey(error) => Self::RootKey(error),
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Setup { done: true } => Self::SetUpAlready,
            StoreError::Invalid(problems) => {
                let texts: Vec<_> = problems.iter().copied().map(about).collect();
                Self::Invalid(texts.join(" "))
            }
            other => Self::Store(other),
        }
    }
}

impl Failure {
    /// As `sysexits.h` numbers them, for whatever starts the server again or does not.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::BrokenChain { .. } | Self::EmptiedRow { .. } => 10,
            Self::TruncatedChain { .. } => 11,
            Self::RewrittenChain { .. } => 12,
            Self::Anchor { .. } => 13,
            Self::Export { .. } | Self::Invalid(_) | Self::NoSuchUser(_) | Self::Password(_) => {
                EX_DATAERR
            }
            Self::Listen { .. } | Self::Store(StoreError::Unavailable(_) | StoreError::Full) => {
                EX_UNAVAILABLE
            }
            Self::Lock(LockError::Taken(_)) => EX_TEMPFAIL,
            Self::Lock(LockError::Io { .. }) | Self::System(_) => EX_OSERR,
            Self::TokenFile { .. } => EX_CANTCREAT,
            Self::Config(_) | Self::Log(_) | Self::RootKey(_) => EX_CONFIG,
            Self::SetUpAlready | Self::Store(_) => 1,
        })
    }
}

/// What is wrong, and with which option.
fn about(problem: Problem) -> String {
    match problem.field {
        Field::Email => format!("--email: {problem}"),
        Field::Password => format!("the password: {problem}"),
        Field::PersonName => format!("--name: {problem}"),
        Field::WorkspaceName => format!("--workspace: {problem}"),
        _ => problem.to_string(),
    }
}

const EX_DATAERR: u8 = 65;
const EX_UNAVAILABLE: u8 = 69;
const EX_OSERR: u8 = 71;
const EX_CANTCREAT: u8 = 73;
const EX_TEMPFAIL: u8 = 75;
const EX_CONFIG: u8 = 78;
