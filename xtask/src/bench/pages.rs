//! Pages in a browser: how soon they can be used, and how quickly they answer.

use super::bound::Bound::AtMost;
use super::browser::Script;
use super::budget::Budget;
use crate::npm::END2END;

pub(crate) static PAGES: Script = Script {
    name: "pages",
    path: "end2end/bench/pages.js",
    packages: &[END2END],
    head: "page",
    budgets: &BUDGETS,
};

static BUDGETS: [Budget; 13] = [
    Budget {
        name: "ttfb",
        what: "list: ms to its first byte, p95",
        goal: 15.0,
        limit: AtMost(40.0),
    },
    Budget {
        name: "hydrated",
        what: "list: ms from its HTML until scripts took it over",
        goal: 150.0,
        limit: AtMost(400.0),
    },
    Budget {
        name: "hydrated on a phone",
        what: "list on a phone (4x slower processor, fast 4G): ms until scripts took it over",
        goal: 1200.0,
        limit: AtMost(2000.0),
    },
    Budget {
        name: "fcp",
        what: "list on a phone (4x slower processor, slow 4G): ms to the first text (FCP)",
        goal: 900.0,
        limit: AtMost(1500.0),
    },
    Budget {
        name: "lcp", what: "… ms to the largest (LCP)", goal: 1300.0, limit: AtMost(2000.0)
    },
    Budget {
        name: "tbt",
        what: "… ms in which it did not answer (TBT)",
        goal: 80.0,
        limit: AtMost(200.0),
    },
    Budget {
        name: "cls",
        what: "list: what moved while it loaded (CLS)",
        goal: 0.0,
        limit: AtMost(0.02),
    },
    Budget {
        name: "keystroke",
        what: "list: ms from a keystroke to the rows found, p95",
        goal: 60.0,
        limit: AtMost(120.0),
    },
    Budget {
        name: "palette",
        what: "palette: ms from its keys until it is seen",
        goal: 17.0,
        limit: AtMost(50.0),
    },
    Budget {
        name: "reveal",
        what: "secret: ms from the click to the value",
        goal: 60.0,
        limit: AtMost(150.0),
    },
    Budget {
        name: "inp",
        what: "ms of the slowest of typing, sorting, opening, revealing (INP)",
        goal: 50.0,
        limit: AtMost(100.0),
    },
    Budget {
        name: "heap",
        what: "% more memory after 50 steps between list and secret",
        goal: 5.0,
        limit: AtMost(10.0),
    },
    Budget {
        name: "scroll",
        what: "list, scrolled from top to end (4x slower processor): % of frames above 32 ms",
        goal: 0.0,
        limit: AtMost(2.0),
    },
];
