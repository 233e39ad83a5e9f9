//! What attackers take for unchanged from one release to the next, of what is the same number in both.

use std::collections::{HashMap, HashSet};

use super::{
    engine::{CellIndex, Protection, Relation, Succession},
    worked_out,
};

/// What an attacker takes for unchanged, of what nobody is told to be; from the boldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Guess {
    /// All that is the same, what is left of totals too.
    Everything,
    /// Figures that were handed in again.
    Figures,
    /// Nothing.
    Nothing,
}

impl Guess {
    /// From the boldest.
    pub const ALL: [Self; 3] = [Self::Everything, Self::Figures, Self::Nothing];
}

/// What a cell of a release is, and what it means that it is the same number as one of an earlier release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Same {
    /// A figure that was not handed in again, or what follows from such figures: it is the number that was there last.
    CarriedOver,
    /// A figure that was handed in, maybe again: it may have been another one, for all that anybody knows.
    Figure,
    /// What is left of a total.
    Rest,
}

/// What a cell of an earlier release was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Was {
    /// What it was in that release.
    pub origin: Same,
    /// Whether that release was not taken back.
    pub stands: bool,
}

/// Which cells are the same number as earlier ones, and nobody is told so.
#[derive(Default)]
pub(super) struct Doubts {
    /// By the earlier cell and the next one.
    pairs: HashMap<(CellIndex, CellIndex), Guess>,
    /// Sums of parts of which the total came at another time.
    sums: HashSet<Vec<(CellIndex, i64)>>,
    /// What protected cells that were shown before, and how much is guessed by those from whom nothing does any more.
    forgotten: Vec<(CellIndex, Protection, Guess)>,
}

impl Doubts {
    /// Takes in pairs of an earlier cell and one of the next release, whose cells stand behind all earlier ones, and what those of
    /// the next one are.
    pub fn add(&mut self, unchanged: &[(CellIndex, CellIndex)], was: &[Was], is: impl Fn(CellIndex) -> Same) {
        let earlier = |before: CellIndex| was.get(before as usize);
        // The number that was there last is that of a release that was not taken back.
        let mut last: HashMap<CellIndex, CellIndex> = HashMap::new();
        for (before, now) in unchanged {
            if earlier(*before).is_some_and(|was| was.stands) {
                last.entry(*now).and_modify(|last| *last = (*last).max(*before)).or_insert(*before);
            }
        }
        for (before, now) in unchanged {
            let takes = match (is(*now), earlier(*before).map(|was| was.origin)) {
                (Same::CarriedOver, _) if last.get(now) == Some(before) => continue,
                (Same::Rest, _) | (_, None | Some(Same::Rest)) => Guess::Everything,
                (Same::CarriedOver | Same::Figure, _) => Guess::Figures,
            };
            self.pairs.insert((*before, *now + was.len() as CellIndex), takes);
        }
    }

    /// Takes in sums of parts of one release and of a total of another: they hold for whoever takes all for unchanged.
    pub fn add_sums(&mut self, sums: &[Relation]) {
        self.sums.extend(sums.iter().map(|sum| sum.terms.clone()));
    }

    /// A cell of the next release was shown before, and is to be protected now: from those who do not guess so much that it is the
    /// same.
    pub fn forget(&mut self, cell: CellIndex, protection: Protection, guess: Guess) {
        self.forgotten.push((cell, protection, guess));
    }

    /// Whether something that was shown before is to be protected now.
    pub const fn forgets(&self) -> bool {
        !self.forgotten.is_empty()
    }

    /// How much is guessed by those who take a cell for the same as an earlier one; none where everybody is told so.
    pub fn of(&self, pair: (CellIndex, CellIndex)) -> Option<Guess> {
        self.pairs.get(&pair).copied()
    }

