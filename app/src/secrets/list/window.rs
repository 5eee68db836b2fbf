//! Which rows of a long list stand in the page: those that are seen and some around them. The rest is empty space.

use super::pages::PAGE;
use std::{iter, ops::Range};

/// The rows around those that are seen, where `above` pixels of the list lie above the window's top, the window is `height` and each row
/// `row` pixels high.
pub(super) fn around(above: i32, height: i32, row: i32, total: u32) -> Range<u32> {
    if total <= PAGE {
        return 0..total;
    }
    // Rows that stand in the page tell how high they are.
    if row <= 0 {
        return 0..FIRST.min(total);
    }
    // Two are seen in part.
    let seen = (rows_in(height, row) + 2).min(MOST);
    let margin = MARGIN.min((MOST - seen) / 2);
    let first = rows_in(above, row).min(total.saturating_sub(seen));
    first.saturating_sub(margin)..(first + seen + margin).min(total)
}

/// Whether what is seen lies so far inside a window that it need not move yet: each move costs a frame its time.
pub(super) fn still_serves(
    window: &Range<u32>,
    above: i32,
    height: i32,
    row: i32,
    total: u32,
) -> bool {
    if row <= 0 || window.end > total {
        return false;
    }
    let (first, last) = (rows_in(above, row), rows_in(above.saturating_add(height), row) + 1);
    let is_above = window.start == 0 || window.start + SLACK <= first;
    is_above && (window.end == total || last + SLACK <= window.end)
}

/// How many whole rows fit; none into less than nothing.
fn rows_in(pixels: i32, row: i32) -> u32 {
    u32::try_from(pixels / row).unwrap_or(0)
}

/// What stands in the list, from its top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The row of this place.
    Row(u32),
    /// As much space as so many rows take.
    Space(u32),
}

/// The rows of `window`, one more wherever it is (the one with the focus), and space for the others.
pub(super) fn pieces(total: u32, window: Range<u32>, held: Option<u32>) -> Vec<Piece> {
    let held = held.filter(|row| *row < total && !window.contains(row));
    let before = held.filter(|row| *row < window.start);
    let after = held.filter(|row| *row >= window.end);
    let mut pieces = Vec::new();
    let mut next = 0;
    for row in before.into_iter().chain(window).chain(after) {
        pieces.extend(space(next, row));
        pieces.push(Piece::Row(row));
        next = row + 1;
    }
    pieces.extend(space(next, total));
    pieces
}

fn space(from: u32, to: u32) -> Option<Piece> {
    (to > from).then(|| Piece::Space(to - from))
}

/// The pages that hold these rows, and then those that hold what is scrolled to next.
pub(super) fn pages(rows: &Range<u32>, total: u32) -> impl Iterator<Item = u32> + use<> {
    let page = |row: u32| row / PAGE;
    let last = page(rows.end.saturating_sub(1));
    let next = (rows.end + AHEAD).min(total.saturating_sub(1));
    let before = rows.start.saturating_sub(AHEAD);
    (page(rows.start)..=last).chain(iter::once(page(next))).chain(iter::once(page(before)))
}

