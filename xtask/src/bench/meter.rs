//! What processes have cost so far, from `/proc` (proc(5)).

use std::fs;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::error::{Error, OnFile};

/// Reads the processor time of a server, and of the database server that works for it.
#[derive(Clone, Copy)]
pub(crate) struct Meter {
    pub(crate) server: u32,
    /// PostgreSQL's first process, the parent of its backends.
    pub(crate) database: Option<u32>,
}

impl Meter {
    /// User and system time together, of all threads, the ended ones too.
    pub(crate) fn spent(self) -> Result<Duration, Error> {
        let mut ticks = stat(self.server)?.own;
        if let Some(database) = self.database {
            ticks += family_ticks(database)?;
        }
        let hertz = clock_ticks_per_second().max(1);
        Ok(Duration::from_nanos(ticks.saturating_mul(1_000_000_000) / hertz))
    }

    /// Bytes of memory that the server holds (`VmRSS`), its database not counted.
    pub(crate) fn memory(self) -> Result<u64, Error> {
        let path = format!("/proc/{}/status", self.server);
        let status = fs::read_to_string(&path).on("read", &path)?;
        resident(&status).ok_or_else(|| unexpected("no VmRSS"))
    }
}

/// A process with all its children. One that ends in between is found in the time of its parent.
fn family_ticks(parent: u32) -> Result<u64, Error> {
    let stat = stat(parent)?;
    let mut ticks = stat.own + stat.ended_children;
    for entry in fs::read_dir("/proc").on("list", "/proc")?.flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        let child = id.and_then(|id| fs::read_to_string(format!("/proc/{id}/stat")).ok());
        let child = child.as_deref().and_then(Stat::parse);
        ticks += child.filter(|child| child.parent == parent).map_or(0, |child| child.own);
    }
    Ok(ticks)
}

fn stat(process: u32) -> Result<Stat, Error> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).on("read", &path)?;
    Stat::parse(&text).ok_or_else(|| unexpected(&text))
}

/// A line of `/proc/PID/stat`. Times are in clock ticks.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    own: u64,
    ended_children: u64,
}

impl Stat {
    /// The second field is the program's name, in parentheses, and may hold spaces and parentheses.
    fn parse(line: &str) -> Option<Self> {
        let (_name, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        // `fields` begins with the third one, the state.
        let ticks = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ticks(14)? + ticks(15)?,
            ended_children: ticks(16)? + ticks(17)?,
        })
    }
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

fn unexpected(answer: &str) -> Error {
    Error::Unexpected { tool: "/proc", answer: answer.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_program_name() {
        let line = "71 (a) b (c) S 7 71 71 0 -1 4194304 2543 9 0 0 120 34 5 6 20 0 12 0 88 99 1 2";
        let stat = Stat { parent: 7, own: 154, ended_children: 11 };
        assert_eq!(Stat::parse(line), Some(stat));
        assert_eq!(Stat::parse("71 (short) S 7"), None);
    }

    #[test]
    fn memory_is_told_in_bytes() {
        assert_eq!(resident("VmPeak:\t 90 kB\nVmRSS:\t   1500 kB\n"), Some(1_536_000));
        assert_eq!(resident("VmPeak:\t 90 kB\n"), None);
    }

    #[test]
    fn this_very_process_has_a_meter() {
        let meter = Meter { server: std::process::id(), database: Some(std::process::id()) };
        assert!(meter.memory().unwrap() > 0);
        assert!(meter.spent().unwrap() >= Duration::ZERO);
    }
}