    /// A release as those see it who guess so much, each of whom holds what follows from what they have read.
    pub fn seen_by(&self, guess: Guess, mut bound: Succession) -> Succession {
        bound.table.relations.retain(|relation| self.needs(relation).is_none_or(|needs| guess <= needs));
        for (cell, protection, needs) in &self.forgotten {
            if let Some(cell) = bound.table.cells.get_mut(*cell as usize).filter(|_| guess > *needs) {
                cell.protection = Some(*protection);
            }
        }
        worked_out::by_sums(&mut bound);
        bound
    }

    /// How much an attacker must guess to reckon with a relation; none where everybody does.
    fn needs(&self, relation: &Relation) -> Option<Guess> {
        match relation.terms.as_slice() {
            [(earlier, -1), (later, 1)] => self.pairs.get(&(*earlier, *later)).copied(),
            terms => self.sums.contains(terms).then_some(Guess::Everything),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CellIndex, Doubts, Guess, Relation, Same, Succession, Was};
    use crate::secrecy::engine::{Cell, Holders, Table};

    fn cell(value: i64, holders: Holders) -> Cell {
        Cell {
            value,
            cost: 1,
            protection: None,
            published: false,
            frozen: false,
            least: 0,
            singleton: None,
            holders,
        }
    }

    /// How many equalities somebody reckons with, and which cells they know.
    fn seen(doubts: &Doubts, guess: Guess, bound: &Succession) -> (usize, Vec<usize>) {
        let seen = doubts.seen_by(guess, bound.clone()).table;
        let knows = (0..).zip(&seen.cells).filter(|(_, cell)| !cell.holders.is_nobody());
        (seen.relations.len(), knows.map(|(at, _)| at).collect())
    }

    #[test]
    fn who_guesses_less_reckons_with_less_and_knows_less() {
        // Somebody has read two figures and a rest; a release carries one figure over and has the other and the rest again.
        let one = Holders::one(0).unwrap();
        let values = [2, 3, 4, 2, 3, 4];
        let cells = values
            .iter()
            .zip(0..)
            .map(|(value, at)| cell(*value, if at < 3 { one } else { Holders::NOBODY }));
        let pairs: [(CellIndex, CellIndex); 3] = [(0, 0), (1, 1), (2, 2)];
        let same =
            |(before, now): &(CellIndex, CellIndex)| Relation { terms: vec![(*before, -1), (now + 3, 1)] };
        let table = Table { cells: cells.collect(), relations: pairs.iter().map(same).collect() };
        let bound = Succession { table, start: 3, ..Succession::default() };
        let mut doubts = Doubts::default();
        let was = [Same::Figure, Same::Figure, Same::Rest].map(|origin| Was { origin, stands: true });
        doubts.add(&pairs, &was, |now| [Same::CarriedOver, Same::Figure, Same::Rest][now as usize]);
        assert_eq!(seen(&doubts, Guess::Everything, &bound), (3, vec![0, 1, 2, 3, 4, 5]));
        assert_eq!(seen(&doubts, Guess::Figures, &bound), (2, vec![0, 1, 2, 3, 4]));
        assert_eq!(seen(&doubts, Guess::Nothing, &bound), (1, vec![0, 1, 2, 3]));
    }

    #[test]
    fn what_is_carried_over_is_the_number_that_was_there_last_and_no_earlier_one() {
        // 2, then something else that is not here, then 2, and again.
        let mut doubts = Doubts::default();
        let was = |stands| [true, stands].map(|stands| Was { origin: Same::Figure, stands });
        doubts.add(&[(0, 0), (1, 0)], &was(true), |_| Same::CarriedOver);
        assert_eq!((doubts.pairs.get(&(0, 2)), doubts.pairs.get(&(1, 2))), (Some(&Guess::Figures), None));
        // The last one was taken back: the one before stands again.
        let mut doubts = Doubts::default();
        doubts.add(&[(0, 0), (1, 0)], &was(false), |_| Same::CarriedOver);
        assert_eq!((doubts.pairs.get(&(0, 2)), doubts.pairs.get(&(1, 2))), (None, Some(&Guess::Figures)));
    }
}
