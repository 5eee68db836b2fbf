//! Keys of one character, which people can change or switch off (WCAG 2.2, 2.1.4).

use crate::small::small;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::iter;

/// Which key of one character somebody presses for which, in one browser.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// Whether none of them does anything.
    pub off: bool,
    /// Pairs, in lower case: the key that is meant, and the one that is pressed in its place. All others are pressed as they are.
    own: String,
}

impl Letters {
    fn own(&self) -> impl Iterator<Item = (char, char)> {
        let mut own = self.own.chars();
        iter::from_fn(move || own.next().zip(own.next()))
    }

    /// What to press for a key of [`SHORTCUTS`](super::keys::SHORTCUTS); nothing if that does nothing.
    pub(crate) fn pressed_for(&self, key: &str) -> Option<String> {
        match one(key) {
            Some(_) if self.off => None,
            Some(meant) => {
                let own = self.own().find(|(of, _)| *of == meant);
                Some(own.map_or(meant, |(_, pressed)| pressed).to_ascii_uppercase().into())
            }
            None => Some(key.to_owned()),
        }
    }

    /// The key that is meant by the one that was pressed, in lower case; nothing if it does nothing.
    pub(crate) fn meant_by(&self, key: &str) -> Option<String> {
        let Some(pressed) = one(key) else { return Some(key.to_ascii_lowercase()) };
        if self.off {
            return None;
        }
        let meant = self.own().find(|(_, own)| *own == pressed).map(|(meant, _)| meant);
        let has_another = self.own().any(|(meant, _)| meant == pressed);
        meant.or((!has_another).then_some(pressed)).map(String::from)
    }
}

/// The character that a key types, in lower case; nothing for keys that have names, and for Space, which presses what has the focus.
fn one(key: &str) -> Option<char> {
    let mut characters = key.chars();
    let (typed, rest) = (characters.next()?, characters.next());
    (rest.is_none() && typed != ' ').then(|| small(key).chars().next().unwrap_or(typed))
}

/// How a control tells which keys press it, in `aria-keyshortcuts`; nothing if none does.
pub(crate) fn announced(keys: &'static str) -> Option<String> {
    let letters = use_context::<Letters>().unwrap_or_default();
    let pressed: Vec<_> = keys.split(' ').filter_map(|key| letters.pressed_for(key)).collect();
    (!pressed.is_empty()).then(|| pressed.join(" "))
}

/// The server's half: choosing them, and keeping them in a cookie.
#[cfg(feature = "ssr")]
mod chosen {
    use super::{super::keys::changeable, Letters, one};
    use std::fmt::{self, Write as _};

    /// Why keys cannot be what was typed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum LettersFault {
        /// No key types this for the key that is meant.
        NoKey { meant: char },
        /// Two are to be pressed by one key.
        Twice { pressed: char, meant: [char; 2] },
    }

    impl LettersFault {
        /// Whether it is wrong what was typed for this key.
        pub fn is_of(&self, key: char) -> bool {
            match self {
                Self::NoKey { meant } => *meant == key,
                Self::Twice { meant, .. } => meant.contains(&key),
            }
        }
    }

    impl fmt::Display for LettersFault {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let does = |key: char| {
                changeable().find(|(meant, _)| *meant == key).map_or("", |(_, does)| does)
            };
            match self {
                Self::NoKey { meant } => {
                    write!(f, "“{}” needs one key: a single letter, digit or sign.", does(*meant))
                }
                Self::Twice { pressed, meant: [one, other] } => write!(
                    f,
                    "{} cannot be the key of both “{}” and “{}”. Give each its own.",
                    pressed.to_ascii_uppercase(),
                    does(*one),
                    does(*other)
                ),
            }
        }
    }

    impl Letters {
        /// The keys that somebody typed for those that are meant. Where they typed nothing, the usual one counts.
        pub fn choose(off: bool, typed: impl Fn(char) -> String) -> Result<Self, LettersFault> {
            let mut chosen: Vec<(char, char)> = Vec::new();
            for (meant, _) in changeable() {
                let pressed = match typed(meant).trim() {
                    "" => meant,
                    text => one(text)
                        .filter(|key| !key.is_control())
                        .ok_or(LettersFault::NoKey { meant })?,
                };
                if let Some((other, _)) = chosen.iter().find(|(_, taken)| *taken == pressed) {
                    return Err(LettersFault::Twice { pressed, meant: [*other, meant] });
                }
                chosen.push((meant, pressed));
            }
            let own = chosen.into_iter().filter(|(meant, pressed)| meant != pressed);
            Ok(Self { off, own: own.flat_map(|(meant, pressed)| [meant, pressed]).collect() })
        }

        /// As a cookie's value: the characters by their numbers, for a cookie holds few of them.
        pub fn to_cookie(&self) -> String {
            let mut text = if self.off { "off" } else { "on" }.to_owned();
            for key in self.own.chars() {
                let _ = write!(text, ".{:x}", u32::from(key));
            }
            text
        }

        /// What a cookie says; the keys as they are if it says nothing that can be read.
        pub fn of_cookie(text: &str) -> Self {
            let mut parts = text.split('.');
            let off = parts.next() == Some("off");
            let number = |part| char::from_u32(u32::from_str_radix(part, 16).ok()?);
            let keys: Option<Vec<char>> = parts.map(number).collect();
            let typed = |meant: char| {
                let pairs = keys.iter().flat_map(|keys| keys.chunks_exact(2));
                pairs.filter(|pair| pair[0] == meant).map(|pair| pair[1]).collect::<String>()
            };
            Self::choose(off, typed).unwrap_or(Self { off, ..Self::default() })
        }
    }
}

