//! Versions and rotation, on pages that the server alone draws. None of them holds a value.

mod due;
mod history;
mod rotate;
mod words;

pub use due::RotationPage;
pub use history::HistoryPage;
pub use rotate::RotatePage;
