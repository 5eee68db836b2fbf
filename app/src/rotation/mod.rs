//! Versions and rotation, on pages that the server alone draws. None of them holds a value.

mod access;
mod automatic;
mod comparison;
mod due;
mod history;
mod new_rotator;
mod rotate;
mod schedule;
mod timeline;
mod words;

pub use access::AccessPage;
pub use automatic::{AutomaticPage, RotatorPage};
pub use due::RotationPage;
pub use history::HistoryPage;
pub use new_rotator::NewRotatorPage;
pub use rotate::RotatePage;
pub use schedule::SchedulePage;
