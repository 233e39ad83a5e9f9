//! What the text of a figure means: a number, or why there is none.

/// Why a figure is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Withheld by statistical secrecy: `s`, `c`, `*`, `ndiff`, `n.diff.`.
    Secret,
    /// Not available: `nd`, `n.d.`, `...`, `…`, `NA`, `N/A`, `:`, or nothing.
    NotAvailable,
    /// Not applicable: `///`, `//`.
    NotApplicable,
    /// Not significant: `ns`, `n.s.`.
    NotSignificant,
}

/// What a text means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// No number, and why.
    Withheld(Sign),
}

/// A text that is neither a number nor a known sign. It is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a number nor a known sign")]
pub struct NotANumber;

/// The largest magnitude that a figure may have.
const LARGEST: f64 = 1e15;

/// The longest text that is looked at: no figure needs more.
const LONGEST: usize = 400;

/// What the text of a figure means.
///
/// The decimal sign is a comma or a point; `1,234` is 1.234. Thousands may be apart by a space of any kind or an
/// apostrophe, the same throughout, and by points if a decimal comma follows.
///
/// # Errors
/// [`NotANumber`] if it is neither a number of at most 10<sup>15</sup> in magnitude nor a known sign.
pub fn value(text: &str) -> Result<Value, NotANumber> {
    let text = text.trim();
    match sign(text) {
        Some(sign) => Ok(Value::Withheld(sign)),
        None => number(text).filter(|number| number.abs() <= LARGEST).map(Value::Number).ok_or(NotANumber),
    }
}

fn sign(text: &str) -> Option<Sign> {
    match text.to_lowercase().as_str() {
        "s" | "c" | "*" | "ndiff" | "ndiff." | "n.diff" | "n.diff." => Some(Sign::Secret),
        "" | "nd" | "nd." | "n.d" | "n.d." | "..." | "…" | "na" | "n/a" | ":" => Some(Sign::NotAvailable),
        "///" | "//" => Some(Sign::NotApplicable),
        "ns" | "ns." | "n.s" | "n.s." => Some(Sign::NotSignificant),
        _ => None,
    }
}

/// A number: a sign, a whole part, a fraction and an exponent.
fn number(text: &str) -> Option<f64> {
    if text.len() > LONGEST {
        return None;
    }
    let (sign, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.rsplit_once(',').or_else(|| mantissa.rsplit_once('.')) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    // Points set thousands apart only if a comma follows them
    let whole = match fraction {
        Some(_) if whole.is_empty() => "0".to_owned(),
        _ => ungrouped(whole, mantissa.contains(','))?,
    };
    let fraction = match fraction {
        Some(digits) => digits_only(digits)?,
        None => "",
    };
    let exponent = match exponent {
        Some(exponent) => {
            digits_only(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))?;
            exponent
        }
        None => "0",
    };
    let number = format!("{sign}{whole}.{fraction}e{exponent}").parse::<f64>().ok()?;
    // The zero that is added takes the sign of zero away
    number.is_finite().then_some(number + 0.0)
}

fn digits_only(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// The digits of a whole part, without what sets its thousands apart.
fn ungrouped(whole: &str, points: bool) -> Option<String> {
    let separates = |letter: char| match letter {
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}' => true,
        '.' => points,
        _ => false,
    };
    let Some(separator) = whole.chars().find(|letter| separates(*letter)) else {
        return digits_only(whole).map(str::to_owned);
    };
    let groups: Vec<&str> = whole.split(separator).collect();
    let fits = |(order, group): (usize, &&str)| {
        digits_only(group).is_some() && (group.len() == 3 || (order == 0 && group.len() < 3))
    };
    groups.iter().enumerate().all(fits).then(|| groups.concat())
}
