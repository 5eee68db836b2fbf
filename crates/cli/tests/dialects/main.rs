//! What is written down about other programs, compared with those programs.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod corpus;
mod exports;
mod readers;
mod real;
mod report;
