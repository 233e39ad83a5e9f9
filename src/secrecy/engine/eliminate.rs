//! A pattern of masks that no adding and subtracting of what is shown undoes: where the search starts.
//!
//! Each column is a sum of free columns. Columns are shown one after the other, the dearest first, unless
//! that would make a sensitive one known: unless, among what is still open, a sensitive column is a multiple
//! of it. Arithmetic is modulo 2^61 − 1; two columns are taken for multiples of each other when the ratio of
//! two random weighings of them is the same. A wrong guess costs nothing but a mask, for what is planned is
//! proved afterwards in whole numbers.
//!
//! # Citations
//!
//! Langsrud, "Secondary cell suppression by Gaussian elimination: an algorithm suitable for handling issues
//! with zeros and singletons" (2024).

use std::collections::HashMap;

use super::{
    modular::{Residue, invert, multiply, negate, plus, residue, weigh},
    system::{ColumnIndex, NONE, System},
};

/// A sum of free columns, in their order.
type Sum = Vec<(u32, Residue)>;

struct Elimination {
    sums: Vec<Sum>,
    /// Columns in which each free column stood at some time.
    places: Vec<Vec<ColumnIndex>>,
    /// How many columns each free column stands in.
    count: Vec<u32>,
    weights: Vec<(Residue, Residue)>,
    sensitive: Vec<bool>,
    ratio: Vec<Residue>,
    /// How many sensitive columns have a ratio.
    ratios: HashMap<Residue, u32>,
    done: Vec<bool>,
    merged: Sum,
}

/// The columns to mask, sensitive and hidden ones apart, so that no sensitive column is a combination of
/// what is shown.
pub fn pattern(system: &System, sensitive: &[bool]) -> Vec<bool> {
    let mut elimination = Elimination::over(system, sensitive);
    let mut order: Vec<ColumnIndex> = (0..system.len() as ColumnIndex)
        .filter(|column| system.published[*column as usize] && !sensitive[*column as usize])
        .collect();
    // What must be shown comes first, then what is dearest to mask.
    order.sort_by_key(|column| {
        let at = *column as usize;
        (system.candidate[at], std::cmp::Reverse(system.cost[at]), *column)
    });
    let mut masked = vec![false; system.len()];
    for column in order {
        let at = column as usize;
        elimination.done[at] = true;
        if elimination.sums[at].is_empty() {
            continue;
        }
        if system.candidate[at] && elimination.exposes(column) {
            masked[at] = true;
        } else {
            elimination.show(column);
        }
    }
    masked
}

impl Elimination {
    fn over(system: &System, sensitive: &[bool]) -> Self {
        let (sums, constraints) = expand(system);
        let mut elimination = Self {
            places: vec![Vec::new(); system.len()],
            count: vec![0; system.len()],
            weights: (0..system.len() as u64)
                .map(|column| (weigh(2 * column), weigh(2 * column + 1)))
                .collect(),
            sensitive: sensitive.to_vec(),
            ratio: vec![0; system.len()],
            ratios: HashMap::new(),
            done: (0..system.len()).map(|at| !system.published[at] && !sensitive[at]).collect(),
            merged: Vec::new(),
            sums,
        };
        for (column, sensitive) in sensitive.iter().enumerate() {
            if elimination.done[column] {
                continue;
            }
            for (free, _) in &elimination.sums[column] {
                elimination.places[*free as usize].push(column as ColumnIndex);
                elimination.count[*free as usize] += 1;
            }
            if *sensitive {
                elimination.enter(column);
            }
        }
        for constraint in &constraints {
            elimination.constrain(constraint);
        }
        elimination
    }

    /// Takes in a relation that the expansion did not use. What it adds to the others is often nothing.
    fn constrain(&mut self, terms: &Sum) {
        let sum = gather(terms.iter().flat_map(|(column, factor)| {
            self.sums[*column as usize].iter().map(|(free, by)| (*free, multiply(*by, *factor)))
        }));
        if sum.is_empty() {
            return;
        }
        for (free, _) in &sum {
            self.count[*free as usize] += 1;
        }
        self.known(&sum);
    }

    fn ratio_of(&self, sum: &Sum) -> Residue {
        let (mut one, mut other) = (0, 0);
        for (free, by) in sum {
            let (first, second) = self.weights[*free as usize];
            one = plus(one, multiply(*by, first));
            other = plus(other, multiply(*by, second));
        }
        multiply(one, invert(other))
    }

    fn enter(&mut self, column: usize) {
        let ratio = self.ratio_of(&self.sums[column]);
        self.ratio[column] = ratio;
        *self.ratios.entry(ratio).or_default() += 1;
    }

    fn leave(&mut self, column: usize) {
        if let Some(count) = self.ratios.get_mut(&self.ratio[column]) {
            *count -= 1;
            if *count == 0 {
                self.ratios.remove(&self.ratio[column]);
            }
        }
    }

    fn exposes(&self, column: ColumnIndex) -> bool {
        self.ratios.contains_key(&self.ratio_of(&self.sums[column as usize]))
    }

    /// Makes a column known: one of its free columns is no longer free.
    fn show(&mut self, column: ColumnIndex) {
        let sum = std::mem::take(&mut self.sums[column as usize]);
        self.known(&sum);
    }

