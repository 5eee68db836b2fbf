//! `keyloft export`

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli::export::{self, Manifest, ObjectName, Pairs};
use zeroize::Zeroizing;

use crate::context::{Context, variable};
use crate::failure::{Failure, Result};
use crate::folders;
use crate::print;
use crate::run::{Selection, SelectionArgs};

#[derive(Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    /// The format
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Format,
    /// Write into this file, which only you can read, in place of standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// What the Kubernetes secret is called [default: the name of the last secret]
    #[arg(long, value_name = "NAME")]
    k8s_name: Option<String>,
    /// The namespace of the Kubernetes secret
    #[arg(long, value_name = "NAMESPACE")]
    k8s_namespace: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A .env file
    Dotenv,
    /// A file for docker run --env-file
    Docker,
    /// Commands for a POSIX shell: eval "$(keyloft export …)"
    Shell,
    /// A JSON object
    Json,
    /// A YAML mapping
    Yaml,
    /// Into the file that `GITHUB_ENV` names, masked in the log of the job
    GithubActions,
    /// A manifest of a Kubernetes secret
    K8sSecret,
}

pub(super) fn run(context: &Context, args: &ExportArgs) -> Result {
    let selection = Selection::new(context, &args.selection)?;
    let values = selection.fetch(context)?;
    let pairs = &values[..];
    let text = match args.format {
        Format::Dotenv => export::dotenv(pairs),
        Format::Docker => export::docker(pairs),
        Format::Shell => export::shell(pairs),
        Format::Json => export::json(pairs),
        Format::Yaml => export::yaml(pairs),
        Format::GithubActions => return github_actions(pairs, args),
        Format::K8sSecret => export::kubernetes(pairs, &manifest(args, &selection)?),
    };
    let text = text.map_err(|refused| Failure::failed(refused.to_string()))?;
    match &args.output {
        None => print::raw(text.as_bytes()),
        Some(path) => {
            folders::write_private(path, text.as_bytes())?;
            print::note(format_args!(
                "Wrote {} to {}",
                print::count(pairs.len(), "key"),
                path.display()
            ));
            Ok(())
        }
    }
}

fn manifest(args: &ExportArgs, selection: &Selection) -> Result<Manifest> {
    let last = selection.names.last().map(ToString::to_string).unwrap_or_default();
    let name = args.k8s_name.as_deref().unwrap_or(&last);
    let name = ObjectName::secret(name).map_err(|fault| {
        Failure::usage(format!(
            "'{}' cannot name a Kubernetes secret: {fault}. Give a --k8s-name",
            print::plain(name)
        ))
    })?;
    let namespace = args.k8s_namespace.as_deref().map(ObjectName::namespace).transpose();
    let namespace =
        namespace.map_err(|fault| Failure::usage(format!("--k8s-namespace: {fault}")))?;
    Ok(Manifest { name, namespace })
}

/// The log of the job gets the commands that mask; the file gets the values, and nothing else does.
fn github_actions(pairs: &Pairs, args: &ExportArgs) -> Result {
    let file = args.output.clone().or_else(|| variable("GITHUB_ENV").map(PathBuf::from)).ok_or_else(|| {
        Failure::usage("GITHUB_ENV is not set, so that this is no job of GitHub Actions: name a file with --output")
    })?;
    let delimiter = || format!("keyloft_{}", folders::random_name());
    let written = export::github_actions(pairs, delimiter)
        .map_err(|refused| Failure::failed(refused.to_string()))?;
    print::raw(written.masks.as_bytes())?;
    append(&file, &written.environment)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", file.display())))?;
    print::note(format_args!(
        "Set {} for the steps that follow",
        print::count(pairs.len(), "variable")
    ));
    Ok(())
}

fn append(file: &PathBuf, text: &Zeroizing<String>) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())
}
