//! Where secrets live. The server alone draws it.

mod edit;
mod page;

pub use page::EnvironmentsPage;

const PAGE: &str = "/environments";
