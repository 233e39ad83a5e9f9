//! How a figure comes from columns of Insee's file. Counts that the census estimates are rounded to the unit
//! first, so that what is shown adds up.

use super::Table;
use crate::demonstration::{
    error::{DemonstrationError, Entry},
    files::figures::Formula,
};

impl Formula {
    /// The figure of a commune, or none where secrecy withholds a part of it.
    pub fn of_commune(
        &self,
        table: &Table,
        commune: &str,
        entry: Entry<'_>,
    ) -> Result<Option<f64>, DemonstrationError> {
        if let Self::AsIs(column) = self {
            return table.number(commune, column, entry);
        }
        self.of_counts(|column| Ok(table.number(commune, column, entry)?.map(f64::round)))
    }

    /// The figure of all communes together: a count when it adds up, a rate of such counts, or none.
    pub fn of_all(
        &self,
        whole: bool,
        table: &Table,
        entry: Entry<'_>,
    ) -> Result<Option<f64>, DemonstrationError> {
        let is_count = matches!(self, Self::Count(_) | Self::Difference { .. });
        if matches!(self, Self::AsIs(_)) || (is_count && !whole) {
            return Ok(None);
        }
        self.of_counts(|column| {
            let mut sum = 0.0;
            for commune in table.communes() {
                let Some(number) = table.number(commune, column, entry)? else { return Ok(None) };
                sum += number.round();
            }
            Ok(Some(sum))
        })
    }

    fn of_counts(
        &self,
        count: impl Fn(&str) -> Result<Option<f64>, DemonstrationError>,
    ) -> Result<Option<f64>, DemonstrationError> {
        Ok(match self {
            Self::Count(column) | Self::AsIs(column) => count(column)?,
            Self::Difference { of, less } => count(of)?.zip(count(less)?).map(|(of, less)| of - less),
            Self::Percent { of, less, over } => {
                let less = less.as_ref().map_or(Ok(Some(0.0)), |less| count(less))?;
                let parts = count(of)?.zip(less).zip(count(over)?);
                parts
                    .filter(|(_, over)| *over > 0.0)
                    .map(|((of, less), over)| rounded((of - less) / over * 100.0, 1))
            }
            Self::Growth { to, from, years } => {
                let parts = count(to)?.zip(count(from)?).filter(|(_, from)| *from > 0.0);
                let change = parts.map(|(to, from)| (to / from).powf(1.0 / f64::from(*years)) - 1.0);
                change.map(|change| rounded(change * 100.0, 2))
            }
        })
    }
}

fn rounded(number: f64, decimals: i32) -> f64 {
    let scale = 10.0_f64.powi(decimals);
    (number * scale).round() / scale
}
