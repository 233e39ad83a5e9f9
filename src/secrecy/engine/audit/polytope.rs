//! All tables of one component: its rows, solved, the ends of its columns, and what is known to be reached.

use std::cmp::Ordering;

use super::{
    bounds::{ceiling, floor},
    dictionary::{Dictionary, NONE, Stop},
    known::Known,
    reduce::{FARTHEST, Row, UNBOUNDED},
};

/// The tables of one component, and where the search for the farthest ones stands.
pub struct Polytope<'a> {
    rows: &'a [Row],
    /// The rows, solved, at a point.
    pub dictionary: Dictionary,
    /// Lowest value of each column.
    pub low: Vec<i64>,
    /// Highest value of each column.
    pub high: Vec<i64>,
    /// What tables of whole numbers reach.
    pub known: Known,
    /// Work of the dictionary after which a search gives up.
    pub deadline: u64,
    /// Coefficients of the dictionary when it was last solved anew.
    fresh: usize,
}

/// What stops a free column that is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// How far it goes, as a fraction.
    pub far: (i128, i128),
    /// The line that stops it; none when its own end does.
    pub line: Option<u32>,
}

impl<'a> Polytope<'a> {
    /// Solves the rows of a component at a first point.
    pub fn of(rows: &'a [Row], low: Vec<i64>, high: Vec<i64>, start: Vec<i64>) -> Result<Self, Stop> {
        let dictionary = Dictionary::of(rows, start.clone())?;
        let fresh = dictionary.entries;
        let known = Known::new(rows, low.clone(), high.clone(), start);
        Ok(Self { rows, dictionary, low, high, known, deadline: u64::MAX, fresh })
    }

    /// How many columns there are.
    pub const fn len(&self) -> usize {
        self.low.len()
    }

    /// Lets searches do this much from now on.
    pub const fn allow(&mut self, work: u64) {
        self.deadline = self.dictionary.work.saturating_add(work);
    }

    /// Whether a search has to give up.
    pub const fn is_late(&self) -> bool {
        self.dictionary.work > self.deadline
    }

    /// Whether the dictionary has grown so much that to solve the rows anew is worth it.
    pub const fn is_crowded(&self) -> bool {
        self.dictionary.entries > 2 * self.fresh
    }

    /// Solves the rows anew, at the last table of whole numbers, if there is one.
    pub fn refresh(&mut self) -> Result<(), Stop> {
        if self.known.is_table() {
            let work = self.dictionary.work;
            self.dictionary = Dictionary::of(self.rows, self.known.values.clone())?;
            self.dictionary.work += work;
            self.fresh = self.dictionary.entries;
        }
        Ok(())
    }

    /// The value of a column, as a fraction.
    pub fn value(&self, column: u32) -> (i64, i32) {
        match self.dictionary.line_of[column as usize] {
            NONE => (self.dictionary.values[column as usize], 1),
            at => {
                let line = &self.dictionary.lines[at as usize];
                (line.value, line.divisor)
            }
        }
    }

    /// Whether some table of whole numbers is known in which a column is at its end.
    pub fn is_reached(&self, column: u32, up: bool) -> bool {
        let at = column as usize;
        let range = self.known.reached[at];
        if up { range.endless || range.high == self.high[at] } else { range.low == self.low[at] }
    }

    /// Notes what the point reaches, when it is whole; it must be within all ends.
    pub fn note(&mut self) {
        if self.dictionary.broken > 0 {
            // The list is kept until the point is whole again.
            if self.dictionary.moved.len() > 4 * self.len() {
                self.dictionary.moved.sort_unstable();
                self.dictionary.moved.dedup();
            }
            return;
        }
        let moved = std::mem::take(&mut self.dictionary.moved);
        let whole = |column: u32| {
            let (value, divisor) = match self.dictionary.line_of[column as usize] {
                NONE => (self.dictionary.values[column as usize], 1),
                at => (self.dictionary.lines[at as usize].value, self.dictionary.lines[at as usize].divisor),
            };
            value / i64::from(divisor)
        };
        self.known.change(&moved, whole);
    }

