//! Base64 (RFC 4648, sections 4 and 5) of a text that holds the value somewhere.

use super::{Form, form};
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding};
use zeroize::Zeroizing;

pub(super) fn push(value: &[u8], forms: &mut Vec<Form>) {
    for encoding in [&BASE64_NOPAD, &BASE64URL_NOPAD] {
        for before in 0..3 {
            push_aligned(value, before, encoding, forms);
        }
        for width in LINE_WIDTHS {
            push_lines(value, width, encoding, forms);
        }
    }
}

/// What base64 writes for the value after so many bytes: without the characters that other bytes have a part in, and
/// then, for a value at the very end, with the last one and its padding.
fn push_aligned(value: &[u8], before: usize, encoding: &Encoding, forms: &mut Vec<Form>) {
    let mut bytes = Zeroizing::new(vec![0; before]);
    bytes.extend_from_slice(value);
    let text = Zeroizing::new(encoding.encode(&bytes));
    let start = (before * 8).div_ceil(6);
    let inner_end = bytes.len() * 8 / 6;
    forms.push(form(&text[start..inner_end]));
    if inner_end < text.len() {
        let padding = "=".repeat(4 - text.len() % 4);
        // Within a URL, padding is percent-encoded or left out.
        for ending in ["", &padding, &padding.replace('=', "%3D"), &padding.replace('=', "%3d")] {
            let ended = Zeroizing::new(format!("{}{ending}", &text[start..]));
            forms.push(form(&ended));
        }
    }
}

/// The lines of a value that is wrapped, but for rests too short to tell.
fn push_lines(value: &[u8], width: usize, encoding: &Encoding, forms: &mut Vec<Form>) {
    let chunk = width / 4 * 3;
    if value.len() > chunk {
        let lines = value.chunks(chunk).filter(|line| line.len() >= SHORTEST_LINE);
        forms.extend(lines.map(|line| form(&Zeroizing::new(encoding.encode(line)))));
    }
}

/// OpenSSL's and PEM's (RFC 7468), and MIME's (RFC 2045), which is that of `base64`.
const LINE_WIDTHS: [usize; 2] = [64, 76];
const SHORTEST_LINE: usize = 6;
