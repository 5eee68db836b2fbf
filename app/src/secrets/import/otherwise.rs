//! Which programs read a line otherwise, in sentences.

use crate::ui::listed;
use envfile::{Difference, Reader, Way};
use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// What other programs make of a text, by where the statement starts that they read otherwise.
pub(super) struct Otherwise(BTreeMap<usize, Vec<Difference>>);

impl Otherwise {
    pub(super) fn of(differences: impl IntoIterator<Item = Difference>) -> Self {
        let mut by_start = BTreeMap::<_, Vec<_>>::new();
        for difference in differences {
            by_start.entry(difference.start).or_default().push(difference);
        }
        Self(by_start)
    }

    /// Takes out what is to be said of the statements that start there. Where that is one, its line need not be named.
    pub(super) fn take(&mut self, starts: &[usize]) -> Vec<String> {
        let found: Vec<_> = starts.iter().filter_map(|at| self.0.remove(at)).flatten().collect();
        sentences(&found, starts)
    }

    /// What is to be said of all that was not taken out.
    pub(super) fn rest(self) -> Vec<String> {
        let found: Vec<_> = self.0.into_values().flatten().collect();
        sentences(&found, &[])
    }
}

/// Programs that do the same on the same lines share one sentence.
fn sentences(found: &[Difference], starts: &[usize]) -> Vec<String> {
    let by_reader = gathered(found.iter().map(|it| ((&it.way, it.reader), it.line)));
    let by_way = by_reader.into_iter().map(|((way, reader), lines)| ((way, lines), reader));
    let sentence = |((way, lines), readers): ((&Way, Vec<usize>), Vec<Reader>)| {
        let names: Vec<String> = readers.iter().map(ToString::to_string).collect();
        let does = if names.len() == 1 { way.to_string() } else { way.of_several() };
        let place =
            if lines == starts && starts.len() == 1 { String::new() } else { place(&lines) };
        format!("{place}{} {does}.", listed(&names))
    };
    gathered(by_way).into_iter().map(sentence).collect()
}

fn place(lines: &[usize]) -> String {
    const FEW: usize = 3;
    match lines {
        [] => String::new(),
        [line] => format!("Line {line}: "),
        [first, .., last] if lines.len() >= FEW && last - first + 1 == lines.len() => {
            format!("Lines {first} to {last}: ")
        }
        few if few.len() <= FEW => {
            let few: Vec<String> = few.iter().map(ToString::to_string).collect();
            format!("Lines {}: ", listed(&few))
        }
        [first, .., last] => format!("{} lines from {first} to {last}: ", lines.len()),
    }
}

/// All values of each key, in the order in which the keys come first.
fn gathered<K: Clone + Eq + Hash, V>(pairs: impl Iterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let (mut places, mut gathered) = (HashMap::new(), Vec::<(K, Vec<V>)>::new());
    for (key, value) in pairs {
        let place = *places.entry(key.clone()).or_insert(gathered.len());
        match gathered.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => gathered.push((key, vec![value])),
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn otherwise(text: &str) -> Otherwise {
        Otherwise::of(envfile::differences(text.as_bytes()).unwrap())
    }

    #[test]
    fn programs_that_do_the_same_share_a_sentence() {
        let mut otherwise = otherwise("A=v#c\nB=1\nB=2\nB=3\n# c\n");
        assert_eq!(
            otherwise.take(&[1]),
            ["dotenv (Node.js) and node --env-file cut the value at a #."]
        );
        assert_eq!(
            otherwise.take(&[2, 3, 4]),
            ["Lines 3 and 4: dotenvy (Rust) keeps the first value of this key."]
        );
        assert!(otherwise.rest().is_empty());
    }

    #[test]
    fn what_is_read_within_a_value_is_told_of_the_value() {
        let mut within = otherwise("A=1\nPEM=\"one\ntwo\nthree\nfour\"\n");
        assert!(within.take(&[1]).is_empty());
        let told = within.take(&[2]);
        assert!(told.iter().any(|told| told.starts_with("Lines 3 to 5: docker")), "{told:?}");
        assert!(within.rest().is_empty());
        let untaken = otherwise("J: v\n").rest();
        assert!(untaken.iter().all(|told| told.starts_with("Line 1: ")), "{untaken:?}");
    }
}
