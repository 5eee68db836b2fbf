//! On which side of a number a figure shall be.

use std::fmt;

#[derive(Clone, Copy)]
pub(crate) enum Bound {
    /// Of what is better the more there is of it.
    AtLeast(f64),
    /// Of times, sizes and their like.
    AtMost(f64),
}

impl Bound {
    pub(crate) fn holds(self, is: f64) -> bool {
        match self {
            Self::AtLeast(least) => is >= least,
            Self::AtMost(most) => is <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}
