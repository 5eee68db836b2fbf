use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use super::hydrated;

/// A moment, from unix milliseconds.
///
/// Relative while it is less than a week away ("2 h ago", "in 5 d"), with the full time ("23 Nov 2026, 12:41 UTC") as its tooltip; the
/// `datetime` attribute always holds the exact one. A page that scripts take over comes from the server with the full one, which
/// becomes relative then.
#[component]
pub fn Time(
    ms: i64,
    /// Stays in full: it is compared with what others logged.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let ready = hydrated();
    let moment = Civil::from_unix_ms(ms);
    let absolute = moment.text();
    let near = move |now| relative(ms, now).filter(|_| !exact);
    let shown = when_drawn().and_then(near).unwrap_or_else(|| absolute.clone());
    view! {
        <time datetime=moment.iso() title=absolute>
            {move || ready.get().then(|| near(now())).flatten().unwrap_or_else(|| shown.clone())}
        </time>
    }
    .into_any()
}

/// When the server drew a page that stays as it is, in unix milliseconds.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct DrawnAt(pub i64);

fn when_drawn() -> Option<i64> {
    #[cfg(feature = "ssr")]
    return use_context().map(|DrawnAt(now)| now);
    #[cfg(not(feature = "ssr"))]
    None
}

/// The time by the server's clock, in unix milliseconds. The server draws nothing with it.
pub(crate) fn now() -> i64 {
    #[cfg(feature = "hydrate")]
    {
        clock() + SKEW.load(Relaxed)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        0
    }
}

/// Puts the browser's clock right by the time at which the server drew the page: on some machines it is wrong by hours, and what was just
/// done would be to come.
#[cfg(feature = "hydrate")]
pub(crate) fn set_clock() {
    let drawn = document().document_element().and_then(|root| root.get_attribute("data-now"));
    if let Some(drawn) = drawn.and_then(|drawn| drawn.parse::<i64>().ok()) {
        SKEW.store(drawn - clock(), Relaxed);
    }
}

#[cfg(feature = "hydrate")]
fn clock() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds fit until year 287,396")]
    let now = js_sys::Date::now() as i64;
    now
}

/// By how many milliseconds the browser's clock is behind the server's.
#[cfg(feature = "hydrate")]
static SKEW: AtomicI64 = AtomicI64::new(0);

fn relative(ms: i64, now: i64) -> Option<String> {
    let distance = now - ms;
    let (amount, unit) = match distance.abs() / MINUTE {
        0 => return Some(String::from("just now")),
        minutes @ 1..60 => (minutes, "min"),
        minutes @ 60..1_440 => (minutes / 60, "h"),
        minutes @ 1_440..10_080 => (minutes / 1_440, "d"),
        _ => return None,
    };
    Some(if distance > 0 { format!("{amount} {unit} ago") } else { format!("in {amount} {unit}") })
}

/// A moment on the calendar, in UTC.
struct Civil {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// Days to year, month, day after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    /// `civil_from_days`: years start in March, so that the leap day comes last, and 400 of them
    /// are an era of 146,097 days.
    fn from_unix_ms(ms: i64) -> Self {
        let seconds = ms.div_euclid(1_000);
        let of_day = seconds.rem_euclid(86_400);
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era =
            (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096).div_euclid(365);
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: usize::try_from(month).unwrap_or(1),
            day: of_year - (153 * from_march + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    fn text(&self) -> String {
        let Self { year, month, day, hour, minute, .. } = self;
        let month = MONTHS[month - 1];
        format!("{day} {month} {year}, {hour:02}:{minute:02} UTC")
    }

    fn iso(&self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

const MINUTE: i64 = 60_000;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * MINUTE;

    #[test]
    fn writes_a_moment_in_full() {
        let moment = Civil::from_unix_ms(1_795_437_660_000);
        assert_eq!(moment.text(), "23 Nov 2026, 12:41 UTC");
        assert_eq!(moment.iso(), "2026-11-23T12:41:00Z");
    }

    #[test]
    fn knows_leap_days_and_times_before_1970() {
        assert_eq!(Civil::from_unix_ms(951_782_400_000).iso(), "2000-02-29T00:00:00Z");
        assert_eq!(Civil::from_unix_ms(4_107_542_400_000).iso(), "2100-03-01T00:00:00Z");
        assert_eq!(Civil::from_unix_ms(0).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(Civil::from_unix_ms(-1).iso(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = Civil::from_unix_ms(0);
        for day in 1..146_097 {
            let next = Civil::from_unix_ms(day * 24 * HOUR);
            let key = |c: &Civil| (c.year, c.month, c.day);
            assert!(key(&next) > key(&before), "{} after {}", next.iso(), before.iso());
            before = next;
        }
        assert_eq!(before.iso(), "2369-12-31T00:00:00Z");
    }

    #[test]
    fn is_relative_for_a_week_in_both_directions() {
        let now = 1_795_437_660_000;
        let said = |distance: i64| relative(now - distance, now);
        assert_eq!(said(30_000).as_deref(), Some("just now"));
        assert_eq!(said(59 * MINUTE).as_deref(), Some("59 min ago"));
        assert_eq!(said(2 * HOUR).as_deref(), Some("2 h ago"));
        assert_eq!(said(-5 * 24 * HOUR).as_deref(), Some("in 5 d"));
        assert_eq!(said(7 * 24 * HOUR), None);
    }
}
