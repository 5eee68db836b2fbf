//! `/resolve`, `/reads`, `/scan`

use model::api::{ReportReads, Resolve, ResolveAnswer, Scan, ScanAnswer};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// Many secrets as one map of environment variables.
    pub fn resolve(&self, wanted: &Resolve) -> Result<ResolveAnswer> {
        self.ask(Request::post("/resolve").json(wanted).again())
    }

    /// Tells of reads that a cache answered while the server was away.
    pub fn report_reads(&self, report: &ReportReads) -> Result<()> {
        self.tell(Request::post("/reads").json(report))
    }

    /// The values to look for in files.
    pub fn scan(&self, scan: &Scan) -> Result<ScanAnswer> {
        self.ask(Request::post("/scan").json(scan).again())
    }
}
