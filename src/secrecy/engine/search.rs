//! The cheapest way to change a cell without changing anything that is shown.
//!
//! A *move* is a vector of whole numbers that every relation takes to 0: added to the true table it gives
//! another table that agrees with all that is shown, if it touches masked cells only and leaves none below
//! what everybody knows it to be at least. The search starts with the cell to protect, then closes one open
//! relation after the other, always the one with the fewest ways to close it, and pays for each cell that
//! is not masked yet. In a table of several dimensions the moves it finds are cubes (Repsilber's hypercubes)
//! and longer cycles.
//!
//! # Citations
//!
//! Kelly, Golden, Assad, "Cell suppression: disclosure protection for sensitive tabular data", *Networks* 22
//! (1992): protection by alternating cycles; Hundepool et al., *Handbook on Statistical Disclosure Control*,
//! chapter 4: hypercubes.

use super::system::{ColumnIndex, NONE, System};

/// A move: columns with what is added to them, the column that it was made for first.
pub type Move = Vec<(ColumnIndex, i64)>;

/// How much a search may do.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Steps of one search.
    pub steps: u32,
    /// First bound on the cost, doubled until a move is found.
    pub first_bound: u64,
    /// Which attempt this is: later ones take the options in another order, and mind the cost less.
    pub attempt: u32,
}

/// A move that was found, with what it costs in cells not masked yet.
pub struct Found {
    /// Cost of the newly masked columns.
    pub cost: u64,
    /// The move.
    pub steps: Move,
}

/// Price of a column that may not be used.
const NEVER: u32 = u32::MAX;
/// The most expensive that a column is for the search.
const DEAREST: u64 = NEVER as u64 - 1;
/// What an open relation is taken to cost when options are ranked.
const OPEN: i64 = 40;
/// Most cells of a move.
const LONGEST: usize = 96;
/// Most cells of a climb.
const HIGHEST: usize = 1_024;
/// Parts that a climb tries.
const TRIES: u32 = 20_000;
/// Options tried at a step.
const BREADTH: usize = 12;
/// Part of the steps left that the next option may use, in per cent.
const SHARE: u32 = 85;
/// Bound on the cost beyond which the search is no longer deepened step by step.
const DEEPEST: u64 = 1 << 13;

#[derive(Clone, Copy)]
struct Place {
    /// How far the column can fall.
    room: i64,
    /// What it costs to use it: 0 when it is masked.
    price: u32,
    banned: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Option_ {
    score: u64,
    price: u32,
    column: ColumnIndex,
    amount: i64,
}

/// The state of searches over one system.
pub struct Search<'a> {
    system: &'a System,
    places: Vec<Place>,
    masked: Vec<bool>,
    delta: Vec<i64>,
    open_by: Vec<i64>,
    open: Vec<u32>,
    path: Vec<(ColumnIndex, u32)>,
    best: Option<Found>,
    steps: u32,
    limit: u32,
    attempt: u32,
    scratch: Vec<Vec<Option_>>,
    /// Steps of all searches so far.
    pub spent: u64,
}

impl<'a> Search<'a> {
    /// Searches over a system in which nothing is masked.
    pub fn over(system: &'a System) -> Self {
        let mut search = Self {
            system,
            places: Vec::with_capacity(system.len()),
            masked: vec![false; system.len()],
            delta: vec![0; system.len()],
            open_by: vec![0; system.columns.len()],
            open: Vec::new(),
            path: Vec::new(),
            best: None,
            steps: 0,
            limit: 0,
            attempt: 0,
            scratch: Vec::new(),
            spent: 0,
        };
        for column in 0..system.len() {
            let room = system.value[column] - system.least[column];
            search.places.push(Place { room, price: search.price(column), banned: 0 });
        }
        search
    }

    fn price(&self, column: usize) -> u32 {
        if self.masked[column] {
            0
        } else if self.system.candidate[column] {
            self.system.cost[column].clamp(1, DEAREST) as u32
        } else {
            NEVER
        }
    }

