//! Keeps values out of a program's output.
//!
//! Every occurrence of a value becomes `[masked:KEY]`: the value itself and without the blanks around it, each of its
//! lines, and all these as base64, percent-encoded, as JSON and quoted for a shell ([`forms`] lists them). What is found
//! is the leftmost and then the longest occurrence, wherever the writes are cut.
//!
//! Nothing is delayed but the beginning of an occurrence. See [`Masker::pending`] for what to do about that.
//!
//! This is no crate for finding many words at once, such as `aho-corasick`, for three reasons: their automatons hold
//! copies of the values that cannot be wiped, take some twenty times the memory of all the forms, and give out streams
//! only in blocks.

mod forms;
mod patterns;
mod worth;

pub use worth::{Unmaskable, refusal};

use crate::export::Pairs;
use model::KeyName;
use patterns::{Patterns, Walk};
use std::io;
use zeroize::Zeroizing;

/// Masks the values of a few keys in a stream of bytes.
pub struct Masker {
    patterns: Patterns,
    /// What stands in for a value, by the number of its key.
    markers: Vec<String>,
    unmaskable: Vec<(KeyName, Unmaskable)>,
    /// What has been written and may be the beginning of an occurrence.
    held: Zeroizing<Vec<u8>>,
    /// How far the occurrence has come that `held` starts with.
    walk: Walk,
}

impl Masker {
    /// Prepares to mask these values. Where two keys have the same value, the first one is named.
    pub fn new(values: &Pairs) -> Self {
        let mut found = Vec::new();
        let mut unmaskable = Vec::new();
        for (number, (key, value)) in values.iter().enumerate() {
            let value = value.dangerously_expose();
            unmaskable.extend(refusal(value).map(|why| (key.clone(), why)));
            found.extend(forms::of(value).into_iter().map(|form| (form, number)));
        }
        let patterns = Patterns::new(found);
        let markers = values.iter().map(|(key, _)| marker(key, &patterns)).collect();
        let walk = patterns.start();
        Self { patterns, markers, unmaskable, held: Zeroizing::default(), walk }
    }

    /// Values that are written as they are, because masking them would garble everything.
    pub fn unmaskable(&self) -> &[(KeyName, Unmaskable)] {
        &self.unmaskable
    }

    /// Writes everything on that cannot be the beginning of an occurrence, and masks what is one.
    pub fn write(&mut self, chunk: &[u8], out: &mut impl io::Write) -> io::Result<()> {
        if self.held.is_empty() {
            return self.pass(chunk, false, out);
        }
        // Room for both from the start, so that growing leaves no copy behind.
        let mut text = Zeroizing::new(Vec::with_capacity(self.held.len() + chunk.len()));
        text.extend_from_slice(&self.held);
        text.extend_from_slice(chunk);
        self.pass(&text, false, out)
    }

    /// How many bytes wait to be told from the beginning of a value.
    ///
    /// Usually none: a program's prompt appears at once. When a program goes silent with some pending, the caller may
    /// show them with [`Self::release`], at a price: were they the beginning of a value after all, the rest of it is
    /// not recognised any more. A wait of 100 ms tells a prompt from a value that is being written.
    pub fn pending(&self) -> usize {
        self.held.len()
    }

    /// Writes what is pending, as if the stream ended here.
    pub fn release(&mut self, out: &mut impl io::Write) -> io::Result<()> {
        let text = std::mem::take(&mut self.held);
        self.walk = self.patterns.start();
        self.pass(&text, true, out)
    }

    /// Writes what is pending at the end of the stream.
    pub fn finish(mut self, out: &mut impl io::Write) -> io::Result<()> {
        self.release(out)
    }

    /// Goes through a text that starts with what was held.
    fn pass(&mut self, text: &[u8], is_last: bool, out: &mut impl io::Write) -> io::Result<()> {
        let mut walk = std::mem::replace(&mut self.walk, self.patterns.start());
        let (mut written, mut at) = (0, 0);
        while at < text.len() {
            if walk.is_new() {
                at += self.patterns.skip(&text[at..]);
                if at == text.len() {
                    break;
                }
            }
            let may_go_on = self.patterns.walk(&mut walk, &text[at..]);
            if may_go_on && !is_last {
                break;
            }
            if let Some((length, number)) = walk.longest() {
                out.write_all(&text[written..at])?;
                out.write_all(self.markers[number].as_bytes())?;
                at += length;
                written = at;
            } else {
                at += 1;
            }
            walk = self.patterns.start();
        }
        out.write_all(&text[written..at])?;
        self.held = Zeroizing::new(text[at..].to_vec());
        self.walk = walk;
        Ok(())
    }
}

/// The key's name, unless that would show a value.
fn marker(key: &KeyName, patterns: &Patterns) -> String {
    let marker = format!("[masked:{key}]");
    if patterns.occur_in(marker.as_bytes()) { "***".to_owned() } else { marker }
}

#[cfg(test)]
mod tests;
