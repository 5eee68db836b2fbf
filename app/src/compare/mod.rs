//! Two environments beside each other, and promoting keys from one to the other. The server alone draws it.

mod asked;
mod page;
mod review;
mod table;

use model::UserId;
use std::sync::Arc;

pub use asked::{ChosenSecret, LookedAt, address, chosen_keys};
pub use page::ComparePage;

/// Counts a comparison of values, each of which could test a guess; or says in how many seconds the person may have another.
#[derive(Clone)]
pub struct ComparisonLimit(pub Arc<dyn Fn(UserId) -> Result<(), u32> + Send + Sync>);

const PAGE: &str = "/compare";
