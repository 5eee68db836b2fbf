//! Rows under a header.

use std::io::{self, Write};

use crate::failure::{Failure, Result};

/// A table for people; programs get JSON.
pub(crate) struct Table<const N: usize> {
    title: Option<String>,
    header: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(header: [&'static str; N]) -> Self {
        Self { title: None, header, rows: Vec::new() }
    }

    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub(crate) fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    pub(crate) fn print(&self) -> Result {
        self.write(&mut io::BufWriter::new(io::stdout().lock())).map_err(Failure::output)
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let widths: [usize; N] = std::array::from_fn(|column| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0).max(self.header[column].len())
        });
        let (bold, normal) =
            if super::has_colours(&io::stdout()) { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        if let Some(title) = &self.title {
            writeln!(out, "{title}\n")?;
        }
        writeln!(out, "{bold}{}{normal}", spaced(self.header, &widths))?;
        for row in &self.rows {
            writeln!(out, "{}", spaced(row.each_ref().map(String::as_str), &widths))?;
        }
        out.flush()
    }
}

/// Cells side by side; nothing pads the last one.
fn spaced<const N: usize>(cells: [&str; N], widths: &[usize; N]) -> String {
    let mut text = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let mut table = Table::new(["Name", "By"]).titled("Secrets");
        table.row(["db".into(), "Zoë".into()]);
        table.row(["huggingface".into(), "-".into()]);
        let mut text = Vec::new();
        table.write(&mut text).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "Secrets\n\nName         By\ndb           Zoë\nhuggingface  -\n"
        );
    }
}
