//! A token as pages show it.

use model::{TokenInfo, TokenState};

/// A token as pages show it.
#[derive(Clone, Debug)]
pub(super) struct ShownToken {
    /// What it is.
    pub(super) info: TokenInfo,
    /// In how many days it ends, the last one counted as a whole. Nothing if it does not end.
    pub(super) days_left: Option<i64>,
}

impl ShownToken {
    /// The token at this time, in unix milliseconds.
    pub(super) fn at(info: TokenInfo, now: i64) -> Self {
        const DAY: i64 = 86_400_000;
        let days_left = info.expires_at.map(|end| (end - now + DAY - 1).div_euclid(DAY));
        Self { info, days_left }
    }

    /// In how many days it ends, if that is soon.
    pub(super) fn ends_soon(&self) -> Option<i64> {
        self.days_left.filter(|&days| self.info.state == TokenState::Active && days <= SOON_DAYS)
    }
}

/// From so many days before its end on, a token is said to end.
const SOON_DAYS: i64 = 7;