#[cfg(feature = "ssr")]
pub use chosen::LettersFault;

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn choose(own: &[(char, &str)]) -> Result<Letters, LettersFault> {
        Letters::choose(false, |meant| {
            own.iter().find(|(of, _)| *of == meant).map_or("", |(_, typed)| typed).to_owned()
        })
    }

    #[test]
    fn a_key_of_ones_own_is_pressed_in_anothers_place_and_that_one_does_nothing() {
        let letters = choose(&[('e', "m"), ('r', "e"), ('v', "Ж")]).unwrap();
        let meant = |key| letters.meant_by(key);
        assert_eq!(meant("M").as_deref(), Some("e"));
        assert_eq!(meant("e").as_deref(), Some("r"));
        assert_eq!(meant("r"), None);
        assert_eq!(meant("ж").as_deref(), Some("v"));
        assert_eq!(meant("x").as_deref(), Some("x"));
        assert_eq!(meant("ArrowDown").as_deref(), Some("arrowdown"));
        assert_eq!(letters.pressed_for("E").as_deref(), Some("M"));
        assert_eq!(letters.pressed_for("X").as_deref(), Some("X"));
        assert_eq!(letters.pressed_for("Control+Enter").as_deref(), Some("Control+Enter"));
    }

    #[test]
    fn keys_that_are_off_do_nothing_and_named_keys_still_do() {
        let letters = Letters { off: true, ..choose(&[('e', "m")]).unwrap() };
        assert_eq!(letters.meant_by("m"), None);
        assert_eq!(letters.pressed_for("E"), None);
        assert_eq!(letters.meant_by(" ").as_deref(), Some(" "));
        assert_eq!(letters.pressed_for("Control+Z").as_deref(), Some("Control+Z"));
    }

    #[test]
    fn one_key_does_one_thing() {
        let twice = LettersFault::Twice { pressed: 'n', meant: ['n', 'e'] };
        assert_eq!(choose(&[('e', "n")]), Err(twice));
        assert_eq!(choose(&[('e', "en")]), Err(LettersFault::NoKey { meant: 'e' }));
        assert_eq!(choose(&[('e', "\u{7f}")]), Err(LettersFault::NoKey { meant: 'e' }));
        assert_eq!(choose(&[('e', " "), ('n', "n")]), Ok(Letters::default()));
    }

    #[test]
    fn a_cookie_keeps_them_and_what_it_cannot_mean_is_not_believed() {
        for letters in [
            Letters::default(),
            choose(&[('e', "r"), ('r', "e"), ('.', ","), ('[', "ö"), (']', "ä")]).unwrap(),
            Letters { off: true, ..choose(&[('x', ";")]).unwrap() },
        ] {
            let cookie = letters.to_cookie();
            assert!(cookie.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'), "{cookie}");
            assert_eq!(Letters::of_cookie(&cookie), letters);
        }
        for cookie in ["", "on.65", "on.65.6e", "on.zz.zz", "on.110000.61", "nonsense"] {
            assert_eq!(Letters::of_cookie(cookie), Letters::default(), "{cookie}");
        }
        assert!(Letters::of_cookie("off.65.6e").off);
    }
}
