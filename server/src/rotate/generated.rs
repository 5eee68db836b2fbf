//! Values that nobody else needs to know.

use model::{Alphabet, RotatorState, WireValue};
use store::{Pending, RotationStep, RotatorWork};
use zeroize::Zeroizing;

pub(super) fn step(
    work: &RotatorWork,
    length: u32,
    alphabet: Alphabet,
    format: &str,
) -> RotationStep {
    match work.state {
        RotatorState::Idle => {
            let value = || WireValue::new(format.replace("{}", &text(length, alphabet)));
            let values = work.keys.iter().map(|key| (key.clone(), value())).collect();
            RotationStep::Made(Pending { values, role: None })
        }
        RotatorState::Made => RotationStep::Applied,
        RotatorState::Applied | RotatorState::Verified => RotationStep::Verified,
        RotatorState::Overlap => RotationStep::Retired("Done.".into()),
    }
}

/// Characters of the alphabet, each as likely as any other.
pub(super) fn text(length: u32, alphabet: Alphabet) -> Zeroizing<String> {
    let characters = alphabet.characters();
    // A byte beyond the last whole number of alphabets would favour the first characters.
    let fair = 256 / characters.len() * characters.len();
    let length = usize::try_from(length).expect("a length fits");
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut random = Zeroizing::new([0; 64]);
    while text.len() < length {
        getrandom::fill(&mut *random).expect("the operating system has random numbers");
        let fitting = random.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < fair);
        for byte in fitting.take(length - text.len()) {
            text.push(char::from(characters[byte % characters.len()]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_an_alphabet_comes_about_as_often() {
        for alphabet in [Alphabet::Alphanumeric, Alphabet::Digits, Alphabet::Hex, Alphabet::UrlSafe]
        {
            let characters = alphabet.characters();
            let text = text(u32::try_from(characters.len() * 1000).unwrap(), alphabet);
            for character in characters {
                let count = text.bytes().filter(|byte| byte == character).count();
                // Seven standard deviations.
                assert!((780..1220).contains(&count), "{alphabet:?} {character}: {count}");
            }
        }
    }
}
