//! What replaces values by itself: what there is, and how far each rotation is.
//!
//! A rotation is a row that goes from state to state, each a commit of its own: whatever is cut off between two of them is found
//! where it was, and whoever goes on with it can find out what the last step still did. The new value is sealed in the row before
//! anybody else hears of it, and is dropped only once it is the current version and the old one is retired.

mod make;
mod run;
mod show;

pub use make::RotatorDraft;
pub use run::{Pending, RotationStep, RotatorWork};
pub use show::{LogEntry, RotatorInfo};

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