    /// Solves a sum that is known for one of its free columns, and puts that into all others.
    fn known(&mut self, sum: &Sum) {
        for (free, _) in sum {
            self.count[*free as usize] -= 1;
        }
        let Some(&(pivot, by)) = sum.iter().min_by_key(|(free, _)| (self.count[*free as usize], *free))
        else {
            return;
        };
        let inverse = invert(by);
        for other in std::mem::take(&mut self.places[pivot as usize]) {
            let at = other as usize;
            if self.done[at] && !self.sensitive[at] {
                continue;
            }
            let Ok(found) = self.sums[at].binary_search_by_key(&pivot, |(free, _)| *free) else { continue };
            let factor = negate(multiply(self.sums[at][found].1, inverse));
            self.add(at, sum, factor);
        }
    }

    /// Adds a multiple of a sum to a column's.
    fn add(&mut self, column: usize, sum: &Sum, factor: Residue) {
        let own = std::mem::take(&mut self.sums[column]);
        let mut merged = std::mem::take(&mut self.merged);
        merged.clear();
        let (mut left, mut right) = (own.iter().peekable(), sum.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(&&(free, by)), Some(&&(other, more))) if free == other => {
                    let together = plus(by, multiply(more, factor));
                    if together == 0 {
                        self.count[free as usize] -= 1;
                    } else {
                        merged.push((free, together));
                    }
                    left.next();
                    right.next();
                }
                (Some(&&(free, by)), other) if other.is_none_or(|(other, _)| free < *other) => {
                    merged.push((free, by));
                    left.next();
                }
                (_, Some(&&(other, more))) => {
                    merged.push((other, multiply(more, factor)));
                    self.count[other as usize] += 1;
                    self.places[other as usize].push(column as ColumnIndex);
                    right.next();
                }
                _ => break,
            }
        }
        self.sums[column].clone_from(&merged);
        self.merged = merged;
        if self.sensitive[column] {
            self.leave(column);
            self.enter(column);
        }
    }
}

/// Terms in the order of their columns, each column once.
fn gather(terms: impl Iterator<Item = (u32, Residue)>) -> Sum {
    let mut sum: Sum = terms.collect();
    sum.sort_unstable_by_key(|(free, _)| *free);
    sum.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = plus(kept.1, next.1);
        }
        same
    });
    sum.retain(|(_, by)| *by != 0);
    sum
}

/// Each column as a sum of free columns, those that no relation gives as the total of others; and the
/// relations that were not used for that, over columns.
fn expand(system: &System) -> (Vec<Sum>, Vec<Sum>) {
    let relations = system.columns.len() as u32;
    // A relation defines the column that stands alone on its side.
    let mut defined_by = vec![NONE; system.len()];
    for relation in 0..relations {
        let terms = system.columns.of(relation);
        let total = sole(terms, -1).or_else(|| sole(terms, 1));
        if let Some(total) = total
            && defined_by[total as usize] == NONE
        {
            defined_by[total as usize] = relation;
        }
    }
    let mut sums: Vec<Option<Sum>> = vec![None; system.len()];
    let mut going = vec![false; system.len()];
    for column in 0..system.len() as ColumnIndex {
        spell(system, column, &mut defined_by, &mut sums, &mut going);
    }
    let mut used = vec![false; relations as usize];
    for relation in defined_by.into_iter().filter(|relation| *relation != NONE) {
        used[relation as usize] = true;
    }
    let unused = (0..relations).filter(|relation| !used[*relation as usize]);
    let constraints = unused
        .map(|relation| {
            system.columns.of(relation).iter().map(|(column, by)| (*column, residue(i64::from(*by))))
        })
        .map(Iterator::collect)
        .collect();
    (sums.into_iter().map(Option::unwrap_or_default).collect(), constraints)
}

/// The only column with a coefficient of this sign, when the coefficient is ±1 and there are others.
fn sole(terms: &[(ColumnIndex, i32)], sign: i32) -> Option<ColumnIndex> {
    let mut of_sign = terms.iter().filter(|(_, by)| by.signum() == sign);
    match (of_sign.next(), of_sign.next()) {
        (Some((column, by)), None) if by.abs() == 1 && terms.len() > 1 => Some(*column),
        _ => None,
    }
}

fn spell(
    system: &System,
    column: ColumnIndex,
    defined_by: &mut [u32],
    sums: &mut [Option<Sum>],
    going: &mut [bool],
) {
    // A stack of our own: hierarchies may be deep.
    let mut stack = vec![column];
    while let Some(&top) = stack.last() {
        let at = top as usize;
        if sums[at].is_some() {
            stack.pop();
            continue;
        }
        let relation = defined_by[at];
        if relation == NONE {
            sums[at] = Some(vec![(top, 1)]);
            stack.pop();
            continue;
        }
        let parts = system.columns.of(relation).iter().filter(|(part, _)| *part != top);
        if !going[at] {
            going[at] = true;
            let open: Vec<ColumnIndex> =
                parts.map(|(part, _)| *part).filter(|part| sums[*part as usize].is_none()).collect();
            // A column that is defined by itself in a circle is free.
            if open.iter().any(|part| going[*part as usize]) {
                defined_by[at] = NONE;
            } else {
                stack.extend(open);
            }
            continue;
        }
        let sign = system.columns.of(relation).iter().find(|(part, _)| *part == top).map_or(1, |(_, by)| *by);
        let sum = gather(parts.flat_map(|(part, by)| {
            let factor = residue(-i64::from(*by) * i64::from(sign));
            sums[*part as usize].iter().flatten().map(move |(free, more)| (*free, multiply(*more, factor)))
        }));
        sums[at] = Some(sum);
        stack.pop();
    }
}
