//! What the figures shall reach.

use super::bound::Bound;
use super::figures::Figures;
use super::report::{Place, Report, megabytes};
use super::side::Task;
use super::table::{Table, figure};
use super::{baseline, commands, openbao};

/// A figure beside its goal.
struct Goal {
    what: String,
    is: f64,
    bound: Bound,
}

/// The goals that something was measured for.
pub(crate) fn table(report: &Report) -> Table {
    let mut table = Table::new(["goal", "is", "shall be", " "]);
    for Goal { what, is, bound } in goals(report) {
        let verdict = if bound.holds(is) { "✓" } else { "✗" };
        table.row([what, figure(is), bound.to_string(), verdict.to_owned()]);
    }
    table
}

fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for place in report.places() {
        goals.extend(beside_the_baseline(report, place));
    }
    goals.extend(many_beside_few(report));
    for place in report.places() {
        goals.extend(beside_openbao(report, place));
    }
    goals.extend(memory(report));
    goals.extend(command(report));
    goals.extend(sdk(report));
    goals
}

fn beside_the_baseline(report: &Report, place: Place) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (connections, most) in [(1, 3.0), (16, 2.0), (64, 2.0)] {
        let [ours, bare] =
            [OURS, baseline::NAME].map(|who| report.cost(place, Task::Read, connections, who));
        let (Some(ours), Some(bare)) = (ours, bare) else { continue };
        goals.push(Goal {
            what: format!("{place}: processor time of a read, to the baseline's, at {connections}"),
            is: ratio(ours, bare, |figures| figures.processor),
            bound: Bound::AtMost(most),
        });
        if connections == 64 {
            goals.push(Goal {
                what: format!("{place}: p99 of a read, to the baseline's, at {connections}"),
                is: ratio(ours, bare, |figures| figures.p99),
                bound: Bound::AtMost(4.0),
            });
        }
    }
    goals
}

fn many_beside_few(report: &Report) -> Vec<Goal> {
    let places = report.places();
    let pairs = places.iter().zip(places.iter().skip(1));
    let pairs = pairs.filter(|(few, many)| few.database == many.database);
    pairs
        .flat_map(|(few, many)| {
            [1, 16, 64].into_iter().filter_map(|connections| {
                let [few, many] = [*few, *many]
                    .map(|place| Some((place, report.cost(place, Task::Read, connections, OURS)?)));
                let ((few, before), (many, after)) = (few?, many?);
                Some(Goal {
                    what: format!("{many}: a read, to one at {}, at {connections}", few.stored),
                    is: ratio(after, before, |figures| figures.processor),
                    bound: Bound::AtMost(1.15),
                })
            })
        })
        .collect()
}

fn beside_openbao(report: &Report, place: Place) -> Vec<Goal> {
    let goal = |connections| {
        let [ours, theirs] =
            [OURS, openbao::NAME].map(|who| report.cost(place, Task::Read, connections, who));
        Some(Goal {
            what: format!("{place}: processor time of OpenBao's read, to ours, at {connections}"),
            is: ratio(theirs?, ours?, |figures| figures.processor),
            bound: Bound::AtLeast(5.0),
        })
    };
    [1, 16, 64].into_iter().filter_map(goal).collect()
}

fn memory(report: &Report) -> Vec<Goal> {
    let ours = report.starts.iter().filter(|start| start.who == OURS);
    let goal = |start: &super::report::Start| Goal {
        what: format!("{}: MB of memory before the first sign-in", start.place),
        is: megabytes(start.idle),
        bound: Bound::AtMost(50.0),
    };
    ours.map(goal).collect()
}

fn command(report: &Report) -> Option<Goal> {
    let time =
        |command| report.commands.iter().find(|run| run.command == command).map(|run| run.millis);
    Some(Goal {
        what: format!("ms that `{}` adds", commands::OURS),
        is: time(commands::OURS)? - time(commands::PLAIN)?,
        bound: Bound::AtMost(10.0),
    })
}

fn sdk(report: &Report) -> Vec<Goal> {
    let goal =
        |what: &str, is, most| Goal { what: what.to_owned(), is, bound: Bound::AtMost(most) };
    let goals = report.sdk.map(|sdk| {
        vec![
            goal("ms to import the Python SDK", sdk.import, 80.0),
            goal("ms of `from_name` and `resolve` in Python", sdk.resolve, 5.0),
        ]
    });
    goals.unwrap_or_default()
}

fn ratio(one: Figures, other: Figures, of: fn(&Figures) -> f64) -> f64 {
    of(&one) / of(&other).max(f64::EPSILON)
}

const OURS: &str = "keyloft";

#[cfg(test)]
mod tests {
    use super::super::report::{Cost, Database};
    use super::*;

    #[test]
    fn each_figure_stands_beside_its_goal() {
        let cost = |stored, who, processor, p99| Cost {
            place: Place { database: Database::Sqlite, stored },
            task: Task::Read,
            connections: 64,
            who,
            figures: Figures { processor, p99, ..Figures::default() },
        };
        let costs = vec![
            cost(100, OURS, 150.0, 5.0),
            cost(100, baseline::NAME, 60.0, 2.0),
            cost(100, openbao::NAME, 900.0, 9.0),
            cost(10_000, OURS, 165.0, 5.0),
        ];
        let report = Report { costs, ..Report::default() };
        let text = table(&report).to_string();
        let reached: Vec<_> = text.lines().skip(2).map(|line| line.contains('✓')).collect();
        assert_eq!(reached, [false, true, true, true], "{text}");
        assert!(text.contains("2.50"), "{text}");
    }
}
