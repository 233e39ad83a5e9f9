//! Which sensitive columns are multiples of one another, as far as what is shown tells.
//!
//! Two sums are taken for multiples of each other when the ratio of two random weighings of them is the same.

use std::collections::HashMap;

use super::{
    expand::Sum,
    model::Singletons,
    modular::{Residue, invert, multiply, plus, weigh},
    system::{ColumnIndex, NONE, System},
};

/// Two weighings of a sum.
pub type Weighed = (Residue, Residue);

/// The weighings of the sensitive columns, and which of them have the same ratio.
pub struct Ratios {
    weights: Vec<Weighed>,
    weighed: Vec<Weighed>,
    ratio: Vec<Residue>,
    members: HashMap<Residue, Vec<ColumnIndex>>,
    /// The single contributor of each column, or [`NONE`].
    owner: Vec<u32>,
}

impl Ratios {
    /// Weights for as many free columns as there are columns.
    pub fn over(system: &System) -> Self {
        let columns = system.len();
        Self {
            weights: (0..columns as u64).map(|column| (weigh(2 * column), weigh(2 * column + 1))).collect(),
            weighed: vec![(0, 0); columns],
            ratio: vec![0; columns],
            members: HashMap::new(),
            owner: system.owner.clone(),
        }
    }

    /// Weighs a sum.
    pub fn weigh(&self, sum: &Sum) -> Weighed {
        let (mut one, mut other) = (0, 0);
        for (free, by) in sum {
            let (first, second) = self.weights[*free as usize];
            one = plus(one, multiply(*by, first));
            other = plus(other, multiply(*by, second));
        }
        (one, other)
    }

    /// Takes in a sensitive column under its sum.
    pub fn enter(&mut self, column: ColumnIndex, sum: &Sum) {
        let at = column as usize;
        self.weighed[at] = self.weigh(sum);
        self.ratio[at] = ratio(self.weighed[at]);
        self.members.entry(self.ratio[at]).or_default().push(column);
    }

    /// Takes a sensitive column out.
    pub fn leave(&mut self, column: ColumnIndex) {
        let ratio = self.ratio[column as usize];
        if let Some(members) = self.members.get_mut(&ratio) {
            members.retain(|member| *member != column);
            if members.is_empty() {
                self.members.remove(&ratio);
            }
        }
    }

    /// Whether a sensitive column is a multiple of this sum.
    pub fn has(&self, sum: Weighed) -> bool {
        self.members.contains_key(&ratio(sum))
    }

    /// Whether sensitive columns become multiples of one another, one of them of a single contributor and the
    /// other kept from such, when each of `changed` grows by a multiple of a sum: whoever knows the one then
    /// knows the other.
    pub fn betrays(
        &self,
        sum: Weighed,
        changed: impl Iterator<Item = (ColumnIndex, Residue)>,
        singletons: Singletons,
    ) -> bool {
        let mut after: Vec<(Residue, Residue, ColumnIndex)> = changed
            .map(|(column, factor)| {
                let (one, other) = self.weighed[column as usize];
                let grown = (plus(one, multiply(sum.0, factor)), plus(other, multiply(sum.1, factor)));
                (ratio(grown), self.ratio[column as usize], column)
            })
            .collect();
        after.sort_unstable();
        after.dedup();
        let single = |column: ColumnIndex| self.owner[column as usize] != NONE;
        let kept = |column: ColumnIndex| singletons.keep(single(column));
        after.chunk_by(|one, other| one.0 == other.0).any(|group| {
            let of_one = group.iter().any(|(_, _, column)| single(*column));
            let known = self.members.get(&group[0].0).map_or(&[][..], Vec::as_slice);
            let joined = (of_one && known.iter().any(|column| kept(*column)))
                || (known.iter().any(|column| single(*column))
                    && group.iter().any(|(_, _, column)| kept(*column)));
            // Those that were multiples of one another before stay so whatever is shown.
            joined || (of_one && differ(group.iter().filter(|(_, _, column)| kept(*column))))
        })
    }
}

/// Whether columns, each as its ratio afterwards, its ratio before, and itself, were no multiples of one another.
fn differ<'a>(mut columns: impl Iterator<Item = &'a (Residue, Residue, ColumnIndex)>) -> bool {
    let first = columns.next();
    first.is_some_and(|first| columns.any(|(_, before, _)| *before != first.1))
}

fn ratio((one, other): Weighed) -> Residue {
    multiply(one, invert(other))
}
