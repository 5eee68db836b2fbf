//! `keyloft man`

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::arguments::Arguments;
use crate::failure::{Failure, Result};
use crate::print;

#[derive(Args)]
pub(crate) struct ManArgs {
    /// The folder to write them into
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(args: &ManArgs) -> Result {
    let command = Arguments::command().disable_help_subcommand(true);
    std::fs::create_dir_all(&args.folder)
        .and_then(|()| clap_mangen::generate_to(command, &args.folder))
        .map_err(|error| {
            Failure::failed(format!("cannot write into {}: {error}", args.folder.display()))
        })?;
    print::line(format_args!(
        "Wrote the manual into {}: man -l {0}/keyloft.1",
        args.folder.display()
    ))
}
