//! Files on which readers disagree.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// Statements known to be read in different ways.
pub(crate) const STATEMENTS: [&str; 66] = [
    "K=\"q\"",
    "K='q'",
    "K= lead",
    "K=trail   ",
    "K=\ttab\t",
    "K=hello world",
    "K=\"a\\nb\\tc\"",
    "K='a\\nb'",
    "K=a\\nb",
    "K=v # c",
    "K=v#c",
    "K=\"v # c\"",
    "K='v' # c",
    "K='v'#c",
    "K=\"v\" w",
    "K=",
    "K= # c",
    "K=#c",
    "K",
    "K\nL=1",
    "K=${A}-x",
    "K='${A}'",
    "K=\"${A}\"",
    "K=$A-x",
    "K=${X:-def}",
    "K=${X-def}",
    "K=${A",
    "K=${}",
    "K=p$ssword",
    "K=\"p$ssword\"",
    "K=$$A",
    "K=cost\\$5",
    "K=\"a\\\"b\"",
    "K=\"a\\\\\"",
    "K='a\\'b'",
    "K='a\\'",
    "K='a'\\''b'",
    "K=\"a\"b\"",
    "K='a\"b'",
    "K=it's",
    "K=\"unterminated",
    "K='unterminated\nL=1",
    "K=\u{feff}x",
    "K=x\u{feff}",
    "K='\u{feff}x'",
    "K=\"one\ntwo\"",
    "K='one\n# two\n\nthree'",
    "K=`a'b\"c`",
    "K=`one\ntwo`",
    "export K=v",
    "export  K=v",
    "export=v",
    "export",
    "K: v",
    "K:v",
    "A.B=1",
    "A-B=1",
    "1BAD=x",
    "'K'=v",
    "K ={\"k\":\"v\"}",
    "=v",
    "K=1\nK=2",
    "K=\n'v'",
    "K=\nL=1",
    "K=a\u{2028}b",
    "K=\u{85}\u{1c}a\u{a0}",
];

/// Each statement after another one, with both kinds of line end, and with nothing after it.
pub(crate) fn files() -> Vec<String> {
    let files = STATEMENTS.iter().flat_map(|statement| {
        let file = format!("A=plain\n{statement}\nZ=last\n");
        [
            statement.to_string(),
            format!("A=plain\n{statement}\n"),
            file.replace('\n', "\r\n"),
            format!("\u{feff}# comment\n  # indented\n\n{file}"),
        ]
    });
    files.collect()
}

/// Files made of the pieces that parsers trip over.
pub(crate) fn any_file() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec!["A=", "B=", "K =", "export K=", "\n", "\r\n", "\nK=", "\nB="]),
        6 => proptest::sample::select(vec![
            "'", "\"", "`", "\\", "#", " #", " ", "\t", "$", "${A}", "$A", "${X:-d}", "${", "}", "\\n", "\\r", "\\\"",
            "\\'", "=", ":", ": ", "K", "é", "\u{feff}", "\u{2028}", "\u{85}", "\u{1c}", "\r", "\n",
        ]),
        3 => "[a-zA-Z0-9.-]{1,3}".prop_map(|text| &*text.leak()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// So many at once, as starting a program for each of them would take minutes. A failure shows the one it is about.
pub(crate) fn some(count: usize, strategy: impl Strategy<Value = String>) -> Vec<String> {
    let mut runner = TestRunner::default();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