    /// Says whether a column is masked.
    pub fn is_masked(&self, column: ColumnIndex) -> bool {
        self.masked[column as usize]
    }

    /// Masks or shows a column.
    pub fn set_masked(&mut self, column: ColumnIndex, masked: bool) {
        self.masked[column as usize] = masked;
        self.refresh(column as usize);
    }

    /// Keeps moves off a column; as many calls lift it.
    pub fn ban(&mut self, column: ColumnIndex) {
        self.places[column as usize].banned += 1;
        self.places[column as usize].price = NEVER;
    }

    /// Lifts one ban.
    pub fn lift(&mut self, column: ColumnIndex) {
        self.places[column as usize].banned -= 1;
        self.refresh(column as usize);
    }

    fn refresh(&mut self, column: usize) {
        let place = self.places[column];
        self.places[column].price = if place.banned > 0 { NEVER } else { self.price(column) };
    }

    /// A move that changes `column` by `total`, in one piece or several, costing less than `bound`.
    ///
    /// Masks stay as they were: the caller masks what the move touches.
    pub fn reach(&mut self, column: ColumnIndex, total: i64, bound: u64, reach: Reach) -> Option<Found> {
        let mut touched: Vec<ColumnIndex> = vec![column];
        let mut opened: Vec<ColumnIndex> = Vec::new();
        let mut sums: Vec<i64> = vec![0];
        let (mut cost, mut left) = (0, total);
        let mut complete = true;
        while left != 0 {
            let Some(piece) = self.piece(column, left, bound.saturating_sub(cost), reach) else {
                complete = false;
                break;
            };
            cost += piece.cost;
            let times = self.times(&piece.steps, left);
            for (at, amount) in &piece.steps {
                self.places[*at as usize].room += times * amount;
                match touched.iter().position(|known| known == at) {
                    Some(known) => sums[known] += times * amount,
                    None => {
                        touched.push(*at);
                        sums.push(times * amount);
                    }
                }
                if !self.masked[*at as usize] {
                    self.set_masked(*at, true);
                    opened.push(*at);
                }
            }
            left -= times * piece.steps[0].1;
        }
        for (at, sum) in touched.iter().zip(&sums) {
            self.places[*at as usize].room -= sum;
        }
        for at in &opened {
            self.set_masked(*at, false);
        }
        if !complete {
            return None;
        }
        let steps: Move = touched.into_iter().zip(sums).filter(|(_, sum)| *sum != 0).collect();
        // What cancelled out need not be masked.
        let bought = steps.iter().filter(|(at, _)| opened.contains(at));
        let cost = bought.map(|(at, _)| self.system.cost[*at as usize].clamp(1, DEAREST)).sum();
        (cost < bound).then_some(Found { cost, steps })
    }

    /// Adds `amount` to a cell and to all totals that it counts in; where a total that was reached is made up of other
    /// parts besides, to one of those and its totals as well, as a further person of the kinds that are there would.
    /// Dear, but there whenever those totals may be masked.
    pub fn climb(&mut self, column: ColumnIndex, amount: i64) -> Option<Found> {
        let mut tries = TRIES;
        let closed = self.rise(column, amount) && self.complete(amount, &mut tries);
        let cost = self.path.iter().fold(0, |cost: u64, (_, price)| cost.saturating_add(u64::from(*price)));
        let mut steps: Move = self.path.iter().map(|(at, _)| (*at, amount)).collect();
        steps.sort_unstable_by_key(|(at, _)| (*at != column, *at));
        self.fall(0);
        closed.then_some(Found { cost, steps })
    }

