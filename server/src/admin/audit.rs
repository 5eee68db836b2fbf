use store::{Clock, Store};

use crate::config::Instance;
use crate::failure::Failure;

/// `audit verify`: walks along every chain; fails at the first that is broken, after all have been told.
pub(crate) async fn verify_audit(instance: &Instance) -> Result<(), Failure> {
    instance.must_exist()?;
    let store = Store::open(&instance.location, &instance.root_key, Clock::System).await?;
    let mut broken = None;
    for chain in store.audit_chains().await? {
        let report = store.verify_chain(chain).await?;
        match report.broken_at {
            None => println!("{chain}: {} rows, unbroken", report.rows),
            Some(row) => {
                println!("{chain}: {} rows, then broken at row {row}", report.rows);
                broken = broken.or(Some(Failure::BrokenChain { chain, row }));
            }
        }
    }
    store.close().await;
    broken.map_or(Ok(()), Err)
}
