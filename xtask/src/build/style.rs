//! The stylesheet: `style/main.css` with everything that it imports, in one minified file.

use std::fmt::Display;
use std::path::Path;

use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::error::Error;

/// Bundles a stylesheet. Syntax stays as modern as it was written.
pub(super) fn bundle(main: &Path) -> Result<String, Error> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(in_file)?;
    sheet.minify(MinifyOptions::default()).map_err(in_file)?;
    let printed = sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() });
    printed.map(|result| result.code).map_err(in_file)
}

/// `main.css:12:1: Unexpected token …`: places count from one, as in an editor.
fn in_file<T: Display>(error: lightningcss::error::Error<T>) -> Error {
    let place = error.loc.map(|place| {
        let name = place.filename.rsplit('/').next().unwrap_or_default();
        format!("{name}:{}:{}: ", place.line + 1, place.column)
    });
    Error::Style(place.unwrap_or_default() + &error.kind.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_become_layers_and_modern_syntax_stays() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        let write = |name, text| fs::write(folder.path().join(name), text).unwrap();
        write(
            "main.css",
            "@layer base, late;\n@import \"late.css\" layer(late);\n@import \"base.css\" layer(base);\n",
        );
        write("base.css", ":root { --bg: light-dark(#fff, oklch(16.5% 0.01 265)); }");
        write("late.css", "a { &:hover { color: red } }");
        assert_eq!(
            bundle(&main).unwrap(),
            "@layer base{:root{--bg:light-dark(#fff,oklch(16.5% .01 265))}}\
             @layer late{a{&:hover{color:red}}}",
            "the order of the layers is that of their list"
        );
    }

    #[test]
    fn an_error_names_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@layer base;\n@import \"gone.css\";\n").unwrap();
        let error = bundle(&main).unwrap_err().to_string();
        assert!(error.starts_with("the stylesheet: main.css:2:1: No such file"), "{error}");
    }
}
