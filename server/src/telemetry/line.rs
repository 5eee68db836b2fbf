//! One event, one line, whatever is in it.

use std::fmt::{self, Write};

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Escapes every control character of the line that `F` formats.
///
/// tracing-subscriber escapes what drives a terminal, but lets a line break in a `%field` or in the
/// message through: whoever chooses such a text could write log lines of their own.
pub(super) struct OneLine<F>(pub(super) F);

impl<S, N, F> FormatEvent<S, N> for OneLine<F>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::with_capacity(256);
        self.0.format_event(context, Writer::new(&mut line), event)?;
        escape(line.trim_end_matches('\n'), &mut writer)?;
        writer.write_char('\n')
    }
}

/// The escapes are those of JSON (RFC 8259 section 7), so JSON lines stay JSON.
fn escape(line: &str, out: &mut impl Write) -> fmt::Result {
    let mut rest = line;
    while let Some(at) = rest.find(is_escaped) {
        let (clean, from) = rest.split_at(at);
        out.write_str(clean)?;
        let mut characters = from.chars();
        match characters.next() {
            Some('\n') => out.write_str("\\n")?,
            Some('\r') => out.write_str("\\r")?,
            Some('\t') => out.write_str("\\t")?,
            Some(other) => write!(out, "\\u{:04x}", u32::from(other))?,
            None => {}
        }
        rest = characters.as_str();
    }
    out.write_str(rest)
}

/// Controls, line separators, and what reverses the direction of text (UAX #9) so that a line
/// reads otherwise than it is.
fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}