    /// Adds to a column and to all totals above it that are not reached yet; says whether all of them may be used.
    /// What was added stays so.
    fn rise(&mut self, column: ColumnIndex, amount: i64) -> bool {
        let (system, mut next) = (self.system, self.path.len());
        if !self.raise(column, amount) {
            return false;
        }
        while let Some(&(part, _)) = self.path.get(next) {
            next += 1;
            for (relation, by) in system.relations.of(part) {
                let total = (*by == 1).then(|| self.total(*relation)).flatten();
                if let Some(total) = total.filter(|total| self.delta[*total as usize] == 0)
                    && !self.raise(total, amount)
                {
                    return false;
                }
            }
        }
        // No relation may have two of its parts among what was added.
        self.open.iter().all(|open| self.open_by[*open as usize] == -amount)
    }

    fn raise(&mut self, column: ColumnIndex, amount: i64) -> bool {
        let usable = self.places[column as usize].price != NEVER && self.path.len() < HIGHEST;
        if usable {
            self.add(column, amount);
        }
        usable
    }

    /// Takes back what was added last, until so much is left.
    fn fall(&mut self, left: usize) {
        while self.path.len() > left {
            self.undo();
        }
    }

    /// Adds to a part of each total that was reached and has none yet, where there is the least choice first; says
    /// whether all relations are closed then.
    fn complete(&mut self, amount: i64, tries: &mut u32) -> bool {
        let system = self.system;
        // What is left of a whole without a part follows from that part, and so comes last.
        let choice = |relation: &&u32| {
            let parts = system.columns.of(**relation).iter().filter(|(_, by)| *by == 1);
            let usable = parts.filter(|(part, _)| self.places[*part as usize].price != NEVER);
            let alone = |(part, _): &(ColumnIndex, i32)| system.relations.of(*part).len() == 1;
            let there = |(part, _): &&(ColumnIndex, i32)| system.value[*part as usize] > 0;
            (usable.clone().any(alone), usable.filter(there).count())
        };
        let Some(&relation) = self.open.iter().min_by_key(choice) else { return true };
        let before = self.path.len();
        let mut ranked: Vec<(bool, usize, u32, ColumnIndex)> = Vec::new();
        for (part, _) in system.columns.of(relation).iter().filter(|(_, by)| *by == 1) {
            let price = self.places[*part as usize].price;
            if *tries > 0 && price != NEVER {
                *tries -= 1;
                if self.rise(*part, amount) {
                    ranked.push((system.value[*part as usize] == 0, self.open.len(), price, *part));
                }
                self.fall(before);
            }
        }
        // A kind of person that is there is tried first, then what leaves the fewest relations open.
        ranked.sort_unstable();
        ranked.into_iter().any(|(_, _, _, part)| {
            let closed = self.rise(part, amount) && self.complete(amount, tries);
            if !closed {
                self.fall(before);
            }
            closed
        })
    }

    /// The column that is the total of a relation.
    fn total(&self, relation: u32) -> Option<ColumnIndex> {
        let mut totals = self.system.columns.of(relation).iter().filter(|(_, by)| *by == -1);
        totals.next().map(|(column, _)| *column).filter(|_| totals.next().is_none())
    }

    /// How many times a move can be made before something falls too low or the goal is passed.
    fn times(&self, steps: &Move, left: i64) -> i64 {
        let falling = steps.iter().filter(|(_, amount)| *amount < 0);
        let least = falling.map(|(at, amount)| self.places[*at as usize].room / -amount).min();
        (left / steps[0].1).min(least.unwrap_or(i64::MAX)).max(1)
    }

    /// One piece on the way: all that is left at once or a quarter of it; what is free first.
    fn piece(&mut self, column: ColumnIndex, left: i64, bound: u64, reach: Reach) -> Option<Found> {
        let quarter = (left.abs() + 3) / 4 * left.signum();
        let free = Reach { steps: reach.steps.min(200), ..reach };
        if let Some(found) = self.cheapest(column, left, 1.min(bound), free) {
            return Some(found);
        }
        if quarter != left
            && let Some(found) = self.cheapest(column, quarter, 1.min(bound), free)
        {
            return Some(found);
        }
        if bound <= 1 {
            return None;
        }
        let whole = self.deepen(column, left, bound, reach);
        if quarter == left {
            return whole;
        }
        let bound = whole.as_ref().map_or(bound, |found| found.cost);
        match (whole, self.deepen(column, quarter, bound, reach)) {
            (Some(whole), Some(part)) if whole.cost * 2 <= part.cost * 3 => Some(whole),
            (whole, part) => part.or(whole),
        }
    }

