//! What the `keyloft` command does without a server: writing secrets in the formats of other
//! programs, and masking values in a program's output.

pub mod export;
pub mod mask;
