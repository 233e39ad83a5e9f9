//! The relations of one component, solved for some of its columns: the *dictionary* of the simplex method.
//!
//! Each basic column is a sum of multiples of free columns. All numbers are whole: a line has one divisor for
//! all of its coefficients, kept as small as can be. What a dictionary says is therefore true, not nearly so;
//! when a number outgrows its place the dictionary says [`Stop::Overflow`] and nothing else.
//!
//! The dictionary stands at a point: free columns have whole values, basic ones follow from them.
//!
//! # Citations
//!
//! Dantzig, *Linear Programming and Extensions* (1963); Dutertre, de Moura, "A fast linear-arithmetic solver
//! for DPLL(T)", CAV 2006, for exact lines, ends kept outside of them and free columns between their ends.

use super::{
    line::{Line, Terms, add, fit, sum},
    reduce::{Row, gcd},
};

/// No line.
pub const NONE: u32 = u32::MAX;

/// Why a dictionary can say no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A number that its place does not hold.
    Overflow,
    /// No numbers satisfy the rows and the ends.
    Impossible,
}

/// The rows of a component, solved.
pub struct Dictionary {
    /// One line for each basic column.
    pub lines: Vec<Line>,
    /// The line of each basic column; [`NONE`] for a free one.
    pub line_of: Vec<u32>,
    /// Value of each free column.
    pub values: Vec<i64>,
    /// How many basic columns do not stand at a whole number.
    pub broken: usize,
    /// Coefficients of all lines.
    pub entries: usize,
    /// Coefficients looked at so far: how much was done, the same on every machine.
    pub work: u64,
    /// Columns that have another value since somebody last took this.
    pub moved: Vec<u32>,
    /// Lines in which each free column stands, and some in which it no longer does.
    places: Vec<Vec<u32>>,
    /// The last round in which each line was looked at.
    seen: Vec<u32>,
    round: u32,
    merged: Terms,
}

impl Dictionary {
    /// Solves rows over columns that start at the given values, whether these satisfy the rows or not.
    pub fn of(rows: &[Row], start: Vec<i64>) -> Result<Self, Stop> {
        let columns = start.len();
        let mut dictionary = Self {
            lines: Vec::new(),
            line_of: vec![NONE; columns],
            values: start,
            broken: 0,
            entries: 0,
            work: 0,
            moved: (0..columns as u32).collect(),
            places: vec![Vec::new(); columns],
            seen: Vec::new(),
            round: 0,
            merged: Terms::new(),
        };
        let mut order: Vec<&Row> = rows.iter().collect();
        order.sort_by_key(|row| row.terms.len());
        for row in order {
            dictionary.take_in(row)?;
        }
        Ok(dictionary)
    }

    /// Solves one more row; it may follow from the others.
    fn take_in(&mut self, row: &Row) -> Result<(), Stop> {
        let mut value = -row.sum;
        let mut terms = Terms::with_capacity(row.terms.len());
        let mut basics = Terms::new();
        for (column, by) in &row.terms {
            let short = i32::try_from(*by).ok().ok_or(Stop::Overflow)?;
            if self.line_of[*column as usize] == NONE {
                terms.push((*column, short));
                value += i128::from(*by) * i128::from(self.values[*column as usize]);
            } else {
                basics.push((*column, short));
            }
        }
        let mut value = fit(value)?;
        let mut scale = 1_i32;
        for (column, by) in basics {
            let line = &self.lines[self.line_of[column as usize] as usize];
            let by = by.checked_mul(scale).ok_or(Stop::Overflow)?;
            let (own, other) = factors(by, line.divisor);
            value = sum(value, own, line.value, other)?;
            add(&terms, own, &line.terms, other, &mut self.merged, |_| ())?;
            std::mem::swap(&mut terms, &mut self.merged);
            scale = scale.checked_mul(own).ok_or(Stop::Overflow)?;
        }
        // Whole lines first, then few new coefficients.
        let best = terms.iter().min_by_key(|(column, by)| (by.unsigned_abs(), self.count(*column), *column));
        let Some(&(pivot, _)) = best else {
            return if value == 0 { Ok(()) } else { Err(Stop::Impossible) };
        };
        let at = self.lines.len() as u32;
        self.lines.push(Line::default());
        for (other, _) in terms.iter().filter(|(other, _)| *other != pivot) {
            self.places[*other as usize].push(at);
        }
        self.define(at, pivot, &terms, value)
    }