    /// Searches under a low bound on the cost first: what is too dear for it is not looked at. Later attempts mind the
    /// cost less.
    fn deepen(&mut self, column: ColumnIndex, amount: i64, bound: u64, reach: Reach) -> Option<Found> {
        let mut within = reach.first_bound;
        while within < bound.min(DEEPEST) {
            if let Some(found) = self.cheapest(column, amount, within, reach) {
                return Some(found);
            }
            within *= if reach.attempt == 0 { 2 } else { 4 };
        }
        self.cheapest(column, amount, bound, reach)
    }

    /// The cheapest move found that changes `column` by `amount` in one piece, costing less than `bound`.
    fn cheapest(&mut self, column: ColumnIndex, amount: i64, bound: u64, reach: Reach) -> Option<Found> {
        if bound == 0 || self.places[column as usize].room + amount < 0 {
            return None;
        }
        self.best = None;
        self.steps = 0;
        self.limit = reach.steps;
        self.attempt = reach.attempt;
        self.add(column, amount);
        // Below the price of what may not be used, whatever the caller would pay.
        self.step(0, bound.min(u64::from(NEVER)), 0, reach.steps);
        self.undo();
        self.spent += u64::from(self.steps);
        self.best.take()
    }

    fn add(&mut self, column: ColumnIndex, amount: i64) {
        let place = &mut self.places[column as usize];
        self.path.push((column, place.price));
        place.price = NEVER;
        self.delta[column as usize] = amount;
        self.shift(column, amount);
    }

    fn undo(&mut self) {
        if let Some((column, price)) = self.path.pop() {
            self.places[column as usize].price = price;
            let amount = std::mem::take(&mut self.delta[column as usize]);
            self.shift(column, -amount);
        }
    }

    fn shift(&mut self, column: ColumnIndex, amount: i64) {
        for (relation, by) in self.system.relations.of(column) {
            let open = &mut self.open_by[*relation as usize];
            let before = *open;
            *open += i64::from(*by) * amount;
            if before == 0 {
                self.open.push(*relation);
            } else if *open == 0
                && let Some(at) = self.open.iter().rposition(|known| known == relation)
            {
                self.open.swap_remove(at);
            }
        }
    }

    /// What must be added to a column to close a relation that is open by `-need`.
    fn closing(need: i64, by: i32) -> Option<i64> {
        match by {
            1 => Some(need),
            -1 => Some(-need),
            _ => (need % i64::from(by) == 0).then(|| need / i64::from(by)),
        }
    }

    fn bound(&self, bound: u64) -> u64 {
        self.best.as_ref().map_or(bound, |best| best.cost.min(bound))
    }

    /// The open relation with the fewest ways to close it; none when one cannot be closed within the bound.
    fn narrowest(&self, cost: u64, bound: u64) -> Option<u32> {
        let (mut pick, mut fewest, mut lower) = (None, u32::MAX, 0);
        for relation in self.open.iter().rev() {
            let need = -self.open_by[*relation as usize];
            let (mut count, mut least) = (0, u64::MAX);
            for (column, by) in self.system.columns.of(*relation) {
                let place = self.places[*column as usize];
                let price = u64::from(place.price);
                if cost + price >= bound {
                    continue;
                }
                let Some(amount) = Self::closing(need, *by) else { continue };
                if place.room + amount < 0 {
                    continue;
                }
                count += 1;
                if price == 0 || least == 0 {
                    least = 0;
                    if count >= fewest {
                        break;
                    }
                } else {
                    // A column that closes several relations pays for each of them.
                    let closes = self
                        .system
                        .relations
                        .of(*column)
                        .iter()
                        .filter(|(at, _)| self.open_by[*at as usize] != 0);
                    least = least.min(price / closes.count().max(1) as u64);
                }
            }
            if count == 0 {
                return None;
            }
            lower += least;
            let rank = if self.attempt == 0 { count } else { count + self.chance(*relation, 2) as u32 };
            if rank < fewest {
                (pick, fewest) = (Some(*relation), rank);
            }
        }
        if cost + lower >= bound { None } else { pick }
    }

