//! Moving through the tables of a component: to one that is possible at all, and to one in which a column is
//! as far up or down as it can be.
//!
//! # Citations
//!
//! Dantzig, *Linear Programming and Extensions* (1963); Bland, "New finite pivoting rules for the simplex
//! method", *Mathematics of Operations Research* 2 (1977), against going round in circles; Dutertre, de Moura,
//! "A fast linear-arithmetic solver for DPLL(T)", CAV 2006, for [`Polytope::restore`] from a point that is
//! outside of many ends.

use super::{
    bounds::ceiling,
    dictionary::{NONE, Stop},
    line::{Terms, fit},
    polytope::{Block, Polytope},
};

/// Steps without progress after which the first column that helps is taken, not the best.
const PATIENCE: u32 = 24;
/// Columns that are tried before the best of them is taken.
const TRIALS: usize = 8;

/// How a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is where it was to go.
    There,
    /// It is as far as it can go.
    Farthest,
    /// It was not allowed to go on.
    Late,
}

/// A free column to move, up or down, the lines that it stands in, and what will stop it.
struct Step {
    column: u32,
    up: bool,
    lines: Terms,
    block: Block,
}

/// What to move next.
enum Choice {
    Step(Step),
    /// A free column that nothing stops on its way up, and its lines.
    Endless(u32, Terms),
    None,
}

