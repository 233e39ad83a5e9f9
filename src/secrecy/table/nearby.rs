//! The sums that may bind what is known, out of those of all territories: most of a country lies beside a release.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Sums;

/// A total and its parts.
type Sum = (i32, Vec<i32>);

impl Sums {
    /// The sums that may bind numbers of these territories; a table laid with them is the one that is laid with all.
    ///
    /// Out go sums of which nothing is known and whose total is in no other one: they say what that total is, and bind nothing
    /// else. What is left and hangs together with nothing that is known goes too.
    #[must_use]
    pub fn near(mut self, known: &HashSet<i32>) -> Self {
        let all: BTreeSet<&Sum> = self.sums.iter().chain(&self.mergers).chain(&self.divided).collect();
        let web = Web::of(all.into_iter().collect());
        let kept: HashSet<Sum> = web.near(known).into_iter().cloned().collect();
        for sums in [&mut self.sums, &mut self.mergers, &mut self.divided] {
            sums.retain(|sum| kept.contains(sum));
        }
        let named: HashSet<i32> = kept.iter().flat_map(members).collect();
        self.hidden.retain(|id| known.contains(id) || named.contains(id));
        self
    }
}

/// Sums, and in which of them each territory is.
struct Web<'s> {
    sums: Vec<&'s Sum>,
    around: HashMap<i32, Vec<usize>>,
}

impl<'s> Web<'s> {
    fn of(sums: Vec<&'s Sum>) -> Self {
        let mut around: HashMap<i32, Vec<usize>> = HashMap::new();
        for (at, sum) in sums.iter().enumerate() {
            members(sum).for_each(|id| around.entry(id).or_default().push(at));
        }
        Self { sums, around }
    }

    fn around(&self, id: i32) -> impl Iterator<Item = (usize, &'s Sum)> {
        let found = self.around.get(&id).into_iter().flatten();
        found.filter_map(|at| Some((*at, *self.sums.get(*at)?)))
    }

    fn near(&self, known: &HashSet<i32>) -> Vec<&'s Sum> {
        let told = self.told(known);
        let mut kept = self.binding(&told);
        let mut reached = told;
        let mut new: Vec<i32> = reached.iter().copied().collect();
        let mut near = BTreeSet::new();
        while let Some(id) = new.pop() {
            for (at, sum) in self.around(id) {
                if kept.remove(&at) {
                    near.insert(at);
                    new.extend(members(sum).filter(|id| reached.insert(*id)));
                }
            }
        }
        near.into_iter().filter_map(|at| self.sums.get(at).copied()).collect()
    }

    /// Territories of which a number is known, may follow, or may be a part of what is left: whatever is in a known one, and
    /// whatever is made of known ones.
    fn told(&self, known: &HashSet<i32>) -> HashSet<i32> {
        let mut told = known.clone();
        let mut new: Vec<i32> = known.iter().copied().collect();
        while let Some(id) = new.pop() {
            for (_, (total, parts)) in self.around(id) {
                if *total == id {
                    new.extend(parts.iter().copied().filter(|part| told.insert(*part)));
                } else if parts.iter().all(|part| told.contains(part)) && told.insert(*total) {
                    new.push(*total);
                }
            }
        }
        told
    }

    /// The places of all sums but those of untold territories whose total is in no other sum.
    fn binding(&self, told: &HashSet<i32>) -> HashSet<usize> {
        let mut binding: HashSet<usize> = (0..self.sums.len()).collect();
        let mut left: HashMap<i32, usize> = self.around.iter().map(|(id, sums)| (*id, sums.len())).collect();
        let is_idle = |sum: &Sum, left: &HashMap<i32, usize>| {
            left.get(&sum.0) == Some(&1) && members(sum).all(|id| !told.contains(&id))
        };
        let mut idle: Vec<(usize, &Sum)> = self.sums.iter().copied().enumerate().collect();
        idle.retain(|(_, sum)| is_idle(sum, &left));
        while let Some((at, sum)) = idle.pop() {
            if !binding.remove(&at) {
                continue;
            }
            for id in members(sum) {
                left.entry(id).and_modify(|count| *count -= 1);
                idle.extend(
                    self.around(id)
                        .filter(|(at, sum)| sum.0 == id && binding.contains(at) && is_idle(sum, &left)),
                );
            }
        }
        binding
    }
}

/// The territories of a sum.
fn members((total, parts): &Sum) -> impl Iterator<Item = i32> {
    parts.iter().copied().chain([*total])
}

#[cfg(test)]
mod tests;
