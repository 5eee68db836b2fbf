//! Reads that a copy answered, until the server's audit log has them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use client::Client;
use model::api::{ReportReads, StoredRead};

use crate::folders;

/// Notes reads down: ids, versions and times, one a line.
pub(super) fn remember(folder: &Path, reads: &[StoredRead]) {
    let mut text = String::new();
    for read in reads {
        text.push_str(&serde_json::to_string(read).expect("a read is text and numbers"));
        text.push('\n');
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join(NAME));
    // Who cannot write here has no copy to read either; what is lost is a line in a log.
    let _lost = file.and_then(|mut file| file.write_all(text.as_bytes()));
}

/// Tells the server of all of them. What it does not take is kept for the next time.
pub(crate) fn report(client: &Client, folder: &Path) {
    // Under a name of its own, so that no other command reports the same.
    let mine = folder.join(format!("{NAME}.{}", folders::random_name()));
    if fs::rename(folder.join(NAME), &mine).is_err() {
        return;
    }
    let reads: Vec<StoredRead> = fs::read_to_string(&mine)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    for (number, some) in reads.chunks(AT_ONCE).enumerate() {
        match client.report_reads(&ReportReads { reads: some.to_vec() }) {
            Err(error) if error.is_away() => {
                remember(folder, &reads[number * AT_ONCE..]);
                break;
            }
            // A server that refuses them refuses them the next time too.
            _ => {}
        }
    }
    let _gone = fs::remove_file(&mine);
}

const NAME: &str = "reads";
const AT_ONCE: usize = 500;
