//! Figures of pages beside what they shall be. One beyond its limit fails nothing: machines differ.

use std::collections::HashMap;

use super::bound::Bound;
use super::figures::median;
use super::table::{Table, figure};

/// What a figure shall be, and what it may be.
pub(crate) struct Budget {
    /// What the script calls the figure.
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// On the better side of the limit.
    pub(crate) goal: f64,
    pub(crate) limit: Bound,
}

impl Budget {
    /// How the worst of some figures does.
    fn verdict(&self, is: &[f64]) -> &'static str {
        let (goal, between) = match self.limit {
            Bound::AtLeast(_min) => (Bound::AtLeast(self.goal), "under the goal"),
            Bound::AtMost(_max) => (Bound::AtMost(self.goal), "over the goal"),
        };
        let all = |bound: Bound| is.iter().all(|is| bound.holds(*is));
        if all(goal) {
            "✓"
        } else if all(self.limit) {
            between
        } else {
            "✗"
        }
    }
}

/// What one script measured.
pub(crate) struct Sheet {
    /// What stands above the budgets.
    head: &'static str,
    /// What stands above the figures of each row.
    columns: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    budget: &'static Budget,
    /// One figure for each column.
    is: Vec<f64>,
}

impl Sheet {
    /// Reads what a script prints: for each column the rounds of each of its figures, of which the medians are kept.
    pub(crate) fn read(
        head: &'static str,
        budgets: &'static [Budget],
        text: &str,
    ) -> Result<Self, serde_json::Error> {
        let columns: Vec<(String, HashMap<String, Vec<f64>>)> = serde_json::from_str(text)?;
        let rows = budgets.iter().filter_map(|budget| {
            let rounds = columns.iter().map(|(_column, figures)| figures.get(budget.name));
            let is = rounds.map(|rounds| rounds.cloned().map(median)).collect::<Option<_>>()?;
            Some(Row { budget, is })
        });
        let rows = rows.collect();
        Ok(Self {
            head,
            columns: columns.into_iter().map(|(column, _figures)| column).collect(),
            rows,
        })
    }

    /// What has a minimum, and what has a maximum.
    pub(crate) fn tables(&self) -> [Table; 2] {
        let [mut least, mut most] = ["min", "max"].map(|limit| {
            let columns = self.columns.iter().map(String::as_str);
            let head = [self.head].into_iter().chain(columns).chain(["goal", limit, " "]);
            Table::new(head)
        });
        for Row { budget, is } in &self.rows {
            let (table, limit, shown): (_, _, fn(f64) -> String) = match budget.limit {
                // Whole numbers, all of them.
                Bound::AtLeast(min) => (&mut least, min, |score| score.to_string()),
                Bound::AtMost(max) => (&mut most, max, figure),
            };
            let figures = is.iter().map(|is| shown(*is));
            let shall = [budget.goal.to_string(), limit.to_string(), budget.verdict(is).to_owned()];
            table.row([budget.what.to_owned()].into_iter().chain(figures).chain(shall));
        }
        [least, most]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BUDGETS: [Budget; 5] = [
        Budget { name: "score", what: "a score", goal: 98.0, limit: Bound::AtLeast(92.0) },
        Budget { name: "other", what: "another", goal: 100.0, limit: Bound::AtLeast(100.0) },
        Budget { name: "fcp", what: "FCP", goal: 900.0, limit: Bound::AtMost(1500.0) },
        Budget { name: "inp", what: "INP", goal: 50.0, limit: Bound::AtMost(100.0) },
        Budget { name: "cls", what: "CLS", goal: 0.0, limit: Bound::AtMost(0.02) },
    ];

    #[test]
    fn each_figure_stands_beside_its_goal_and_max() {
        let text = r#"[["is", { "cls": [0, 0, 0.1], "fcp": [3000], "inp": [56, 64, 80] }]]"#;
        let [least, most] = Sheet::read("page", &BUDGETS, text).unwrap().tables();
        assert!(least.is_empty());
        assert_eq!(
            most.to_string(),
            "| page | is    | goal | max  |               |\n\
             | ---- | ----- | ---- | ---- | ------------- |\n\
             | FCP  | 3,000 |  900 | 1500 | ✗             |\n\
             | INP  |  64.0 |   50 |  100 | over the goal |\n\
             | CLS  |  0.00 |    0 | 0.02 | ✓             |\n"
        );
        assert!(Sheet::read("page", &BUDGETS, "Error: no browser").is_err());
    }

    #[test]
    fn scores_have_a_minimum_and_the_worst_page_decides() {
        let text = r#"[
            ["list", { "score": [97, 99, 98], "other": [100, 100, 96], "fcp": [900] }],
            ["audit", { "score": [91, 100, 92], "other": [96, 100, 96] }]
        ]"#;
        let [least, most] = Sheet::read("phone", &BUDGETS, text).unwrap().tables();
        assert_eq!(
            least.to_string(),
            "| phone   | list | audit | goal | min |                |\n\
             | ------- | ---- | ----- | ---- | --- | -------------- |\n\
             | a score |   98 |    92 |   98 |  92 | under the goal |\n\
             | another |  100 |    96 |  100 | 100 | ✗              |\n"
        );
        assert!(most.is_empty(), "not every page has the figure");
    }
}