impl Polytope<'_> {
    /// Moves to a point within all ends.
    ///
    /// # Errors
    ///
    /// [`Stop::Impossible`] when there is none.
    pub fn restore(&mut self) -> Result<Outcome, Stop> {
        let columns = 0..self.len() as u32;
        if columns.clone().any(|column| self.low[column as usize] > self.high[column as usize]) {
            return Err(Stop::Impossible);
        }
        let mut outside = columns.filter_map(|column| Some((column, self.outside(column)?)));
        match (outside.next(), outside.next()) {
            (None, _) => Ok(Outcome::There),
            (Some((column, up)), None) => self.enter_ends(column, up),
            _ => self.enter_all_ends(),
        }
    }

    /// Moves free columns to within their ends.
    fn clamp(&mut self) -> Result<(), Stop> {
        for column in 0..self.len() as u32 {
            let at = column as usize;
            let value = self.dictionary.values[at];
            let within = value.clamp(self.low[at], self.high[at]);
            if self.dictionary.line_of[at] == NONE && within != value {
                let lines = self.dictionary.column(column);
                let by = within.checked_sub(value).ok_or(Stop::Overflow)?;
                self.dictionary.shift(column, by, &lines)?;
            }
        }
        Ok(())
    }

    /// Brings the only column that is outside of its ends within them, and keeps all others where they may be.
    fn enter_ends(&mut self, column: u32, up: bool) -> Result<Outcome, Stop> {
        let to = self.low[column as usize];
        let outcome = self.climb(column, up, Some(to), |here| {
            let at = here.dictionary.line_of[column as usize];
            let (low, high) = (here.low[column as usize], here.high[column as usize]);
            let proved = if at == NONE { None } else { here.proved(at, up) };
            if proved.is_some_and(|end| if up { end < low } else { end > high }) {
                return Err(Stop::Impossible);
            }
            Ok(here.outside(column).is_none())
        })?;
        if outcome == Outcome::Farthest { Err(Stop::Impossible) } else { Ok(outcome) }
    }

    /// Brings columns within their ends one after the other, whatever that does to the others.
    fn enter_all_ends(&mut self) -> Result<Outcome, Stop> {
        self.clamp()?;
        let mut done = 0;
        while let Some((at, up)) = self.line_outside(done >= PATIENCE) {
            if self.is_late() {
                return Ok(Outcome::Late);
            }
            let line = &self.dictionary.lines[at as usize];
            let basic = line.basic as usize;
            let end = if up { self.low[basic] } else { self.high[basic] };
            let mut helpful =
                line.terms.iter().filter(|(column, by)| self.can_move(*column, (*by > 0) == up));
            let pick = if done >= PATIENCE {
                helpful.next()
            } else {
                helpful
                    .min_by_key(|(column, by)| (by.unsigned_abs(), self.dictionary.count(*column), *column))
            };
            // The line says that the column cannot come within its ends.
            let (column, _) = *pick.ok_or(Stop::Impossible)?;
            self.dictionary.pivot(at, column, end)?;
            done += 1;
        }
        Ok(Outcome::There)
    }

    /// A line whose basic column is outside of its ends, and whether it must rise: the first column's, or the
    /// shortest line.
    fn line_outside(&self, first: bool) -> Option<(u32, bool)> {
        let lines = self.dictionary.lines.iter().enumerate();
        let outside = lines.filter_map(|(at, line)| Some((at as u32, self.outside(line.basic)?)));
        outside.min_by_key(|(at, _)| {
            let line = &self.dictionary.lines[*at as usize];
            (if first { 0 } else { line.terms.len() }, line.basic)
        })
    }

    /// Moves to a point in which a column is as far up or down as it can be, from one within all ends, or until
    /// its end is proved; takes in the end that is proved.
    ///
    /// The point may be a fraction outside of an end that was proved on the way: [`Polytope::restore`].
    pub fn push(&mut self, column: u32, up: bool) -> Result<Outcome, Stop> {
        self.climb(column, up, None, |here| {
            let at = here.dictionary.line_of[column as usize];
            if at != NONE {
                here.learn(at, up);
            }
            Ok(here.is_reached(column, up))
        })
    }

    /// Moves a column up or down until something is so; where nothing stops it, to where it is to go, if
    /// anywhere.
    fn climb(
        &mut self,
        column: u32,
        up: bool,
        to: Option<i64>,
        mut enough: impl FnMut(&mut Self) -> Result<bool, Stop>,
    ) -> Result<Outcome, Stop> {
        let mut idle = 0;
        loop {
            if enough(self)? {
                return Ok(Outcome::There);
            }
            if self.is_late() {
                return Ok(Outcome::Late);
            }
            match self.choose(column, up, idle > PATIENCE) {
                Choice::Step(step) => {
                    idle = if step.block.far.0 == 0 { idle + 1 } else { 0 };
                    self.take(&step)?;
                }
                Choice::Endless(other, lines) => {
                    let Some(to) = to else { return Ok(Outcome::Farthest) };
                    self.leap(column, to, other, &lines)?;
                }
                Choice::None => return Ok(Outcome::Farthest),
            }
        }
    }

    /// Chooses what to move so that a column goes up or down: itself, or a free column in its line.
    fn choose(&mut self, column: u32, up: bool, first: bool) -> Choice {
        let at = self.dictionary.line_of[column as usize];
        let mut options: Terms = if at == NONE {
            if self.can_move(column, up) { vec![(column, 1)] } else { Terms::new() }
        } else {
            let terms = self.dictionary.lines[at as usize].terms.iter();
            terms.filter(|(other, by)| self.can_move(*other, (*by > 0) == up)).copied().collect()
        };
        if !first {
            options.sort_by_key(|(other, by)| (self.dictionary.count(*other), by.unsigned_abs(), *other));
        }
        let mut best = Choice::None;
        let mut most = -1.0;
        for (other, by) in options.into_iter().take(if first { 1 } else { TRIALS }) {
            let direction = (by > 0) == up;
            let lines = self.dictionary.column(other);
            let Some(block) = self.block(other, direction, &lines, first) else {
                self.soar(other, &lines);
                return Choice::Endless(other, lines);
            };
            // Nearly is near enough for a choice.
            let gain = block.far.0 as f64 / block.far.1 as f64 * f64::from(by.unsigned_abs());
            if gain > most {
                most = gain;
                best = Choice::Step(Step { column: other, up: direction, lines, block });
            }
        }
        best
    }

    /// Notes that a free column, and all that rises with it, can be as high as one likes.
    fn soar(&mut self, column: u32, lines: &[(u32, i32)]) {
        if !self.known.is_table() {
            return;
        }
        self.known.reached[column as usize].endless = true;
        for (at, _) in lines.iter().filter(|(_, by)| *by > 0) {
            let basic = self.dictionary.lines[*at as usize].basic;
            self.known.reached[basic as usize].endless = true;
        }
    }

    /// Moves a free column up, which nothing stops, until another one is at least where it is to go.
    fn leap(&mut self, column: u32, to: i64, other: u32, lines: &[(u32, i32)]) -> Result<(), Stop> {
        let (value, divisor) = self.value(column);
        let at = self.dictionary.line_of[column as usize];
        let by = lines.iter().find(|(line, _)| *line == at).map_or(1, |(_, by)| *by);
        let missing = i128::from(to) * i128::from(divisor) - i128::from(value);
        let far = fit(ceiling(missing, i128::from(by)))?;
        self.dictionary.shift(other, far, lines)?;
        self.note();
        Ok(())
    }

    /// Moves a free column until something stops it.
    fn take(&mut self, step: &Step) -> Result<(), Stop> {
        let Block { far, line } = step.block;
        let whole = fit(far.0 / far.1)?;
        let by = if step.up { whole } else { -whole };
        let Some(at) = line else {
            self.dictionary.shift(step.column, by, &step.lines)?;
            self.note();
            return Ok(());
        };
        // The last whole step on the way is worth a note: where the way ends there may be fractions.
        if whole > 0 && self.dictionary.broken == 0 && far.0 % far.1 != 0 {
            self.dictionary.shift(step.column, by, &step.lines)?;
            self.note();
        }
        let line = &self.dictionary.lines[at as usize];
        let rises = (line.by(step.column) > 0) == step.up;
        let end = if rises { self.high[line.basic as usize] } else { self.low[line.basic as usize] };
        self.dictionary.pivot(at, step.column, end)?;
        self.note();
        Ok(())
    }
}
