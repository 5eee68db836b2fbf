//! keyloft-server: the dashboard, the store and the operator's commands in one binary.

mod accept;
mod admin;
mod api;
mod auth;
mod checkpoints;
mod compression;
mod config;
mod failure;
mod forms;
mod health;
mod invitations;
mod notify;
mod pages;
mod process;
mod reveals;
mod rotate;
mod rotation;
mod router;
mod security;
mod serve;
mod sessions;
mod site;
mod state;
mod telemetry;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use self::config::{Arguments, AuditCommand, Command, UserCommand};
use self::failure::Failure;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("keyloft-server: {}", failure.to_string().replace('\n', " "));
            failure.exit_code()
        }
    }
}

/// Without tower-sessions' warnings: to it every session that ended is suspicious.
const SERVER_LOG: &str = "info,tower_sessions=error,tower_sessions_core=error";
/// A command tells its error itself.
const COMMAND_LOG: &str = "error";

fn run() -> Result<(), Failure> {
    let (instance, log, command) = Arguments::from_command_line();
    let filter = if matches!(command, Command::Serve(_)) { SERVER_LOG } else { COMMAND_LOG };
    telemetry::start(log.log_format, log.filter.as_deref().unwrap_or(filter))?;
    security::log_places_only();
    process::harden();

    let root_key = std::env::var("KEYLOFT_ROOT_KEY").ok().filter(|key| !key.is_empty());
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::serve(options.resolve(instance, root_key)?).await,
            Command::Setup(options) => admin::set_up(&instance.resolve(root_key)?, options).await,
            Command::User(UserCommand::Reset(options)) => {
                admin::reset_password(&instance.resolve(root_key)?, options).await
            }
            Command::User(UserCommand::RemoveFactors(options)) => {
                admin::remove_factors(&instance.resolve(root_key)?, options).await
            }
            Command::Audit(AuditCommand::PublicKey) => {
                admin::print_audit_key(&instance.resolve(root_key)?).await
            }
            Command::Audit(AuditCommand::Verify(options)) => match &options.export {
                Some(export) => admin::verify_export(export, &options),
                None => admin::verify_audit(&instance.resolve(root_key)?, &options).await,
            },
        }
    })
}
