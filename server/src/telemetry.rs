//! What the server says about itself: log lines on standard error.

mod exchange;
mod line;

use std::io;

use thiserror::Error;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::{MakeWriter, format};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use self::line::OneLine;

pub(crate) use self::exchange::Exchange;

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people at a terminal.
    #[default]
    #[value(name = "text")]
    Human,
    /// One JSON object a line, for programs.
    Json,
}

/// Why nothing would be logged.
#[derive(Debug, Error)]
pub(crate) enum TelemetryError {
    #[error("{filter:?} is no log filter: write info, or info,sqlx=warn ({source})")]
    Filter { filter: String, source: ParseError },
    #[error("the log is already set up")]
    Again(#[from] TryInitError),
}

/// Starts logging what `filter` lets through: a level, or levels by module, as `KEYLOFT_LOG` has them.
pub(crate) fn start(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    match format {
        LogFormat::Human => human(filter, io::stderr)?.try_init()?,
        LogFormat::Json => json(filter, io::stderr)?.try_init()?,
    }
    Ok(())
}

fn human<W>(filter: &str, writer: W) -> Result<impl Subscriber + Send + Sync, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    Ok(tracing_subscriber::fmt()
        .event_format(OneLine(format().with_target(false)))
        .with_env_filter(parse(filter)?)
        .with_writer(writer)
        .finish())
}

fn json<W>(filter: &str, writer: W) -> Result<impl Subscriber + Send + Sync, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    Ok(tracing_subscriber::fmt()
        .json()
        .event_format(OneLine(format().json().flatten_event(true).with_span_list(false)))
        .with_env_filter(parse(filter)?)
        .with_writer(writer)
        .finish())
}

fn parse(filter: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::builder()
        .parse(filter)
        .map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    /// What a log wrote.
    #[derive(Clone, Default)]
    pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

    impl Written {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        /// Logs what `act` does, in the human format.
        pub(crate) fn start(&self) -> tracing::subscriber::DefaultGuard {
            tracing::subscriber::set_default(human("debug", self.clone()).unwrap())
        }
    }

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Written {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    const FORGED: &str = "a\nINFO forged\r\t\x1b[31mred\x07\x08\x7f\u{9b}31m\u{2028}\u{202e}";

    fn log_forgeries() {
        tracing::info!(text = FORGED, shown = %FORGED, debugged = ?FORGED, "{FORGED}");
        let span = tracing::info_span!("span", inside = %FORGED);
        span.in_scope(|| tracing::info!("quiet"));
    }

    fn has_raw_control(line: &str) -> bool {
        line.chars().any(|c| c.is_control() || ['\u{2028}', '\u{202e}'].contains(&c))
    }

    #[test]
    fn a_field_cannot_forge_a_line_for_people() {
        let written = Written::default();
        with_default(human("info", written.clone()).unwrap(), log_forgeries);
        let text = written.text();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.lines().any(has_raw_control), "{text:?}");
        assert!(text.contains(r"a\nINFO forged\r\t\x1b[31mred"), "{text}");
    }

    #[test]
    fn a_field_cannot_forge_a_line_for_programs() {
        let written = Written::default();
        with_default(json("info", written.clone()).unwrap(), log_forgeries);
        let text = written.text();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.lines().any(has_raw_control), "{text:?}");
        let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(line["text"], FORGED);
        assert_eq!(line["shown"], FORGED);
        assert_eq!(line["message"], FORGED);
    }

    #[test]
    fn the_filter_decides_what_is_logged() {
        let written = Written::default();
        with_default(human("warn", written.clone()).unwrap(), || {
            tracing::info!("unheard");
            tracing::warn!("heard");
        });
        assert!(written.text().contains("heard") && !written.text().contains("unheard"));

        let error = human("loud=please", written).err().unwrap().to_string();
        assert!(error.starts_with(r#""loud=please" is no log filter: write info"#), "{error}");
    }
}
