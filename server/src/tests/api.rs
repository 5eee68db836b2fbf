//! The API as programs meet it.

mod matrix;
mod problems;
mod story;