    fn options(&mut self, relation: u32, cost: u64, bound: u64, options: &mut Vec<Option_>) {
        let need = -self.open_by[relation as usize];
        for (column, by) in self.system.columns.of(relation) {
            let place = self.places[*column as usize];
            if cost + u64::from(place.price) >= bound {
                continue;
            }
            let Some(amount) = Self::closing(need, *by) else { continue };
            if place.room + amount < 0 {
                continue;
            }
            // A cell of a single contributor proves nothing to that contributor: others come first.
            let mut opens = 8_i64 + i64::from(self.system.owner[*column as usize] != NONE);
            for (at, by) in self.system.relations.of(*column) {
                let before = self.open_by[*at as usize];
                if before == 0 {
                    opens += 1;
                } else if before + i64::from(*by) * amount == 0 {
                    opens -= 1;
                }
            }
            let score = self.score(*column, place.price, opens);
            options.push(Option_ { score, price: place.price, column: *column, amount });
        }
        options.sort_unstable();
        options.truncate(BREADTH);
    }

    /// What ranks an option: its price and what it leaves open; from the second attempt on, chance as well.
    fn score(&self, column: ColumnIndex, price: u32, opens: i64) -> u64 {
        if self.attempt == 0 {
            return (i64::from(price) + opens * OPEN).max(0) as u64;
        }
        let weight = OPEN << (self.attempt % 4 + 1);
        (i64::from(price) + opens * weight).max(0) as u64 + self.chance(column, 2 * weight as u64)
    }

    /// A number below `end` that is another one in another attempt.
    const fn chance(&self, of: u32, end: u64) -> u64 {
        let mixed = (((of as u64) << 32) | self.attempt as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 40) % end
    }

    fn step(&mut self, cost: u64, bound: u64, depth: usize, budget: u32) {
        self.steps += 1;
        if self.open.is_empty() {
            let steps = self.path.iter().map(|(column, _)| (*column, self.delta[*column as usize])).collect();
            self.best = Some(Found { cost, steps });
            return;
        }
        let start = self.steps;
        if self.steps >= self.limit || self.path.len() >= LONGEST {
            return;
        }
        let Some(relation) = self.narrowest(cost, self.bound(bound)) else { return };
        if self.scratch.len() <= depth {
            self.scratch.resize_with(depth + 1, Vec::new);
        }
        let mut options = std::mem::take(&mut self.scratch[depth]);
        options.clear();
        self.options(relation, cost, self.bound(bound), &mut options);
        for (at, option) in options.iter().enumerate() {
            let next = cost + u64::from(option.price);
            if next >= self.bound(bound) {
                continue;
            }
            let used = self.steps - start;
            if used >= budget || self.steps >= self.limit {
                break;
            }
            let left = budget - used;
            let part = if self.attempt == 0 { SHARE } else { SHARE - 30 };
            let share = if at + 1 == options.len() { left } else { (left * part / 100).max(30) };
            self.add(option.column, option.amount);
            self.step(next, bound, depth + 1, share);
            self.undo();
            if self.best.as_ref().is_some_and(|best| best.cost == cost) {
                break;
            }
        }
        self.scratch[depth] = options;
    }
}