    /// Whether a free column can move at all.
    pub fn can_move(&self, column: u32, up: bool) -> bool {
        let at = column as usize;
        let value = self.dictionary.values[at];
        if up { value < self.high[at] } else { value > self.low[at] }
    }

    /// Whether a column is outside of its ends, and then whether it must rise.
    pub fn outside(&self, column: u32) -> Option<bool> {
        let (value, divisor) = self.value(column);
        let (value, divisor) = (i128::from(value), i128::from(divisor));
        let (low, high) = (self.low[column as usize], self.high[column as usize]);
        let up = value < i128::from(low) * divisor;
        let down = high != UNBOUNDED && value > i128::from(high) * divisor;
        (up || down).then_some(up)
    }

    /// What stops a free column that is moved up or down; none when nothing does.
    ///
    /// Among lines that stop it at the same place, the one with the `first` column, or else the one that
    /// keeps the numbers small and the dictionary short.
    pub fn block(&self, column: u32, up: bool, lines: &[(u32, i32)], first: bool) -> Option<Block> {
        let at = column as usize;
        let value = i128::from(self.dictionary.values[at]);
        let own = if up { self.high[at] } else { self.low[at] };
        let mut best =
            (own != UNBOUNDED).then(|| Block { far: ((i128::from(own) - value).abs(), 1), line: None });
        let mut least = (0, 0, 0);
        for (other, by) in lines {
            let line = &self.dictionary.lines[*other as usize];
            let basic = line.basic as usize;
            let end = if (*by > 0) == up { self.high[basic] } else { self.low[basic] };
            if end == UNBOUNDED {
                continue;
            }
            let room = (i128::from(end) * i128::from(line.divisor) - i128::from(line.value)).abs();
            let far = (room, i128::from(by.unsigned_abs()));
            let rank =
                if first { (0, 0, line.basic) } else { (by.unsigned_abs(), line.terms.len(), line.basic) };
            let nearer = match best {
                None => true,
                Some(best) => match (far.0 * best.far.1).cmp(&(best.far.0 * far.1)) {
                    Ordering::Less => true,
                    // Its own end changes nothing but the point.
                    Ordering::Equal => best.line.is_some() && rank < least,
                    Ordering::Greater => false,
                },
            };
            if nearer {
                best = Some(Block { far, line: Some(*other) });
                least = rank;
            }
        }
        best
    }

    /// The end that a line proves for its basic column, from the ends of the free columns in it; none when it
    /// proves none.
    pub fn proved(&self, at: u32, up: bool) -> Option<i64> {
        let line = &self.dictionary.lines[at as usize];
        let mut total = i128::from(line.value);
        for (column, by) in &line.terms {
            let (column, by) = (*column as usize, *by);
            let end = if (by > 0) == up { self.high[column] } else { self.low[column] };
            if end == UNBOUNDED {
                return None;
            }
            total += i128::from(by) * (i128::from(end) - i128::from(self.dictionary.values[column]));
        }
        let divisor = i128::from(line.divisor);
        let end = if up { floor(total, divisor) } else { ceiling(total, divisor) };
        i64::try_from(end).ok().filter(|end| end.abs() <= FARTHEST)
    }

    /// Takes in what a line proves for its basic column.
    pub fn learn(&mut self, at: u32, up: bool) {
        if let Some(end) = self.proved(at, up) {
            self.set(self.dictionary.lines[at as usize].basic, up, end);
        }
    }

    /// Takes in an end that is proved.
    pub fn set(&mut self, column: u32, up: bool, end: i64) {
        let at = column as usize;
        if up {
            self.high[at] = end.min(self.high[at]);
        } else {
            self.low[at] = end.max(self.low[at]);
        }
    }
}
