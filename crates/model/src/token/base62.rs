//! Numbers in base 62: digits, upper case, lower case.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A number given by its bytes, the highest first, in so many digits.
pub(super) fn encode(bytes: &[u8], digits: usize) -> String {
    let mut number = bytes.to_vec();
    let mut text = vec![0; digits];
    for digit in text.iter_mut().rev() {
        let mut rest = 0;
        for byte in &mut number {
            let value = rest * 256 + usize::from(*byte);
            *byte = u8::try_from(value / 62).expect("the rest is below 62");
            rest = value % 62;
        }
        *digit = DIGITS[rest];
    }
    String::from_utf8(text).expect("digits are ASCII")
}

/// The number back; nothing if a letter is no digit or the number needs more than `N` bytes.
pub(super) fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut number = [0; N];
    for letter in text {
        let mut carry = DIGITS.iter().position(|digit| digit == letter)?;
        for byte in number.iter_mut().rev() {
            let value = usize::from(*byte) * 62 + carry;
            *byte = u8::try_from(value % 256).expect("a remainder of 256 is a byte");
            carry = value / 256;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}
