//! What the browser's history keeps of a list, for whoever comes back to it.

use model::SecretId;
use std::fmt;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// The row that had the focus.
    pub(super) focus: Option<u32>,
    /// The row at the window's top, and its secret: the row may be another's by then.
    pub(super) top: Option<(u32, SecretId)>,
    /// What was selected.
    pub(super) selected: Vec<SecretId>,
}

impl Way {
    /// What was kept; nothing of what cannot be read.
    pub(super) fn read(text: &str) -> Self {
        let mut parts = text.split(' ');
        let focus = parts.next().and_then(|row| row.parse().ok());
        let row = parts.next().and_then(|row| row.parse().ok());
        let id = parts.next().and_then(|id| id.parse().ok());
        Self { focus, top: row.zip(id), selected: parts.filter_map(|id| id.parse().ok()).collect() }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.focus {
            Some(row) => write!(f, "{row} ")?,
            None => f.write_str("- ")?,
        }
        match self.top {
            Some((row, id)) => write!(f, "{row} {id}")?,
            None => f.write_str("- -")?,
        }
        self.selected.iter().try_for_each(|id| write!(f, " {id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_read() {
        let [one, other] = [1, 2].map(|number| format!("sec_{number:032}").parse().unwrap());
        for focus in [None, Some(0), Some(9_999)] {
            for top in [None, Some((7, one))] {
                for selected in [vec![], vec![other], vec![one, other]] {
                    let way = Way { focus, top, selected };
                    assert_eq!(Way::read(&way.to_string()), way);
                }
            }
        }
    }

    #[test]
    fn what_others_keep_says_nothing() {
        for text in ["", "null", "- -", "{\"a\":1}", "x 7 sec_1", "- 7"] {
            assert_eq!(Way::read(text), Way::default(), "{text}");
        }
    }
}
