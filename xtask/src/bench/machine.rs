//! What the figures were measured on.

use std::fmt;
use std::fs;
use std::thread;

pub(crate) struct Machine {
    cores: usize,
    processor: String,
    /// Millions of bytes.
    memory: u64,
}

impl Machine {
    pub(crate) fn this() -> Self {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self {
            cores: thread::available_parallelism().map_or(1, Into::into),
            processor: field(&cpus, "model name").unwrap_or("unknown processor").to_owned(),
            memory: total_megabytes(&memory).unwrap_or(0),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, processor, memory } = self;
        write!(f, "{cores} cores ({processor}), {} GB of memory", memory / 1000)
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start().strip_prefix(':')?.trim())
}

fn total_megabytes(meminfo: &str) -> Option<u64> {
    let kilobytes: u64 = field(meminfo, "MemTotal")?.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024 / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_and_memory_are_named() {
        assert_eq!(total_megabytes("MemTotal:       24683520 kB\nMemFree: 1 kB\n"), Some(25_275));
        assert_eq!(field("flags\t: a\nmodel name\t: X 9\n", "model name"), Some("X 9"));
        let machine = Machine { cores: 2, processor: "X 9".to_owned(), memory: 25_275 };
        assert_eq!(machine.to_string(), "2 cores (X 9), 25 GB of memory");
    }
}
