//! Tables of whole numbers where the simplex method finds fractions: by branching on a column that is no
//! whole number.
//!
//! # Citations
//!
//! Land, Doig, "An automatic method of solving discrete programming problems", *Econometrica* 28 (1960).

use super::{
    dictionary::Stop,
    known::Range,
    polytope::Polytope,
    reduce::{UNBOUNDED, gcd},
    simplex::Outcome,
};

/// What a search for a table ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The point is a table of whole numbers.
    Found,
    /// There is none.
    None,
    /// It was not allowed to go on.
    Late,
}

/// A branch that was taken.
struct Branch {
    column: u32,
    /// The column's ends before.
    before: (i64, i64),
    /// Its ends in the other branch, unless that was taken already.
    other: Option<(i64, i64)>,
}

impl Polytope<'_> {
    /// Asks for tables of whole numbers in which a column is farther up or down than in any that is known,
    /// until one is at the column's end or there is none farther.
    pub fn stretch(&mut self, column: u32, up: bool) -> Result<(), Stop> {
        let at = column as usize;
        while !self.is_reached(column, up) {
            let Range { low: from, high: to, .. } = self.known.reached[at];
            let (low, high) = (self.low.clone(), self.high.clone());
            if up {
                self.low[at] = to + 1;
            } else {
                self.high[at] = from - 1;
            }
            let answer = self.search();
            (self.low, self.high) = (low, high);
            match answer? {
                Answer::Found => {}
                Answer::None => self.set(column, up, if up { to } else { from }),
                // The search may have left the point anywhere.
                Answer::Late => return self.refresh(),
            }
        }
        Ok(())
    }

    /// Looks for a table of whole numbers within all ends; leaves the ends as the search has them.
    pub fn search(&mut self) -> Result<Answer, Stop> {
        let mut path: Vec<Branch> = Vec::new();
        loop {
            // So that a search ends even where no step is needed.
            self.dictionary.work += self.len() as u64;
            let possible = match self.restore() {
                Ok(Outcome::Late) => return Ok(Answer::Late),
                Ok(_) => !self.is_odd(),
                Err(Stop::Impossible) => false,
                Err(stop) => return Err(stop),
            };
            if possible {
                self.note();
                let Some((column, below, is_nearer)) = self.broken() else { return Ok(Answer::Found) };
                let before = (self.low[column as usize], self.high[column as usize]);
                let (down, up) = ((before.0, below), (below + 1, before.1));
                let (now, later) = if is_nearer { (down, up) } else { (up, down) };
                (self.low[column as usize], self.high[column as usize]) = now;
                path.push(Branch { column, before, other: Some(later) });
            } else if !self.turn(&mut path) {
                return Ok(Answer::None);
            }
            if self.is_late() {
                return Ok(Answer::Late);
            }
        }
    }

    /// Takes the other branch where that was not done yet; says whether there is any.
    fn turn(&mut self, path: &mut Vec<Branch>) -> bool {
        while let Some(branch) = path.pop() {
            let at = branch.column as usize;
            (self.low[at], self.high[at]) = branch.other.unwrap_or(branch.before);
            if branch.other.is_some() {
                path.push(Branch { other: None, ..branch });
                return true;
            }
        }
        false
    }

    /// A column between two whole numbers, the one with the fewest values: the number below, and whether that
    /// is the nearer.
    fn broken(&self) -> Option<(u32, i64, bool)> {
        let broken = self.dictionary.lines.iter().filter(|line| !line.is_whole());
        let line = broken.min_by_key(|line| {
            let at = line.basic as usize;
            let width = if self.high[at] == UNBOUNDED { UNBOUNDED } else { self.high[at] - self.low[at] };
            (width, line.basic)
        })?;
        let divisor = i64::from(line.divisor);
        Some((line.basic, line.value.div_euclid(divisor), line.value.rem_euclid(divisor) * 2 < divisor))
    }

    /// Whether some line has no solution in whole numbers, whatever the columns that can still move.
    fn is_odd(&self) -> bool {
        self.dictionary.lines.iter().filter(|line| !line.is_whole()).any(|line| {
            let open = line.terms.iter().filter(|(column, _)| {
                let at = *column as usize;
                self.low[at] != self.high[at]
            });
            let divisor = u64::from(line.divisor.unsigned_abs());
            let common = open.fold(divisor, |common, (_, by)| gcd(common, u64::from(by.unsigned_abs())));
            line.value.unsigned_abs() % common != 0
        })
    }
}
