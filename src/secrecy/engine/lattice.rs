//! Moves within a pattern, as sums of the vectors that elimination leaves.
//!
//! Elimination expresses each column that is not shown as a sum of free columns. To raise one free column
//! by one and hold the others gives a vector that keeps every relation, whatever is added to it: a *basis* of
//! all moves of the pattern. A sum of basis vectors is a move as soon as it leaves no column below what
//! everybody knows it to be at least. The walk starts with a vector that changes the column in question and
//! adds others, one after the other, where most of what is too low is mended; what stays too low for long
//! weighs more.
//!
//! # Citations
//!
//! Diaconis, Sturmfels, "Algebraic algorithms for sampling from conditional distributions", *Annals of
//! Statistics* 26 (1998), for walks by moves of a basis; Selman, Kautz, "Domain-independent extensions to
//! GSAT", IJCAI 1993, for weights that grow where a walk is stuck.

use super::{
    needs::Need,
    search::Move,
    system::{ColumnIndex, NONE, System},
};

/// A vector that keeps every relation: columns with what is added to them.
pub type Vector = Vec<(ColumnIndex, i64)>;

/// Where a column stands on a walk.
#[derive(Clone, Copy)]
struct Place {
    /// What is added to it.
    added: i64,
    /// How far it can fall.
    room: i64,
    /// How much each unit that it lacks counts.
    weight: i64,
    /// Position among those that lack something, or [`NONE`].
    low: u32,
    touched: bool,
    banned: bool,
}

/// The vectors of a pattern, and the walk over their sums.
pub struct Lattice {
    vectors: Vec<Vector>,
    /// The vectors in which a column stands, the shortest first, each with its coefficient.
    of: Vec<Vec<(u32, i64)>>,
    places: Vec<Place>,
    touched: Vec<ColumnIndex>,
    weighed: Vec<ColumnIndex>,
    low: Vec<ColumnIndex>,
    target: Target,
}

/// The column that a walk is for: it must change by `amount` or more, in the direction of `sign`.
#[derive(Clone, Copy)]
struct Target {
    column: ColumnIndex,
    amount: i64,
    sign: i64,
}

/// Vectors that are weighed at a step.
const BREADTH: usize = 40;

impl Lattice {
    /// The lattice of these vectors, each of which keeps every relation.
    pub fn of(system: &System, mut vectors: Vec<Vector>) -> Self {
        vectors.sort_by_key(Vec::len);
        let mut of = vec![Vec::new(); system.len()];
        for (index, vector) in vectors.iter().enumerate() {
            for (column, by) in vector {
                of[*column as usize].push((index as u32, *by));
            }
        }
        let place = |(value, least): (&i64, &i64)| Place {
            added: 0,
            room: value - least,
            weight: 1,
            low: NONE,
            touched: false,
            banned: false,
        };
        Self {
            vectors,
            of,
            places: system.value.iter().zip(&system.least).map(place).collect(),
            touched: Vec::new(),
            weighed: Vec::new(),
            low: Vec::new(),
            target: Target { column: NONE, amount: 0, sign: 1 },
        }
    }

    /// Takes in a further vector.
    pub fn take_in(&mut self, vector: &[(ColumnIndex, i64)]) {
        let index = self.vectors.len() as u32;
        for (column, by) in vector {
            self.of[*column as usize].insert(0, (index, *by));
        }
        self.vectors.push(vector.to_vec());
    }

    /// How far a column is from what it must be, with this much added.
    fn lacks(&self, column: ColumnIndex, place: &Place, added: i64) -> i64 {
        if place.banned {
            return added.abs();
        }
        let low = added.saturating_neg().saturating_sub(place.room).max(0);
        let Target { column: target, amount, sign } = self.target;
        if column == target { low.max(amount.saturating_sub(sign * added)) } else { low }
    }

    fn add(&mut self, vector: u32, times: i64) {
        for at in 0..self.vectors[vector as usize].len() {
            let (column, by) = self.vectors[vector as usize][at];
            let place = &mut self.places[column as usize];
            place.added = place.added.saturating_add(by.saturating_mul(times));
            if !place.touched {
                place.touched = true;
                self.touched.push(column);
            }
            self.settle(column);
        }
    }

