//! What Lighthouse says of pages, by its presets for phones and for desktops.

use super::bound::Bound::{AtLeast, AtMost};
use super::browser::Script;
use super::budget::Budget;
use crate::npm::END2END;

pub(crate) static LIGHTHOUSE: Script = Script {
    name: "Lighthouse",
    path: "end2end/lighthouse/measure.js",
    packages: &[END2END, "end2end/lighthouse"],
    head: "Lighthouse",
    budgets: &BUDGETS,
};

static BUDGETS: [Budget; 12] = [
    Budget {
        name: "phone performance",
        what: "phone: performance",
        goal: 98.0,
        limit: AtLeast(92.0),
    },
    Budget {
        name: "phone accessibility",
        what: "phone: accessibility",
        goal: 100.0,
        limit: AtLeast(100.0),
    },
    Budget {
        name: "phone best-practices",
        what: "phone: best practices",
        goal: 100.0,
        limit: AtLeast(100.0),
    },
    Budget {
        name: "desktop performance",
        what: "desktop: performance",
        goal: 98.0,
        limit: AtLeast(92.0),
    },
    Budget {
        name: "desktop accessibility",
        what: "desktop: accessibility",
        goal: 100.0,
        limit: AtLeast(100.0),
    },
    Budget {
        name: "desktop best-practices",
        what: "desktop: best practices",
        goal: 100.0,
        limit: AtLeast(100.0),
    },
    Budget {
        name: "phone fcp",
        what: "phone: ms to the first text (FCP)",
        goal: 900.0,
        limit: AtMost(1500.0),
    },
    Budget {
        name: "phone lcp",
        what: "phone: ms to the largest (LCP)",
        goal: 1300.0,
        limit: AtMost(2000.0),
    },
    Budget {
        name: "phone tbt",
        what: "phone: ms in which it did not answer (TBT)",
        goal: 80.0,
        limit: AtMost(200.0),
    },
    Budget {
        name: "phone cls",
        what: "phone: what moved while it loaded (CLS)",
        goal: 0.0,
        limit: AtMost(0.02),
    },
    Budget {
        name: "desktop tbt",
        what: "desktop: ms in which it did not answer (TBT)",
        goal: 80.0,
        limit: AtMost(200.0),
    },
    Budget {
        name: "desktop cls",
        what: "desktop: what moved while it loaded (CLS)",
        goal: 0.0,
        limit: AtMost(0.02),
    },
];

#[cfg(test)]
mod tests {
    use super::super::budget::Sheet;
    use super::*;

    #[test]
    fn both_presets_are_judged_by_what_the_script_prints() {
        let figures = r#"{
            "phone performance": [87], "phone accessibility": [100], "phone best-practices": [100],
            "phone fcp": [1224.5], "phone lcp": [3016], "phone tbt": [322], "phone cls": [0],
            "desktop performance": [100], "desktop accessibility": [100], "desktop best-practices": [100],
            "desktop fcp": [384], "desktop lcp": [670], "desktop tbt": [60], "desktop cls": [0.0005]
        }"#;
        let text = format!(r#"[["list", {figures}], ["audit", {figures}]]"#);
        let tables = Sheet::read(LIGHTHOUSE.head, LIGHTHOUSE.budgets, &text).unwrap().tables();
        let [scores, figures] = tables.map(|table| table.to_string().lines().skip(2).count());
        assert_eq!((scores, figures), (6, 6), "a desktop's FCP and LCP have no budget");
    }
}