    /// Makes a free column basic, in an empty line, by terms that, with the value, add up to 0.
    fn define(&mut self, at: u32, column: u32, terms: &[(u32, i32)], value: i64) -> Result<(), Stop> {
        let by = terms.iter().find(|(other, _)| *other == column).map_or(0, |(_, by)| *by);
        let divisor = by.checked_abs().filter(|by| *by > 0).ok_or(Stop::Overflow)?;
        let sign = -by.signum();
        let rest = terms.iter().filter(|(other, _)| *other != column);
        let mut line = Line {
            basic: column,
            divisor,
            value: sum(self.values[column as usize], divisor, value, sign)?,
            terms: rest
                .map(|(other, by)| by.checked_mul(sign).map(|by| (*other, by)))
                .collect::<Option<_>>()
                .ok_or(Stop::Overflow)?,
        };
        line.reduce();
        for (other, by) in self.column(column) {
            self.replace(other, column, by, &line)?;
        }
        self.places[column as usize].clear();
        self.entries += line.terms.len();
        self.broken += usize::from(!line.is_whole());
        self.line_of[column as usize] = at;
        self.moved.push(column);
        self.lines[at as usize] = line;
        Ok(())
    }

    /// Puts what a column is into another line that it stands in.
    fn replace(&mut self, at: u32, column: u32, by: i32, with: &Line) -> Result<(), Stop> {
        let mut line = std::mem::take(&mut self.lines[at as usize]);
        let (own, other) = factors(by, with.divisor);
        let shift = sum(with.value, 1, self.values[column as usize], -with.divisor)?;
        self.broken -= usize::from(!line.is_whole());
        self.entries -= line.terms.len();
        line.value = sum(line.value, own, shift, other)?;
        line.divisor = line.divisor.checked_mul(own).ok_or(Stop::Overflow)?;
        line.remove(column);
        let places = &mut self.places;
        let new = |column: u32| places[column as usize].push(at);
        add(&line.terms, own, &with.terms, other, &mut self.merged, new)?;
        line.terms.clone_from(&self.merged);
        line.reduce();
        self.work += line.terms.len() as u64;
        self.entries += line.terms.len();
        self.broken += usize::from(!line.is_whole());
        if shift != 0 {
            self.moved.push(line.basic);
        }
        self.lines[at as usize] = line;
        Ok(())
    }

    /// The lines that a free column stands in, with its coefficients.
    pub fn column(&mut self, column: u32) -> Terms {
        self.round = self.round.wrapping_add(1);
        self.seen.resize(self.lines.len(), 0);
        let mut places = std::mem::take(&mut self.places[column as usize]);
        self.work += places.len() as u64 + 1;
        let mut found = Terms::with_capacity(places.len());
        places.retain(|at| {
            let by = self.lines[*at as usize].by(column);
            let new = std::mem::replace(&mut self.seen[*at as usize], self.round) != self.round;
            let stands = by != 0 && new;
            if stands {
                found.push((*at, by));
            }
            stands
        });
        self.places[column as usize] = places;
        found
    }

    /// How many lines a free column stands in, or somewhat more.
    pub fn count(&self, column: u32) -> usize {
        self.places[column as usize].len()
    }

    /// Moves a free column, and all that depends on it; `lines` are the lines that it stands in.
    pub fn shift(&mut self, column: u32, by: i64, lines: &[(u32, i32)]) -> Result<(), Stop> {
        let value = &mut self.values[column as usize];
        *value = value.checked_add(by).ok_or(Stop::Overflow)?;
        self.moved.push(column);
        for (at, factor) in lines {
            let line = &mut self.lines[*at as usize];
            self.broken -= usize::from(!line.is_whole());
            line.value = sum(line.value, 1, by, *factor)?;
            self.broken += usize::from(!line.is_whole());
            self.moved.push(line.basic);
        }
        Ok(())
    }

    /// Frees the basic column of a line, at a whole value, and makes a column that stands in the line basic.
    pub fn pivot(&mut self, at: u32, column: u32, value: i64) -> Result<(), Stop> {
        let line = std::mem::take(&mut self.lines[at as usize]);
        self.entries -= line.terms.len();
        self.broken -= usize::from(!line.is_whole());
        self.line_of[line.basic as usize] = NONE;
        self.values[line.basic as usize] = value;
        self.places[line.basic as usize] = vec![at];
        self.moved.push(line.basic);
        let rest = sum(line.value, 1, value, -line.divisor)?;
        let mut terms = line.terms;
        let place = terms.partition_point(|(other, _)| *other < line.basic);
        terms.insert(place, (line.basic, -line.divisor));
        self.define(at, column, &terms, rest)
    }
}

/// What to multiply a line with, and what is put into it, so that a coefficient becomes a whole number of
/// divisors.
const fn factors(by: i32, divisor: i32) -> (i32, i32) {
    let common = gcd(by.unsigned_abs() as u64, divisor.unsigned_abs() as u64) as i32;
    (divisor / common, by / common)
}