/// Rows that stand in the page before it is known how many are seen: most often, enough.
const FIRST: u32 = 32;
/// Rows beyond each end of what is seen.
const MARGIN: u32 = 8;
/// As long as so many of them are left, the window stays.
const SLACK: u32 = 3;
/// From so many rows before a page on, it is read. At the list's top, the first page is enough for a window of usual height.
const AHEAD: u32 = 12;
/// The most rows of a window. With the head, the row with the focus and the spaces, the table has fewer than 60.
const MOST: u32 = 54;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_what_is_seen_and_eight_rows_around_it() {
        // 800 pixels are 18 rows and two in part.
        assert_eq!(around(-200, 800, 44, 10_000), 0..28, "the list begins below the window's top");
        assert_eq!(around(0, 800, 44, 10_000), 0..28);
        assert_eq!(around(44 * 100 + 20, 800, 44, 10_000), 92..128);
        assert_eq!(around(44 * 10_000, 800, 44, 10_000), 9_972..10_000, "beyond its end");
        assert_eq!(around(0, 800, 44, 51), 0..28);
        assert_eq!(around(44 * 30, 800, 44, 51), 22..51);
    }

    #[test]
    fn a_short_list_stands_there_whole() {
        assert_eq!(around(0, 100, 44, 50), 0..50);
        assert_eq!(around(0, 100, 44, 0), 0..0);
        assert_eq!(around(0, 100, 0, 30), 0..30, "its rows have no height: nothing is drawn yet");
        assert_eq!(around(0, 100, 0, 70), 0..32, "the first tell how high they are");
    }

    #[test]
    fn a_window_stays_until_few_rows_are_left_beyond_what_is_seen() {
        let serves = |window, first: i32| still_serves(&window, first * 44, 792, 44, 10_000);
        assert!(serves(92..128, 100));
        assert!(serves(92..128, 95) && !serves(92..128, 94));
        assert!(serves(92..128, 106) && !serves(92..128, 107));
        assert!(serves(0..28, 0) && serves(9_972..10_000, 9_982), "nothing lies beyond");
        assert!(!still_serves(&(0..50), 0, 792, 44, 40), "the list became shorter");
        assert!(!still_serves(&(0..32), 0, 792, 0, 10_000), "how high rows are is not known yet");
    }

    #[test]
    fn a_window_of_any_height_keeps_the_table_below_sixty_rows() {
        for height in (0..6_000).step_by(97) {
            for above in (0..44 * 10_000).step_by(9_973) {
                let window = around(above, height, 44, 10_000);
                let pieces = pieces(10_000, window.clone(), Some(5_000));
                assert!(pieces.len() < 60, "{height} {above}: {}", pieces.len());
                let seen = u32::try_from(above / 44).unwrap().min(9_999);
                assert!(window.contains(&seen), "{height} {above}: {window:?}");
            }
        }
    }

    #[test]
    fn rows_and_spaces_are_as_high_as_the_whole_list() {
        use Piece::{Row, Space};
        assert_eq!(pieces(10, 0..3, None), [Row(0), Row(1), Row(2), Space(7)]);
        assert_eq!(pieces(10, 4..6, None), [Space(4), Row(4), Row(5), Space(4)]);
        assert_eq!(pieces(6, 4..6, Some(1)), [Space(1), Row(1), Space(2), Row(4), Row(5)]);
        assert_eq!(pieces(6, 2..4, Some(1)), [Space(1), Row(1), Row(2), Row(3), Space(2)]);
        assert_eq!(pieces(6, 0..2, Some(5)), [Row(0), Row(1), Space(3), Row(5)]);
        assert_eq!(pieces(3, 0..3, Some(1)), [Row(0), Row(1), Row(2)], "it stands there anyway");
        assert_eq!(pieces(3, 0..3, Some(7)), [Row(0), Row(1), Row(2)], "it is gone");
        assert_eq!(pieces(0, 0..0, Some(0)), []);
        let height = |pieces: &[Piece]| -> u32 {
            pieces.iter().map(|piece| if let Space(rows) = piece { *rows } else { 1 }).sum()
        };
        for held in [None, Some(0), Some(499), Some(500), Some(560), Some(999)] {
            assert_eq!(height(&pieces(1_000, 500..560, held)), 1_000, "{held:?}");
        }
    }

    #[test]
    fn pages_are_read_for_what_is_seen_first_and_then_ahead() {
        let read = |rows, total| pages(&rows, total).collect::<Vec<_>>();
        assert_eq!(read(0..28, 10_000), [0, 0, 0]);
        assert_eq!(read(10..46, 10_000), [0, 1, 0]);
        assert_eq!(read(92..128, 10_000), [1, 2, 2, 1]);
        assert_eq!(read(9_972..10_000, 10_000), [199, 199, 199]);
        assert_eq!(read(0..10, 10), [0, 0, 0]);
    }
}
