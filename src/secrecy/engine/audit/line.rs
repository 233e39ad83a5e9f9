//! A line of a dictionary, and what is done with its coefficients.

use super::{dictionary::Stop, reduce::gcd};

/// Columns (or lines) with their coefficients.
pub type Terms = Vec<(u32, i32)>;

/// divisor × basic = value + the sum of coefficient × how far the free column is moved from where it stands.
#[derive(Clone, Debug)]
pub struct Line {
    /// The basic column.
    pub basic: u32,
    /// At least 1.
    pub divisor: i32,
    /// Divisor × the value of the basic column.
    pub value: i64,
    /// Free columns with their coefficients, in order, none of them 0.
    pub terms: Terms,
}

impl Default for Line {
    fn default() -> Self {
        Self { basic: 0, divisor: 1, value: 0, terms: Terms::new() }
    }
}

impl Line {
    /// The coefficient of a free column; 0 when it has none.
    pub fn by(&self, column: u32) -> i32 {
        self.terms.binary_search_by_key(&column, |(at, _)| *at).map_or(0, |at| self.terms[at].1)
    }

    /// Whether the basic column stands at a whole number.
    pub const fn is_whole(&self) -> bool {
        self.divisor == 1 || self.value % self.divisor as i64 == 0
    }

    /// Takes a free column out.
    pub fn remove(&mut self, column: u32) {
        if let Ok(found) = self.terms.binary_search_by_key(&column, |(at, _)| *at) {
            self.terms.remove(found);
        }
    }

    /// Makes all numbers as small as can be.
    pub fn reduce(&mut self) {
        if self.divisor == 1 {
            return;
        }
        let mut common = gcd(u64::from(self.divisor.unsigned_abs()), self.value.unsigned_abs());
        for (_, by) in &self.terms {
            if common == 1 {
                return;
            }
            common = gcd(common, u64::from(by.unsigned_abs()));
        }
        if common > 1 {
            let common = common as i32;
            self.divisor /= common;
            self.value /= i64::from(common);
            self.terms.iter_mut().for_each(|(_, by)| *by /= common);
        }
    }
}

/// A number of 64 bits.
pub fn fit(number: i128) -> Result<i64, Stop> {
    i64::try_from(number).ok().ok_or(Stop::Overflow)
}

/// one × factor + other × by.
pub fn sum(one: i64, factor: i32, other: i64, by: i32) -> Result<i64, Stop> {
    let product = one.checked_mul(i64::from(factor)).ok_or(Stop::Overflow)?;
    product.checked_add(other.checked_mul(i64::from(by)).ok_or(Stop::Overflow)?).ok_or(Stop::Overflow)
}

/// own × factor + other × by, in order; tells of each column that `own` does not have.
pub fn add(
    own: &[(u32, i32)],
    factor: i32,
    other: &[(u32, i32)],
    by: i32,
    out: &mut Terms,
    mut new: impl FnMut(u32),
) -> Result<(), Stop> {
    out.clear();
    let (mut left, mut right) = (0, 0);
    loop {
        let (column, mine, theirs) = match (own.get(left), other.get(right)) {
            (Some(one), Some(two)) if one.0 == two.0 => {
                left += 1;
                right += 1;
                (one.0, one.1, two.1)
            }
            (Some(one), two) if two.is_none_or(|two| one.0 < two.0) => {
                left += 1;
                (one.0, one.1, 0)
            }
            (_, Some(two)) => {
                right += 1;
                new(two.0);
                (two.0, 0, two.1)
            }
            _ => return Ok(()),
        };
        // Two products of 32 bits each, which 64 bits hold.
        let together = i64::from(mine) * i64::from(factor) + i64::from(theirs) * i64::from(by);
        let together = i32::try_from(together).ok().ok_or(Stop::Overflow)?;
        if together != 0 {
            out.push((column, together));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Terms, add};
    use crate::audit::dictionary::Stop;

    #[test]
    fn terms_add_up_and_what_cancels_is_gone() {
        let (mut out, mut new) = (Terms::new(), Vec::new());
        let added = add(&[(1, 2), (3, 1)], 1, &[(1, -1), (2, 5)], 2, &mut out, |column| new.push(column));
        assert_eq!((added, out, new), (Ok(()), vec![(2, 10), (3, 1)], vec![2]));
    }

    #[test]
    fn a_coefficient_beyond_its_place_is_refused() {
        let added = add(&[(1, i32::MAX)], 2, &[], 1, &mut Terms::new(), |_| ());
        assert_eq!(added, Err(Stop::Overflow));
    }

    #[test]
    fn a_line_is_made_small_unless_its_value_forbids() {
        let mut line = Line { basic: 0, divisor: 2, value: 4, terms: vec![(1, 6)] };
        line.reduce();
        assert_eq!((line.divisor, line.value, line.terms), (1, 2, vec![(1, 3)]));
        let mut line = Line { basic: 0, divisor: 2, value: 3, terms: vec![(1, 6)] };
        line.reduce();
        assert_eq!(line.divisor, 2);
        assert!(!line.is_whole());
    }
}
