use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use store::{Anchor, AuditKey, ChainReport, Clock, Store, UnlikeAnchor, verify_export as walk};

use crate::config::{ConfigError, Instance, VerifyOptions};
use crate::failure::Failure;

/// `audit verify`: walks along every chain; fails at the first that is broken, after all have been told.
pub(crate) async fn verify_audit(
    instance: &Instance,
    options: &VerifyOptions,
) -> Result<(), Failure> {
    instance.must_exist()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    let key = options.public_key.clone().unwrap_or_else(|| store.audit_key());
    let anchor = read_anchors(options, &key)?;
    let mut chains: BTreeSet<_> = store.audit_chains().await?.into_iter().collect();
    chains.extend(anchor.chains());
    let mut told = Ok(());
    for chain in chains {
        let found = tell(&store.verify_chain_against(chain, &anchor).await?);
        told = told.and(found);
    }
    store.close().await;
    told
}

/// `audit verify --export`: the same for one chain in a file, without the database.
pub(crate) fn verify_export(export: &Path, options: &VerifyOptions) -> Result<(), Failure> {
    let anchor = match &options.public_key {
        Some(key) => read_anchors(options, key)?,
        None if options.anchor.is_empty() => Anchor::default(),
        None => return Err(ConfigError::AnchorKey.into()),
    };
    let file = export.to_owned();
    let unreadable = |source| Failure::Export { file, source };
    let opened = File::open(export).map_err(store::ExportError::from);
    let report = opened.and_then(|opened| walk(BufReader::new(opened), &anchor));
    tell(&report.map_err(unreadable)?)
}

/// `audit public-key`: what checkpoints are checked with.
pub(crate) async fn print_audit_key(instance: &Instance) -> Result<(), Failure> {
    instance.must_exist()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    println!("{}", store.audit_key());
    store.close().await;
    Ok(())
}

fn read_anchors(options: &VerifyOptions, key: &AuditKey) -> Result<Anchor, Failure> {
    let mut anchor = Anchor::default();
    for file in &options.anchor {
        let text = fs::read_to_string(file)
            .map_err(|source| ConfigError::File { file: file.clone(), source })?;
        let read = Anchor::read(&text, key)
            .map_err(|source| Failure::Anchor { file: file.clone(), source })?;
        anchor.add(read);
    }
    Ok(anchor)
}

/// Prints what was found; an error if it is not well.
fn tell(report: &ChainReport) -> Result<(), Failure> {
    let ChainReport { chain, rows, pruned, broken_at, emptied_at, unlike_anchor } = *report;
    if let Some(row) = broken_at {
        println!("{chain}: {rows} rows, then broken at row {row}");
        return Err(Failure::BrokenChain { chain, row });
    }
    if let Some(row) = emptied_at {
        println!("{chain}: {rows} rows, of which row {row} was emptied and not pruned");
        return Err(Failure::EmptiedRow { chain, row });
    }
    let pruned = if pruned == 0 { String::new() } else { format!(", {pruned} of them pruned") };
    match unlike_anchor {
        None => println!("{chain}: {rows} rows, unbroken{pruned}"),
        Some(UnlikeAnchor::Rewritten { row }) => {
            println!("{chain}: {rows} rows, another row {row} than in the anchor{pruned}");
            return Err(Failure::RewrittenChain { chain, row });
        }
        Some(UnlikeAnchor::Truncated { row }) => {
            println!("{chain}: {rows} rows, and row {row} is in the anchor{pruned}");
            return Err(Failure::TruncatedChain { chain, row });
        }
    }
    Ok(())
}
