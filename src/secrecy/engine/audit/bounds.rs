//! Bounds that each relation gives to its columns, until nothing changes.
//!
//! # Citations
//!
//! Savelsbergh, "Preprocessing and probing techniques for mixed integer programming problems", *ORSA Journal
//! on Computing* 6 (1994).

use std::collections::VecDeque;

use super::reduce::{Clash, FARTHEST, Row, UNBOUNDED, gcd};

/// Tightens the bounds of all columns by all rows; says whether that left a column a single value.
///
/// Each row is looked at `visits` times at most on average: bounds that creep towards each other are left
/// where they are, which is safe.
pub fn propagate(rows: &[Row], low: &mut [i64], high: &mut [i64], visits: u32) -> Result<bool, Clash> {
    let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); low.len()];
    for (at, row) in rows.iter().enumerate() {
        for (column, _) in &row.terms {
            rows_of[*column as usize].push(at as u32);
        }
    }
    let mut queue: VecDeque<u32> = (0..rows.len() as u32).collect();
    let mut waits = vec![true; rows.len()];
    let mut left = rows.len().saturating_mul(visits as usize);
    let mut changed: Vec<u32> = Vec::new();
    let mut fixed = false;
    while let Some(at) = queue.pop_front() {
        if left == 0 {
            break;
        }
        left -= 1;
        waits[at as usize] = false;
        changed.clear();
        tighten(&rows[at as usize], low, high, &mut changed)?;
        for column in &changed {
            fixed |= low[*column as usize] == high[*column as usize];
            for row in &rows_of[*column as usize] {
                if !std::mem::replace(&mut waits[*row as usize], true) {
                    queue.push_back(*row);
                }
            }
        }
    }
    Ok(fixed)
}

/// The sums of what all terms can be at least (or at most), and how many of them have no such end.
#[derive(Clone, Copy, Default)]
struct Reach {
    sum: i128,
    open: u32,
}

impl Reach {
    fn add(&mut self, end: Option<i128>) {
        match end {
            Some(end) => self.sum += end,
            None => self.open += 1,
        }
    }

    /// The same without one of the terms.
    fn without(self, end: Option<i128>) -> Option<i128> {
        match (self.open, end) {
            (0, Some(end)) => Some(self.sum - end),
            (1, None) => Some(self.sum),
            _ => None,
        }
    }
}

/// The least and the most that a term can be.
fn ends(by: i64, low: i64, high: i64) -> (Option<i128>, Option<i128>) {
    let times = |end: i64| (end != UNBOUNDED).then(|| i128::from(by) * i128::from(end));
    if by > 0 { (times(low), times(high)) } else { (times(high), times(low)) }
}

/// Tightens the columns of one row; gives those that changed.
fn tighten(row: &Row, low: &mut [i64], high: &mut [i64], changed: &mut Vec<u32>) -> Result<(), Clash> {
    let (mut least, mut most) = (Reach::default(), Reach::default());
    for (column, by) in &row.terms {
        let at = *column as usize;
        let (down, up) = ends(*by, low[at], high[at]);
        least.add(down);
        most.add(up);
    }
    if (least.open == 0 && least.sum > row.sum) || (most.open == 0 && most.sum < row.sum) {
        return Err(Clash::Relation(row.relation));
    }
    for (column, by) in &row.terms {
        let at = *column as usize;
        let (before_low, before_high) = (low[at], high[at]);
        let (down, up) = ends(*by, before_low, before_high);
        // by × column is the sum less what the others are.
        let lower = most.without(up).map(|others| row.sum - others);
        let upper = least.without(down).map(|others| row.sum - others);
        let factor = i128::from(*by);
        let (from, to) = if *by > 0 { (lower, upper) } else { (upper, lower) };
        if let Some(from) = from.map(|from| ceiling(from, factor)) {
            low[at] = from.clamp(i128::from(low[at]), i128::from(FARTHEST.max(low[at]))) as i64;
        }
        if let Some(to) = to.map(|to| floor(to, factor)).filter(|to| *to <= i128::from(FARTHEST)) {
            high[at] = to.clamp(i128::from(i64::MIN), i128::from(high[at])) as i64;
        }
        if (low[at], high[at]) != (before_low, before_high) {
            if low[at] > high[at] {
                return Err(Clash::Cell(*column));
            }
            // The sums stay those of the ends before: still true, only wider.
            changed.push(*column);
        }
    }
    if row.terms.iter().any(|(_, by)| by.unsigned_abs() > 1) {
        step(row, low, high, changed)?;
    }
    Ok(())
}

/// Moves the ends of each column to numbers that the divisor of all other coefficients leaves possible.
fn step(row: &Row, low: &mut [i64], high: &mut [i64], changed: &mut Vec<u32>) -> Result<(), Clash> {
    let is_open = |(column, _): &&(u32, i64)| low[*column as usize] != high[*column as usize];
    let open: Vec<(u32, i64)> = row.terms.iter().filter(is_open).copied().collect();
    let fixed = row.terms.iter().filter(|term| !is_open(term));
    let fixed: i128 = fixed.map(|(column, by)| i128::from(*by) * i128::from(low[*column as usize])).sum();
    // The divisor of the coefficients from each one on, then of those before it as well.
    let mut after = vec![0; open.len() + 1];
    for (at, (_, by)) in open.iter().enumerate().rev() {
        after[at] = gcd(after[at + 1], by.unsigned_abs());
    }
    let mut before = 0;
    for (at, (column, by)) in open.iter().enumerate() {
        let common = gcd(before, after[at + 1]);
        before = gcd(before, by.unsigned_abs());
        // A long period is not worth a try.
        if !(2..=LONGEST_PERIOD).contains(&common) {
            continue;
        }
        let rest = row.sum - fixed;
        let fits = |value: i64| (rest - i128::from(*by) * i128::from(value)) % i128::from(common) == 0;
        let at = *column as usize;
        let ends = (low[at], high[at]);
        let period = common as i64;
        let from = (low[at]..=high[at].min(low[at] + period)).find(|value| fits(*value));
        low[at] = from.ok_or(Clash::Cell(*column))?;
        if high[at] != UNBOUNDED {
            let to = (low[at].max(high[at] - period)..=high[at]).rev().find(|value| fits(*value));
            high[at] = to.ok_or(Clash::Cell(*column))?;
        }
        if (low[at], high[at]) != ends {
            changed.push(*column);
        }
    }
    Ok(())
}

/// Longest period of possible values that is looked through.
const LONGEST_PERIOD: u64 = 1 << 10;

/// The quotient rounded up.
pub const fn ceiling(number: i128, by: i128) -> i128 {
    -floor(-number, by)
}

/// The quotient rounded down.
pub const fn floor(number: i128, by: i128) -> i128 {
    let (quotient, rest) = (number / by, number % by);
    if rest != 0 && (rest < 0) != (by < 0) { quotient - 1 } else { quotient }
}
