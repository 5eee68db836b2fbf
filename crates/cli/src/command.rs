//! Every verb, one file each.

mod audit;
mod check;
mod completions;
mod doctor;
mod environment;
mod export;
mod import;
mod login;
mod logout;
mod man;
mod member;
mod notifications;
mod profile;
mod resolve;
mod rotate;
mod rotator;
mod scan;
mod schedule;
mod secret;
mod sudo;
mod template;
mod token;
mod webhook;
mod whoami;
mod workspace;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::EnvironmentName;

use crate::context::Context;
use crate::failure::Result;
use crate::run;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run a program with secrets in its environment
    ///
    /// Every key becomes an environment variable of the program. Of several secrets with the same key the later one wins. Without
    /// --mask and --watch, and with its output on a terminal, the program takes this command's place: nothing stands between it and
    /// the terminal.
    Run(run::RunArgs),
    /// Create, read and change secrets
    #[command(subcommand, visible_alias = "secrets")]
    Secret(secret::SecretCommand),
    /// Give keys of a secret other values on purpose, and see who will notice
    ///
    /// Makes one new version that says so. Without KEYVALUES and --generate the values are asked for. Values that the secret has
    /// already are refused.
    Rotate(rotate::RotateArgs),
    /// When secrets are to be rotated
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    /// List a secret's versions; the same as keyloft secret history
    History(secret::history::HistoryArgs),
    /// Go back to an earlier version or to some of its keys; the same as keyloft secret restore
    Restore(secret::restore::RestoreArgs),
    /// Write secrets in the format of another program
    ///
    /// Values are printed as they are: send them into a file that only the right people read, or into the program that wants them.
    Export(export::ExportArgs),
    /// Make or change a secret from a .env or JSON file, after a preview
    ///
    /// Shows the keys, what would change, and for a .env file which lines python-dotenv, Node.js, Docker, Compose and dotenvy would
    /// each have read differently. Without -s that is all; with it you are asked, and the secret is made or changed.
    Import(import::ImportArgs),
    /// Check that the keys a project's keyloft.toml requires are there
    ///
    /// Reads keyloft.toml of this folder or of one above it, and looks whether its secrets have the keys it requires. Values are not
    /// read, unless the token may not see keys any other way. Ends with 1 when something is missing.
    Check(check::CheckArgs),
    /// Show which keys a program would get, and which secret each comes from
    ///
    /// Values are never printed, but the server reads them to answer, and logs that.
    Resolve(resolve::ResolveArgs),
    /// Find values of your secrets in files
    ///
    /// Asks the server for every value of at least 8 bytes that you may read, keeps them in memory, and looks for them in files. No
    /// file leaves this machine. Binary files of more than 10 MiB and .git folders are left out. Ends with 1 when something is found.
    Scan(scan::ScanArgs),
    /// Sign in to a server
    ///
    /// Signs in by a page of the dashboard: it shows the same code as this command, on any machine with a browser. The token goes
    /// into the system's keyring, or into a file that only you can read.
    Login(login::LoginArgs),
    /// Sign out, and forget the token and every stored copy
    Logout,
    /// Confirm your password, for what needs it
    Sudo,
    /// Show who you are, and what you may do
    Whoami(JsonOption),
    /// Look for what is wrong with the set-up of this machine
    Doctor(JsonOption),
    /// The servers that you work with
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Environments of the workspace
    #[command(subcommand, visible_alias = "environments")]
    Environment(environment::EnvironmentCommand),
    /// What replaces values by itself
    #[command(subcommand, visible_alias = "rotators")]
    Rotator(rotator::RotatorCommand),
    /// Templates of the workspace's own
    #[command(subcommand, visible_alias = "templates")]
    Template(template::TemplateCommand),
    /// What happened in the workspace
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// How often you are reminded by e-mail
    Notifications(notifications::NotificationsCommand),
    /// Programs that are told what happens
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Tokens for programs
    #[command(subcommand, visible_alias = "tokens")]
    Token(token::TokenCommand),
    /// People of the workspace, and what they may
    #[command(subcommand, visible_alias = "members")]
    Member(member::MemberCommand),
    /// Workspaces that you are in
    #[command(subcommand, visible_alias = "workspaces")]
    Workspace(workspace::WorkspaceCommand),
    /// Write a script that completes arguments
    Completions(completions::CompletionsArgs),
    /// Write manual pages
    Man(man::ManArgs),
}

impl Command {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode> {
        match self {
            Self::Run(args) => return run::run(context, args),
            Self::Secret(command) => command.run(context),
            Self::Rotate(args) => rotate::run(context, &args),
            Self::Schedule(command) => command.run(context),
            Self::History(args) => secret::history::run(context, &args),
            Self::Restore(args) => secret::restore::run(context, &args),
            Self::Export(args) => export::run(context, &args),
            Self::Import(args) => import::run(context, &args),
            Self::Check(args) => check::run(context, &args),
            Self::Resolve(args) => resolve::run(context, &args),
            Self::Scan(args) => scan::run(context, &args),
            Self::Login(args) => login::run(context, &args),
            Self::Logout => logout::run(context),
            Self::Sudo => sudo::run(context),
            Self::Whoami(json) => whoami::run(context, &json),
            Self::Doctor(json) => doctor::run(context, &json),
            Self::Profile(command) => command.run(context),
            Self::Environment(command) => command.run(context),
            Self::Rotator(command) => command.run(context),
            Self::Template(command) => command.run(context),
            Self::Audit(command) => command.run(context),
            Self::Notifications(command) => command.run(context),
            Self::Webhook(command) => command.run(context),
            Self::Token(command) => command.run(context),
            Self::Member(command) => command.run(context),
            Self::Workspace(command) => command.run(context),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
        }
        .map(|()| ExitCode::SUCCESS)
    }
}

/// Whether a program reads.
#[derive(Args)]
pub(crate) struct JsonOption {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where to work.
#[derive(Args)]
pub(crate) struct EnvironmentOption {
    /// Environment to interact with. If unspecified, defers to `KEYLOFT_ENVIRONMENT`, the project's keyloft.toml, your profile,
    /// or the only environment there is, in that order
    #[arg(id = "env", short = 'e', long = "env", value_name = "ENVIRONMENT")]
    name: Option<String>,
}

impl EnvironmentOption {
    pub(crate) fn get(&self, context: &Context) -> Result<EnvironmentName> {
        context.environment(self.name.as_deref())
    }

    /// The one that was typed.
    pub(crate) fn typed(&self) -> Option<&str> {
        self.name.as_deref()
    }
}