    /// Keeps the list of columns that lack something.
    fn settle(&mut self, column: ColumnIndex) {
        let place = self.places[column as usize];
        let low = self.lacks(column, &place, place.added) > 0;
        if low && place.low == NONE {
            self.places[column as usize].low = self.low.len() as u32;
            self.low.push(column);
        } else if !low && place.low != NONE {
            self.low.swap_remove(place.low as usize);
            if let Some(moved) = self.low.get(place.low as usize) {
                self.places[*moved as usize].low = place.low;
            }
            self.places[column as usize].low = NONE;
        }
    }

    /// By how much adding a vector lessens all that is lacking, by weight.
    fn gain(&self, vector: u32, times: i64) -> f64 {
        let gain = |(column, by): &(ColumnIndex, i64)| {
            let place = &self.places[*column as usize];
            let before = self.lacks(*column, place, place.added);
            let added = place.added.saturating_add(by.saturating_mul(times));
            let gain = before - self.lacks(*column, place, added);
            // Amounts of money times weights are more than 64 bits hold.
            gain as f64 * place.weight as f64
        };
        self.vectors[vector as usize].iter().map(gain).sum()
    }

    /// A move that gives a column what is wanted and leaves the banned columns as they are.
    pub fn walk(&mut self, need: Need, banned: &[ColumnIndex], steps: u32) -> Option<Move> {
        if self.of[need.column as usize].is_empty() {
            return None;
        }
        banned.iter().for_each(|at| self.places[*at as usize].banned = true);
        let found = need.wanted.amounts().find_map(|amount| self.towards(need.column, amount, steps));
        banned.iter().for_each(|at| self.places[*at as usize].banned = false);
        found
    }

    fn towards(&mut self, column: ColumnIndex, amount: i64, steps: u32) -> Option<Move> {
        self.target = Target { column, amount: amount.abs(), sign: amount.signum() };
        self.touched.push(column);
        self.places[column as usize].touched = true;
        self.settle(column);
        let mut last = NONE;
        for left in (0..steps).rev() {
            if self.low.is_empty() {
                break;
            }
            let Some((vector, times, gain)) = self.best(left, last) else { break };
            if gain <= 0.0 {
                // Stuck: what is lacking counts for more from now on.
                for low in &self.low {
                    self.places[*low as usize].weight += 1;
                    self.weighed.push(*low);
                }
            }
            self.add(vector, times);
            last = vector;
        }
        let found = self.low.is_empty().then(|| {
            let added = self.touched.iter().map(|at| (*at, self.places[*at as usize].added));
            let mut steps: Move = added.filter(|(_, added)| *added != 0).collect();
            steps.sort_unstable_by_key(|(at, _)| (*at != column, *at));
            steps
        });
        self.forget();
        found
    }

    /// Back to where nothing is added.
    fn forget(&mut self) {
        for at in self.touched.drain(..).chain(self.weighed.drain(..)).chain(self.low.drain(..)) {
            let place = &mut self.places[at as usize];
            *place = Place { added: 0, weight: 1, low: NONE, touched: false, ..*place };
        }
    }

    /// The vector that mends most, how often, and what that gains, among those of one column that lacks
    /// something.
    fn best(&self, turn: u32, last: u32) -> Option<(u32, i64, f64)> {
        let column = self.low[turn as usize % self.low.len()];
        let place = &self.places[column as usize];
        let lacks = self.lacks(column, place, place.added);
        let falls_short = place.added.saturating_neg() > place.room;
        let up = if place.banned {
            place.added < 0
        } else {
            falls_short || column != self.target.column || self.target.sign > 0
        };
        let mut best: Option<(u32, i64, f64)> = None;
        for (vector, by) in
            self.of[column as usize].iter().filter(|(vector, _)| *vector != last).take(BREADTH)
        {
            let sign = if up { by.signum() } else { -by.signum() };
            let most = (lacks / by.abs()).max(1);
            for times in [1, most].into_iter().take(if most == 1 { 1 } else { 2 }) {
                let gain = self.gain(*vector, sign * times);
                if best.is_none_or(|(_, _, known)| gain > known) {
                    best = Some((*vector, sign * times, gain));
                }
            }
        }
        best
    }
}
