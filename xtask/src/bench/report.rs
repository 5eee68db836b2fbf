//! What was measured, as tables.

use std::fmt;

use super::budget::Sheet;
use super::figures::Figures;
use super::goals;
use super::side::Task;
use super::table::{Table, figure};

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) costs: Vec<Cost>,
    pub(crate) starts: Vec<Start>,
    pub(crate) commands: Vec<Run>,
    pub(crate) sdk: Option<Sdk>,
    pub(crate) pages: Vec<Sheet>,
}

/// What the Python SDK takes, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Sdk {
    pub(crate) import: f64,
    /// `from_name` and `resolve`, on a connection that is open.
    pub(crate) resolve: f64,
}

/// Where secrets lay while something was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) stored: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Database {
    #[default]
    Sqlite,
    Postgres,
}

/// What requests of one kind cost one side.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) place: Place,
    pub(crate) task: Task,
    pub(crate) connections: usize,
    pub(crate) who: &'static str,
    pub(crate) figures: Figures,
}

/// How one side starts, and the memory it holds.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) place: Place,
    pub(crate) who: &'static str,
    /// Milliseconds to the first read.
    pub(crate) millis: f64,
    /// Bytes after that read.
    pub(crate) idle: u64,
    /// The most bytes after a run of requests.
    pub(crate) busy: u64,
}

/// How long a command takes that runs `true`.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) command: &'static str,
    pub(crate) millis: f64,
}

impl Report {
    pub(crate) fn cost(
        &self,
        place: Place,
        task: Task,
        connections: usize,
        who: &str,
    ) -> Option<Figures> {
        let found = self.costs.iter().find(|cost| {
            (cost.place, cost.task, cost.connections, cost.who) == (place, task, connections, who)
        });
        found.map(|cost| cost.figures)
    }

    /// Places with figures, in the order in which they were measured.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places: Vec<_> = self.costs.iter().map(|cost| cost.place).collect();
        places.dedup();
        places
    }

    fn costs(&self) -> Table {
        let mut table = Table::new([
            "request",
            "connections",
            "secrets",
            "database",
            "server",
            "µs processor",
            "per second",
            "p50 ms",
            "p99 ms",
        ]);
        for Cost { place, task, connections, who, figures } in &self.costs {
            table.row([
                task.name().to_owned(),
                connections.to_string(),
                figure(f64::from(place.stored)),
                place.database.to_string(),
                (*who).to_owned(),
                figure(figures.processor),
                figure(figures.rate),
                figure(figures.p50),
                figure(figures.p99),
            ]);
        }
        table
    }

    fn starts(&self) -> Table {
        let mut table =
            Table::new(["secrets", "database", "server", "start ms", "idle MB", "busy MB"]);
        for Start { place, who, millis, idle, busy } in &self.starts {
            table.row([
                figure(f64::from(place.stored)),
                place.database.to_string(),
                (*who).to_owned(),
                figure(*millis),
                figure(megabytes(*idle)),
                figure(megabytes(*busy)),
            ]);
        }
        table
    }

    fn commands(&self) -> Table {
        let mut table = Table::new(["command", "ms"]);
        for Run { command, millis } in &self.commands {
            table.row([format!("`{command}`"), figure(*millis)]);
        }
        table
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = [goals::table(self), self.costs(), self.starts(), self.commands()];
        let tables = tables.into_iter().chain(self.pages.iter().flat_map(Sheet::tables));
        let texts: Vec<_> =
            tables.filter(|table| !table.is_empty()).map(|table| table.to_string()).collect();
        f.write_str(&texts.join("\n"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} secrets", self.database, self.stored)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Millions of bytes.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1_000).unwrap_or(u32::MAX)) / 1e3
}
