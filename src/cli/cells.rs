//! Rows of `cells.csv`: counts, or magnitudes with the protection that each sensitive cell asks for.

use std::path::Path;

use serde::Deserialize;

use super::tables::{Demand, Measure};
use crate::secrecy::engine::{self, Cell, Holders, Protection};

/// A row; which columns it must have depends on what is measured.
#[derive(Deserialize)]
struct Row {
    id: String,
    freq: Option<i64>,
    value: Option<String>,
    status: Option<String>,
    lpl: Option<String>,
    upl: Option<String>,
    cost: Option<f64>,
    #[serde(default = "published")]
    published: u8,
}

const fn published() -> u8 {
    1
}

/// The cells of a file with their names, and the decimals by which their amounts were made whole.
pub struct Cells {
    /// Name and cell, in the order of the file.
    pub cells: Vec<(String, Cell)>,
    /// Of each cell, whether exactly one contributor stands behind it.
    pub alone: Vec<bool>,
    /// Decimals: an amount of the file is the cell's divided by ten to this power.
    pub decimals: u32,
}

/// Largest amount, in its smallest decimal: far below where sums overflow.
const LARGEST_AMOUNT: i64 = 1_000_000_000_000_000;
/// Most decimals of an amount.
const MOST_DECIMALS: usize = 6;

/// Reads the cells; further columns are left alone.
pub fn read(path: &Path, demand: Demand) -> Result<Cells, String> {
    let told = |error: &dyn std::fmt::Display| format!("{} : {error}", path.display());
    let mut reader = csv::Reader::from_path(path).map_err(|error| told(&error))?;
    let rows: Vec<Row> = reader.deserialize().collect::<Result<_, _>>().map_err(|error| told(&error))?;
    let texts = |row: &Row| [&row.value, &row.lpl, &row.upl].map(|text| text.as_deref().map_or(0, decimals));
    let decimals = match demand.measure {
        Measure::Counts => 0,
        Measure::Magnitudes => rows.iter().flat_map(texts).max().unwrap_or(0),
    };
    if rows.is_empty() {
        return Err(told(&"aucune cellule"));
    }
    if decimals > MOST_DECIMALS {
        return Err(told(&format!("plus de {MOST_DECIMALS} décimales")));
    }
    // A count is the number of its contributors; beside a magnitude `freq` is.
    let alone = rows.iter().map(|row| row.freq == Some(1)).collect();
    let cell = |row: Row| {
        let cell = match demand.measure {
            Measure::Counts => count(&row, demand),
            Measure::Magnitudes => magnitude(&row, demand, decimals),
        };
        cell.map(|cell| (row.id, cell))
    };
    let cells = rows.into_iter().map(cell).collect::<Result<_, String>>().map_err(|error| told(&error))?;
    Ok(Cells { cells, alone, decimals: decimals as u32 })
}

fn count(row: &Row, demand: Demand) -> Result<Cell, String> {
    let value = row.freq.ok_or_else(|| format!("la cellule « {} » n’a pas d’effectif (freq)", row.id))?;
    if !(0..=LARGEST_AMOUNT).contains(&value) {
        return Err(format!("la cellule « {} » n’est pas un effectif de 0 à {LARGEST_AMOUNT}", row.id));
    }
    Ok(cell(row, value, engine::cost(value.unsigned_abs()), demand.protection(value), demand))
}

fn magnitude(row: &Row, demand: Demand, decimals: usize) -> Result<Cell, String> {
    let amount = |name: &str, text: &Option<String>| {
        let text = text.as_deref().ok_or_else(|| format!("la cellule « {} » n’a pas de {name}", row.id))?;
        let whole = fixed(text, decimals).filter(|whole| (0..=LARGEST_AMOUNT).contains(whole));
        whole.ok_or_else(|| {
            format!("la cellule « {} » : {name} n’est pas un nombre de 0 à {LARGEST_AMOUNT}, au plus {MOST_DECIMALS} décimales comprises", row.id)
        })
    };
    let value = amount("value", &row.value)?;
    let sensitive = match row.status.as_deref().map(str::trim) {
        // U and E are what τ-ARGUS calls unsafe and empty.
        Some("P" | "U") => true,
        Some("V" | "S" | "E") => false,
        Some(_) => return Err(format!("la cellule « {} » : status n’est ni P (ou U), ni V, S ou E", row.id)),
        None => {
            return Err(format!(
                "la cellule « {} » n’a pas de status : rien ne dirait ce qui est sensible",
                row.id
            ));
        }
    };
    if sensitive && value == 0 {
        return Err(format!(
            "la cellule « {} » vaut zéro et serait sensible : les zéros sont montrés",
            row.id
        ));
    }
    let protection = if sensitive {
        let low = (value - amount("lpl", &row.lpl)?).max(0);
        let high = value.saturating_add(amount("upl", &row.upl)?);
        Some(Protection { low, high, width: (high - low).max(1) })
    } else {
        None
    };
    let people = row.cost.or(row.freq.map(|units| units as f64)).unwrap_or(1.0).clamp(0.0, 1e12);
    Ok(cell(row, value, engine::cost(people as u64), protection, demand))
}

fn cell(row: &Row, value: i64, cost: u64, protection: Option<Protection>, demand: Demand) -> Cell {
    let published = row.published != 0;
    Cell {
        value,
        cost: if published { cost } else { 0 },
        protection,
        published,
        frozen: published && value == 0,
        least: i64::from(demand.zeros_known && published && value > 0),
        singleton: None,
        holders: Holders::NOBODY,
    }
}

/// How many decimals a number has that are not zeros at its end.
fn decimals(text: &str) -> usize {
    text.trim().split_once('.').map_or(0, |(_, after)| after.trim_end_matches('0').len())
}

/// A decimal number times ten to the power of so many decimals, without rounding.
fn fixed(text: &str, decimals: usize) -> Option<i64> {
    let (whole, after) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let after = after.trim_end_matches('0');
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if after.len() > decimals || !after.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{after:0<decimals$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{decimals, fixed};

    #[test]
    fn amounts_become_whole_without_rounding() {
        assert_eq!(decimals("16847646.840"), 2);
        assert_eq!(decimals("5.0"), 0);
        assert_eq!(fixed("16847646.84", 2), Some(1_684_764_684));
        assert_eq!(fixed("5", 2), Some(500));
        assert_eq!(fixed("0.75", 2), Some(75));
        assert_eq!(fixed("0.755", 2), None);
        assert_eq!(fixed("1e5", 2), None);
        assert_eq!(fixed("-3.5", 1), Some(-35));
        assert_eq!(fixed("1.-5", 2), None);
        for blank in ["", " ", "-", ".", ".5", "+"] {
            assert_eq!(fixed(blank, 2), None, "{blank}");
        }
    }
}
