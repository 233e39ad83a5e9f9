//! Typed cells of workbooks as canonical text.

use calamine::{DataRef, ExcelDateTime};

use crate::date::time;

/// Nanoseconds of a day.
const DAY: f64 = 86_400e9;

/// A number by its shortest text: `.` as decimal sign, nothing after it for an integer, an exponent if it is very
/// large or very small.
pub(crate) fn number(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-7..1e17).contains(&number.abs()) || !number.is_finite() {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// What a cell of a workbook says.
pub(crate) fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(integer) => integer.to_string(),
        DataRef::Float(float) => number(*float),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(boolean) => boolean.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() {
        return duration(days);
    }
    if (0.0..1.0).contains(&days) {
        return time(rounded(days));
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
    match seconds * 1_000 + i64::from(milli) {
        0 => date,
        millis => format!("{date}T{}", time(millis * 1_000_000)),
    }
}

/// Nanoseconds of a number of days, to the millisecond: a spreadsheet keeps no more.
fn rounded(days: f64) -> i64 {
    ((days * DAY / 1e6).round() * 1e6) as i64
}

fn duration(days: f64) -> String {
    let nanoseconds = rounded(days.abs());
    let seconds = nanoseconds / 1_000_000_000;
    let sign = if days < 0.0 { "-" } else { "" };
    let part = match nanoseconds % 1_000_000_000 {
        0 => String::new(),
        part => format!(".{:03}", part / 1_000_000),
    };
    format!("{sign}PT{:02}H{:02}M{:02}{part}S", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The place of a cell, such as `B12`, from its column and its row, both from 1.
pub(crate) fn place(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().chain(row.to_string().chars()).collect()
}
