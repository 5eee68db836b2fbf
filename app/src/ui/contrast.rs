//! Whether the colours of `style/tokens.css` can be told apart (WCAG 2.2, 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

/// Text and its ground.
const TEXT: f64 = 4.5;
/// The edge of a control, or the focus ring, and its ground.
const EDGE: f64 = 3.0;

/// Every pair that meets on a page: foreground, grounds, least ratio.
const PAIRS: [(&str, &[&str], f64); 16] = [
    ("fg", &["bg", "surface", "raised", "sunken", "hover", "selected"], TEXT),
    ("fg", &["ok-soft", "warn-soft", "bad-soft", "info-soft"], TEXT),
    ("fg", &["diff-add", "diff-del"], TEXT),
    ("fg-muted", &["bg", "surface", "raised", "sunken", "hover", "selected"], TEXT),
    ("fg-subtle", &["bg", "surface", "raised", "sunken", "hover"], TEXT),
    ("accent-fg", &["accent", "accent-hover"], TEXT),
    ("accent-text", &["bg", "surface", "raised", "accent-soft", "selected"], TEXT),
    ("bad-fg", &["bad"], TEXT),
    ("ok-text", &["ok-soft", "surface", "raised"], TEXT),
    ("warn-text", &["warn-soft", "surface"], TEXT),
    ("bad-text", &["bad-soft", "bg", "surface", "raised", "hover"], TEXT),
    ("info-text", &["info-soft", "surface"], TEXT),
    ("border-strong", &["bg", "surface"], EDGE),
    ("accent", &["bg", "surface", "raised", "selected"], EDGE),
    ("bad", &["bg", "surface", "raised"], EDGE),
    ("bad-text", &["bg", "surface"], EDGE),
];

#[test]
fn every_pair_of_colours_that_meets_can_be_told_apart() {
    let tokens = tokens();
    let mut weak = Vec::new();
    for (front, grounds, least) in PAIRS {
        for ground in grounds {
            for (theme, name) in ["light", "dark"].iter().enumerate() {
                let ratio = contrast(tokens[front][theme], tokens[*ground][theme]);
                if ratio < least {
                    weak.push(format!("{front} on {ground}, {name}: {ratio:.2} < {least}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "{weak:#?}");
}

#[test]
fn white_on_black_is_21_to_1() {
    let (white, black) = (luminance("100% 0 0"), luminance("0% 0 0"));
    assert!((contrast(white, black) - 21.0).abs() < 0.01);
}

/// The luminance of every colour, light and dark.
fn tokens() -> BTreeMap<&'static str, [f64; 2]> {
    include_str!("../../../style/tokens.css")
        .lines()
        .filter_map(|line| {
            let (name, value) =
                line.trim().strip_prefix("--")?.split_once(": light-dark(oklch(")?;
            let (light, dark) = value.strip_suffix("));")?.split_once("), oklch(")?;
            Some((name, [luminance(light), luminance(dark)]))
        })
        .collect()
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance of `L% C H` in `oklch`, by way of its cones and linear sRGB.
///
/// Constants: Björn Ottosson, "A perceptual color space for image processing" (2020).
fn luminance(oklch: &str) -> f64 {
    let parts: Vec<f64> =
        oklch.split(' ').map(|part| part.trim_end_matches('%').parse().unwrap()).collect();
    let (lightness, chroma, hue) = (parts[0] / 100.0, parts[1], parts[2].to_radians());
    let (red_green, blue_yellow) = (chroma * hue.cos(), chroma * hue.sin());
    let cone = |x: f64, y: f64| (lightness + x * red_green + y * blue_yellow).powi(3);
    let long = cone(0.396_337_777_4, 0.215_803_757_3);
    let medium = cone(-0.105_561_345_8, -0.063_854_172_8);
    let short = cone(-0.089_484_177_5, -1.291_485_548);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}
