//! Markdown tables that can be read without rendering them.

use std::fmt;

pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The first column is text, the others are figures unless they have no digit.
    pub(crate) fn new<'a>(head: impl IntoIterator<Item = &'a str>) -> Self {
        Self { rows: vec![head.into_iter().map(str::to_owned).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    fn width(&self, column: usize) -> usize {
        let widths = self.rows.iter().filter_map(|row| Some(row.get(column)?.chars().count()));
        widths.max().unwrap_or(0).max(3)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                if is_figure(cell) {
                    write!(f, "| {cell:>width$} ")?;
                } else {
                    write!(f, "| {cell:<width$} ")?;
                }
            }
            writeln!(f, "|")?;
            if number == 0 {
                for width in &widths {
                    write!(f, "| {} ", "-".repeat(*width))?;
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

fn is_figure(cell: &str) -> bool {
    cell.chars().next().is_some_and(|first| first.is_ascii_digit())
}

/// `0.87`, `12.3`, `1,090`: three digits that count, more before the point; `0.0005` is not shown as nothing.
pub(crate) fn figure(value: f64) -> String {
    if value > 0.0 && value < 0.005 {
        format!("{value:.4}")
    } else if value < 10.0 {
        format!("{value:.2}")
    } else if value < 100.0 {
        format!("{value:.1}")
    } else {
        thousands(&format!("{value:.0}"))
    }
}

fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let mut table = Table::new(["who", "µs"]);
        assert!(table.is_empty());
        table.row(["keyloft".to_owned(), "98.5".to_owned()]);
        table.row(["openbao".to_owned(), "1,090".to_owned()]);
        assert_eq!(
            table.to_string(),
            "| who     | µs    |\n\
             | ------- | ----- |\n\
             | keyloft |  98.5 |\n\
             | openbao | 1,090 |\n"
        );
    }

    #[test]
    fn figures_have_the_digits_that_count() {
        let texts = [0.0, 0.000_5, 0.5, 9.876, 12.34, 100.4, 1089.6, 1_234_567.0].map(figure);
        assert_eq!(texts, ["0.00", "0.0005", "0.50", "9.88", "12.3", "100", "1,090", "1,234,567"]);
    }
}
