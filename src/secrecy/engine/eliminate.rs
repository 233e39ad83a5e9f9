//! A pattern of masks that no adding and subtracting of what is shown undoes: where the search starts.
//!
//! Each column is a sum of free columns. Columns are shown one after the other, the dearest first, unless
//! that would make a sensitive one known: unless, among what is still open, a sensitive column is a multiple
//! of it; or unless it would make two sensitive ones multiples of each other, and the single contributor of
//! the one would know the other. Arithmetic is modulo 2^61 − 1. A wrong guess costs nothing but a mask, for
//! what is planned is proved afterwards in whole numbers.
//!
//! What is left of the sums is a basis of all that an attacker must hold possible: each free column gives one
//! vector, from which `lattice` makes the moves of the proofs.
//!
//! # Citations
//!
//! Langsrud, "Secondary cell suppression by Gaussian elimination: an algorithm suitable for handling issues
//! with zeros and singletons" (2024).

use std::collections::BTreeMap;

use super::{
    expand::{Sum, expand, gather},
    lattice::Vector,
    model::Singletons,
    modular::{Residue, invert, multiply, negate, plus, residue, signed},
    ratios::Ratios,
    system::{ColumnIndex, System},
};

/// What elimination finds.
pub struct Eliminated {
    /// The columns to mask, sensitive and hidden ones apart.
    pub masked: Vec<bool>,
    /// Vectors that keep every relation and touch nothing that is shown.
    pub vectors: Vec<Vector>,
}

struct Elimination {
    sums: Vec<Sum>,
    /// Columns in which each free column stood at some time.
    places: Vec<Vec<ColumnIndex>>,
    /// How many columns each free column stands in.
    count: Vec<u32>,
    sensitive: Vec<bool>,
    ratios: Ratios,
    shown: Vec<bool>,
    merged: Sum,
}

/// The columns to mask so that no sensitive column is a combination of what is shown, and none that is kept from
/// single contributors is one of what is shown and of such a contributor's column.
///
/// Columns that are `spared` are masked from the start.
pub fn eliminate(system: &System, sensitive: &[bool], spared: &[bool], singletons: Singletons) -> Eliminated {
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
        if system.candidate[at]
            && !elimination.sums[at].is_empty()
            && (spared[at] || elimination.exposes(column) || elimination.betrays(column, singletons))
        {
            masked[at] = true;
        } else {
            elimination.show(column);
        }
    }
    Eliminated { masked, vectors: elimination.vectors() }
}

impl Elimination {
    fn over(system: &System, sensitive: &[bool]) -> Self {
        let (sums, constraints) = expand(system);
        let mut elimination = Self {
            places: vec![Vec::new(); system.len()],
            count: vec![0; system.len()],
            sensitive: sensitive.to_vec(),
            ratios: Ratios::over(system),
            shown: vec![false; system.len()],
            merged: Vec::new(),
            sums,
        };
        for (at, sensitive) in sensitive.iter().enumerate() {
            let column = at as ColumnIndex;
            for (free, _) in &elimination.sums[at] {
                elimination.places[*free as usize].push(column);
                elimination.count[*free as usize] += 1;
            }
            if *sensitive {
                elimination.ratios.enter(column, &elimination.sums[at]);
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
        for (free, _) in &sum {
            self.count[*free as usize] += 1;
        }
        self.known(&sum);
    }

    fn exposes(&self, column: ColumnIndex) -> bool {
        self.ratios.has(self.ratios.weigh(&self.sums[column as usize]))
    }

    fn betrays(&self, column: ColumnIndex, singletons: Singletons) -> bool {
        if singletons == Singletons::Ignored {
            return false;
        }
        let sum = &self.sums[column as usize];
        let Some((pivot, inverse)) = self.pivot(sum) else { return false };
        let sensitive = self.places[pivot as usize].iter().filter(|other| self.sensitive[**other as usize]);
        let changed = sensitive.filter_map(|other| Some((*other, self.factor(*other, pivot, inverse)?)));
        self.ratios.betrays(self.ratios.weigh(sum), changed, singletons)
    }

    /// The free column of a sum that stands in the fewest columns, and the inverse of its coefficient.
    fn pivot(&self, sum: &Sum) -> Option<(u32, Residue)> {
        let fewest = sum.iter().min_by_key(|(free, _)| (self.count[*free as usize], *free));
        fewest.map(|(free, by)| (*free, invert(*by)))
    }

    /// By how much of a sum a column grows when the sum's pivot goes.
    fn factor(&self, column: ColumnIndex, pivot: u32, inverse: Residue) -> Option<Residue> {
        let sum = &self.sums[column as usize];
        let found = sum.binary_search_by_key(&pivot, |(free, _)| *free).ok()?;
        Some(negate(multiply(sum[found].1, inverse)))
    }

    /// Makes a column known: one of its free columns is no longer free.
    fn show(&mut self, column: ColumnIndex) {
        self.shown[column as usize] = true;
        let sum = std::mem::take(&mut self.sums[column as usize]);
        self.known(&sum);
    }

    /// Solves a sum that is known for one of its free columns, and puts that into all others.
    fn known(&mut self, sum: &Sum) {
        for (free, _) in sum {
            self.count[*free as usize] -= 1;
        }
        let Some((pivot, inverse)) = self.pivot(sum) else { return };
        for other in std::mem::take(&mut self.places[pivot as usize]) {
            if !self.shown[other as usize]
                && let Some(factor) = self.factor(other, pivot, inverse)
            {
                self.add(other as usize, sum, factor);
            }
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
            self.ratios.leave(column as ColumnIndex);
            self.ratios.enter(column as ColumnIndex, &self.sums[column]);
        }
    }

    /// For each column that is still free, what one more of it adds to all columns that are not shown.
    fn vectors(&self) -> Vec<Vector> {
        let mut terms: BTreeMap<u32, Sum> = BTreeMap::new();
        for (column, sum) in self.sums.iter().enumerate() {
            for (free, by) in sum {
                terms.entry(*free).or_default().push((column as u32, *by));
            }
        }
        terms.values().filter_map(whole).collect()
    }
}

/// Denominators that are tried.
const LARGEST_DENOMINATOR: i64 = 12;
/// Largest multiple of a vector that is taken.
const LARGEST_SCALE: i64 = 5_040;

/// The smallest multiple of a vector that is whole; none where it has large fractions.
fn whole(terms: &Sum) -> Option<Vector> {
    let mut scale = 1;
    for (_, by) in terms {
        let scaled = multiply(*by, residue(scale));
        let multiple = |more: &i64| signed(multiply(scaled, residue(*more))).is_some();
        scale *= (1..=LARGEST_DENOMINATOR).find(multiple)?;
        if scale > LARGEST_SCALE {
            return None;
        }
    }
    terms.iter().map(|(column, by)| Some((*column, signed(multiply(*by, residue(scale)))?))).collect()
}
