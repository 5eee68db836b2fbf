//! Static files are compressed once, when they are built, as small as they get.

use std::io::Write;
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Whether a file shrinks at all: pictures and fonts are compressed already.
pub(super) fn shrinks(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    TEXTUAL.contains(&extension)
}

/// Brotli at its highest quality.
pub(super) fn brotli(mut bytes: &[u8]) -> Vec<u8> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &params)
        .expect("reading a slice and writing a vector cannot fail");
    compressed
}

/// Gzip, for clients without brotli.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing a vector cannot fail")
}

const TEXTUAL: [&str; 9] =
    ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest"];

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let text = "secret ".repeat(1_000);
        let mut plain = String::new();
        let small = brotli(text.as_bytes());
        brotli::Decompressor::new(&small[..], 4_096).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, text);

        plain.clear();
        let small = gzip(text.as_bytes());
        flate2::read::GzDecoder::new(&small[..]).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, text);
    }
}
