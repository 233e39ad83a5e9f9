//! Colours that people who see colours otherwise can tell apart, and that stand out from the page.

/// Text.
pub const INK: &str = "#1f2328";
/// Text of less weight; still 7 to 1 on white.
pub const SOFT_INK: &str = "#4d535b";
/// Lines of grids.
pub const GRID: &str = "#d5d9de";
/// Borders of territories.
pub const BORDER: &str = "#5f6670";
/// Page.
pub const PAGE: &str = "#ffffff";
/// Land without a figure of its own.
pub const LAND: &str = "#eef0f2";
/// Hatching of what secrecy covers.
pub const HATCH: &str = "#7a828c";
/// What is put forward.
pub const ACCENT: &str = "#b33a00";

/// Light to dark, of one hue: told apart by lightness alone.
const RAMP: [&str; 9] =
    ["#e6f0fa", "#cde0f3", "#aecde9", "#89b6dc", "#639dcd", "#4283bb", "#2868a4", "#154d86", "#0a3463"];

/// Below a middle and above it: orange to blue, light in the middle.
const DIVERGING: [&str; 9] =
    ["#7f3b08", "#b35806", "#dd8a3c", "#f3c08c", "#f3f0ea", "#b4cbe2", "#7aa5cd", "#3d78ad", "#174a7c"];

/// Colours of series. Each is at least 3 to 1 on white; lines also differ by their dashes and points by their shapes.
pub const SERIES: [&str; 7] = ["#0068a8", "#c24a00", "#00735a", "#9a3f77", "#5b5f66", "#7d6000", "#46409c"];

/// The colours of so many classes, light to dark.
#[must_use]
pub fn ramp(classes: usize) -> Vec<&'static str> {
    let last = RAMP.len() - 1;
    let place = |at: usize| match classes {
        0 | 1 => last / 2,
        _ => at * last / (classes - 1),
    };
    (0..classes).filter_map(|at| RAMP.get(place(at)).copied()).collect()
}

/// The colours of classes below a middle, of one around it where there is one, and of those above it: as far from the
/// middle, as dark.
#[must_use]
pub fn diverging(below: usize, around: bool, above: usize) -> Vec<&'static str> {
    let middle = DIVERGING.len() / 2;
    let most = below.max(above).max(1);
    // The first class beside the middle is the lightest, the last one the darkest.
    let away = |distance: usize| (distance * middle / most).max(1);
    let low = (1..=below).rev().map(|distance| middle - away(distance));
    let high = (1..=above).map(|distance| middle + away(distance));
    let places = low.chain(around.then_some(middle)).chain(high);
    places.filter_map(|place| DIVERGING.get(place).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{ACCENT, BORDER, DIVERGING, HATCH, INK, RAMP, SERIES, SOFT_INK, diverging, ramp};

    /// Relative luminance as WCAG 2.2 has it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let part = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast_on_white(colour: &str) -> f64 {
        1.05 / (luminance(colour) + 0.05)
    }

    #[test]
    fn text_and_lines_stand_out_from_the_page() {
        for colour in [INK, SOFT_INK] {
            assert!(contrast_on_white(colour) >= 7.0, "{colour}: {}", contrast_on_white(colour));
        }
        for colour in SERIES.into_iter().chain([BORDER, HATCH, ACCENT]) {
            assert!(contrast_on_white(colour) >= 3.0, "{colour}: {}", contrast_on_white(colour));
        }
    }

    #[test]
    fn classes_are_told_apart_by_lightness_alone() {
        for classes in 2..=9 {
            let colours = ramp(classes);
            assert_eq!(colours.len(), classes);
            for pair in colours.windows(2) {
                let ratio = (luminance(pair[0]) + 0.05) / (luminance(pair[1]) + 0.05);
                assert!(ratio >= 1.15, "{classes} classes: {pair:?} {ratio}");
            }
        }
        assert_eq!(ramp(9), RAMP);
    }

    #[test]
    fn as_far_from_the_middle_is_as_dark() {
        assert_eq!(diverging(4, true, 4), DIVERGING);
        assert_eq!(diverging(1, false, 1), [DIVERGING[0], DIVERGING[8]]);
        assert_eq!(diverging(2, false, 2), [DIVERGING[0], DIVERGING[2], DIVERGING[6], DIVERGING[8]]);
        assert_eq!(diverging(1, false, 3), [DIVERGING[3], DIVERGING[5], DIVERGING[6], DIVERGING[8]]);
        assert_eq!(diverging(0, true, 0), [DIVERGING[4]]);
    }
}
