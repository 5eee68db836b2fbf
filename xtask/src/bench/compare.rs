//! Servers side by side: each round measures one after the other, so that what the machine does meanwhile meets them all.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use super::figures::{Figures, median, millis};
use super::load::{Limit, Load};
use super::report::{Cost, Place, Report, Start};
use super::side::{Requests, Side, Task};
use crate::error::Error;
use crate::step::step;

/// How thoroughly.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// For each kind of request, on each side, in each round.
    pub(crate) time: Duration,
}

/// Measures starts, then each kind of request.
pub(crate) fn compare(
    effort: Effort,
    place: Place,
    sides: &mut [Box<dyn Side>],
    report: &mut Report,
) -> Result<(), Error> {
    let mut memory = step(&format!("{place}: start"), |_step| starts(effort, sides))?;
    for (task, connections) in LOADS {
        step(&format!("{place}: {} at {connections}", task.name()), |_step| {
            let mut runs = BTreeMap::<&str, Vec<Figures>>::new();
            for _round in 0..effort.rounds {
                for side in sides.iter() {
                    let Some(requests) = side.requests(task) else { continue };
                    let figures = measure(effort, &**side, task, connections, requests)?;
                    runs.entry(side.name()).or_default().push(figures);
                    if let Some(start) = memory.iter_mut().find(|start| start.who == side.name()) {
                        start.busy = start.busy.max(side.meter()?.memory()?);
                    }
                }
            }
            for side in sides.iter() {
                if let Some(runs) = runs.get(side.name()) {
                    let who = side.name();
                    let figures = Figures::median(runs);
                    report.costs.push(Cost { place, task, connections, who, figures });
                }
            }
            Ok(())
        })?;
    }
    report.starts.extend(memory.into_iter().map(|start| Start { place, ..start }));
    Ok(())
}

fn starts(effort: Effort, sides: &mut [Box<dyn Side>]) -> Result<Vec<Start>, Error> {
    let mut times = BTreeMap::<&str, Vec<f64>>::new();
    for _round in 0..effort.rounds {
        for side in sides.iter_mut() {
            let time = millis(side.start()?);
            times.entry(side.name()).or_default().push(time);
        }
    }
    sleep(IDLE);
    let start = |side: &mut Box<dyn Side>| {
        let (who, idle) = (side.name(), side.meter()?.memory()?);
        let millis = median(times.get(who).cloned().unwrap_or_default());
        Ok(Start { place: Place::default(), who, millis, idle, busy: idle })
    };
    sides.iter_mut().map(start).collect()
}

fn measure(
    effort: Effort,
    side: &dyn Side,
    task: Task,
    connections: usize,
    requests: Requests,
) -> Result<Figures, Error> {
    let mut next = requests.into_source();
    let load = Load::connect(side.name(), side.address(), connections)?;
    let warm_up = Limit { requests: connections * 5, time: effort.time / 5 };
    load.run(warm_up, &mut next)?;

    // Creates leave something behind: their number is limited rather than their time.
    let most = if task == Task::Create { CREATES } else { usize::MAX };
    let before = side.meter()?.spent()?;
    let done = load.run(Limit { requests: most, time: effort.time }, &mut next)?;
    let spent = side.meter()?.spent()?.saturating_sub(before);
    Ok(Figures::of(done, spent))
}

const LOADS: [(Task, usize); 6] = [
    (Task::Read, 1),
    (Task::Read, 16),
    (Task::Read, 64),
    (Task::Resolve, 16),
    (Task::List, 16),
    (Task::Create, 16),
];
const CREATES: usize = 1_000;
/// Until a server that has just started has nothing more to do.
const IDLE: Duration = Duration::from_millis(500);
