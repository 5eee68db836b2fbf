//! Finds the longest of many patterns at one place, a piece of text at a time.
//!
//! The patterns are sorted, so that those which start alike stand side by side: reading a byte narrows the range of
//! patterns that are still possible.

use super::forms::Form;

/// The patterns, each with a number that says whose it is.
pub(super) struct Patterns {
    sorted: Vec<(Form, usize)>,
    /// The patterns by their first byte: those of byte `b` are `first[b]..first[b + 1]`.
    first: Vec<usize>,
}

/// A way through one pattern or several that start alike.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The patterns that are still possible.
    range: (usize, usize),
    /// How many bytes have been read.
    depth: usize,
    longest: Option<(usize, usize)>,
}

impl Walk {
    pub(super) const fn is_new(&self) -> bool {
        self.depth == 0
    }

    /// Length and number of the longest pattern that has been read to its end.
    pub(super) const fn longest(&self) -> Option<(usize, usize)> {
        self.longest
    }
}

impl Patterns {
    /// Of equal patterns, the one with the lowest number stays.
    pub(super) fn new(mut patterns: Vec<(Form, usize)>) -> Self {
        patterns.retain(|(pattern, _)| !pattern.is_empty());
        patterns.sort_unstable_by(|(a, m), (b, n)| a.as_slice().cmp(b.as_slice()).then(m.cmp(n)));
        patterns.dedup_by(|(next, _), (kept, _)| next.as_slice() == kept.as_slice());
        let first = (0..=256)
            .map(|byte| patterns.partition_point(|(pattern, _)| usize::from(pattern[0]) < byte));
        Self { first: first.collect(), sorted: patterns }
    }

    pub(super) const fn start(&self) -> Walk {
        Walk { range: (0, self.sorted.len()), depth: 0, longest: None }
    }

    /// How many bytes no pattern starts with.
    pub(super) fn skip(&self, text: &[u8]) -> usize {
        let starts = |byte: &u8| !self.starting_with(*byte).is_empty();
        text.iter().position(starts).unwrap_or(text.len())
    }

    /// Goes on through `text`, which starts where the walk did. Says whether more text could make a pattern complete,
    /// or a longer one.
    pub(super) fn walk(&self, walk: &mut Walk, text: &[u8]) -> bool {
        for &byte in &text[walk.depth..] {
            if !self.step(walk, byte) {
                return false;
            }
        }
        true
    }

    /// Whether any pattern is in the text.
    pub(super) fn occur_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|start| {
            let mut walk = self.start();
            self.walk(&mut walk, &text[start..]);
            walk.longest.is_some()
        })
    }

    /// Reads a byte, and says whether another one could follow.
    fn step(&self, walk: &mut Walk, byte: u8) -> bool {
        let depth = walk.depth;
        let (start, end) = if depth == 0 {
            let range = self.starting_with(byte);
            (range.start, range.end)
        } else {
            let (start, end) = walk.range;
            let possible = &self.sorted[start..end];
            // A pattern that ends here comes first, and has no byte.
            let below = possible.partition_point(|(pattern, _)| pattern.get(depth) < Some(&byte));
            let through =
                possible.partition_point(|(pattern, _)| pattern.get(depth) <= Some(&byte));
            (start + below, start + through)
        };
        walk.range = (start, end);
        walk.depth += 1;
        let Some((pattern, number)) = self.sorted[start..end].first() else { return false };
        if pattern.len() > walk.depth {
            return true;
        }
        walk.longest = Some((walk.depth, *number));
        end - start > 1
    }

    fn starting_with(&self, byte: u8) -> std::ops::Range<usize> {
        let byte = usize::from(byte);
        self.first[byte]..self.first[byte + 1]
    }
}
