//! Why each mask of a release is there. Who knows which masks are sensitive by themselves works out much of what
//! they hide, so this rests in the vault, encrypted, and is told to the operator alone.

use std::collections::{BTreeMap, HashMap};

use super::{
    Address, Keyring, SheetLabel, Tampered,
    engine::{CellIndex, Solution, Status},
    table::{CellKey, Laid},
};

/// What a mask is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The source's rule masks the figure by itself.
    Rule,
    /// Shown, it would let others be worked out.
    Complement,
    /// A rate, masked with what it is worked out from.
    Rate,
}

/// Why one figure is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What for.
    pub why: Why,
    /// Sensitive figures whose proof of protection needs this mask, as far as they are named; for a rate the
    /// masked figures that it is worked out from.
    pub others: Vec<CellKey>,
    /// How many such figures there are.
    pub count: u32,
}

/// Why figures of one indicator in one release are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanations(HashMap<Address, Explanation>);

/// Explanations as the vault keeps them.
pub struct LockedExplanations(Vec<u8>);

/// Most figures that one explanation names.
const NAMED: usize = 8;

impl Explanations {
    /// Why the figure at an address is masked; none where the plan does not mask it.
    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&Explanation> {
        self.0.get(address)
    }

    /// The explanations of every masked count of a plan, by indicator.
    ///
    /// `start` is the position of the table's first cell in the solution: behind those of earlier releases.
    pub(super) fn of(laid: &Laid, solution: &Solution, start: usize) -> BTreeMap<i32, Self> {
        let mut protects: HashMap<CellIndex, Vec<CellIndex>> = HashMap::new();
        for proof in &solution.certificates.proofs {
            let moves = proof.moves.iter().filter_map(|by| solution.certificates.moves.get(*by as usize));
            let mut used: Vec<CellIndex> = moves.flatten().map(|(cell, _)| *cell).collect();
            used.sort_unstable();
            used.dedup();
            for cell in used.into_iter().filter(|cell| *cell != proof.cell) {
                protects.entry(cell).or_default().push(proof.cell);
            }
        }
        let own = |cell: CellIndex| (cell as usize).checked_sub(start);
        let named = |cell: &CellIndex| {
            let at = own(*cell)?;
            laid.table.cells.get(at).filter(|cell| cell.published)?;
            laid.keys.get(at).copied()
        };
        let mut by_indicator: BTreeMap<i32, Self> = BTreeMap::new();
        let statuses = solution.statuses.iter().enumerate().skip(start);
        for ((key, cell), (at, status)) in laid.keys.iter().zip(&laid.table.cells).zip(statuses) {
            if !cell.published {
                continue;
            }
            let why = match status {
                Status::Primary | Status::Hidden => Why::Rule,
                Status::Secondary => Why::Complement,
                Status::Shown => continue,
            };
            let protected = protects.remove(&(at as CellIndex)).unwrap_or_default();
            let others = protected.iter().filter_map(named).take(NAMED).collect();
            let explanation = Explanation { why, others, count: protected.len() as u32 };
            by_indicator.entry(key.indicator_id).or_default().0.insert(key.address, explanation);
        }
        by_indicator
    }

    /// Adds that a rate is masked with what it is worked out from.
    pub(super) fn add_rate(&mut self, address: Address, others: Vec<CellKey>) {
        let count = others.len() as u32;
        self.0.insert(address, Explanation { why: Why::Rate, others, count });
    }

    /// Encrypts the explanations for the vault.
    ///
    /// # Errors
    ///
    /// [`Tampered`] when the cipher refuses, which only more than 256 GB makes it do.
    pub fn lock(&self, keyring: &Keyring, label: SheetLabel) -> Result<LockedExplanations, Tampered> {
        let mut addresses: Vec<(&Address, &Explanation)> = self.0.iter().collect();
        addresses.sort_unstable_by_key(|(address, _)| **address);
        let mut plain = Vec::with_capacity(addresses.len() * (Address::BYTES + HEAD_BYTES));
        for (address, explanation) in addresses {
            address.write(&mut plain);
            plain.push(match explanation.why {
                Why::Rule => b'R',
                Why::Complement => b'C',
                Why::Rate => b'Q',
            });
            plain.extend_from_slice(&explanation.count.to_le_bytes());
            plain.push(explanation.others.len().min(NAMED) as u8);
            for other in explanation.others.iter().take(NAMED) {
                plain.extend_from_slice(&other.indicator_id.to_le_bytes());
                other.address.write(&mut plain);
            }
        }
        Ok(LockedExplanations(keyring.lock(plain, &of_explanations(label))?))
    }
}

/// Bytes of an explanation behind its address and before the figures that it names.
const HEAD_BYTES: usize = 6;

/// Another label than the sheet's: one never opens as the other.
fn of_explanations(label: SheetLabel) -> Vec<u8> {
    [&b"why\0"[..], &label.bytes()].concat()
}

impl LockedExplanations {
    /// Locked explanations from the bytes of the vault.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for the vault.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Opens the lock.
    ///
    /// # Errors
    ///
    /// [`Tampered`] when the key, the label or the bytes are not those it was locked with.
    pub fn unlock(&self, keyring: &Keyring, label: SheetLabel) -> Result<Explanations, Tampered> {
        let plain = keyring.unlock(&self.0, &of_explanations(label))?;
        let mut explanations = HashMap::new();
        let mut rest = plain.as_slice();
        while !rest.is_empty() {
            let (address, explanation, left) = read(rest).ok_or(Tampered)?;
            explanations.insert(address, explanation);
            rest = left;
        }
        Ok(Explanations(explanations))
    }
}

fn read(bytes: &[u8]) -> Option<(Address, Explanation, &[u8])> {
    let address = Address::read(bytes)?;
    let (head, mut rest) = bytes.get(Address::BYTES..)?.split_first_chunk::<HEAD_BYTES>()?;
    let [kind, one, two, three, four, named] = *head;
    let why = match kind {
        b'R' => Why::Rule,
        b'C' => Why::Complement,
        b'Q' => Why::Rate,
        _ => return None,
    };
    let mut others = Vec::with_capacity(usize::from(named));
    for _ in 0..named {
        let (indicator, left) = rest.split_first_chunk::<4>()?;
        others.push(CellKey { indicator_id: i32::from_le_bytes(*indicator), address: Address::read(left)? });
        rest = left.get(Address::BYTES..)?;
    }
    let count = u32::from_le_bytes([one, two, three, four]);
    Some((address, Explanation { why, others, count }, rest))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use entity::types::Period;

    use super::{Explanation, Explanations, LockedExplanations, Why};
    use crate::secrecy::{Address, Keyring, LockedSheet, SheetLabel, table::CellKey};

    #[test]
    fn explanations_come_back_as_they_were_and_under_their_own_label_only()
    -> Result<(), Box<dyn std::error::Error>> {
        let address = |territory_id: i32| {
            Period::year(2024).map(|period| Address { territory_id, period, breakdown_id: 3 })
        };
        let key = CellKey { indicator_id: 9, address: address(2)? };
        let explanations = Explanations(HashMap::from([
            (address(1)?, Explanation { why: Why::Rule, others: Vec::new(), count: 0 }),
            (address(5)?, Explanation { why: Why::Complement, others: vec![key; 3], count: 70_000 }),
            (address(7)?, Explanation { why: Why::Rate, others: vec![key], count: 1 }),
        ]));
        let (keyring, label) = (Keyring::new(&[1; 32]), SheetLabel { release_id: 7, indicator_id: 3 });
        let bytes = explanations.lock(&keyring, label)?.into_bytes();
        assert_eq!(LockedExplanations::from_bytes(bytes.clone()).unlock(&keyring, label)?, explanations);
        let other = SheetLabel { release_id: 8, ..label };
        assert!(LockedExplanations::from_bytes(bytes.clone()).unlock(&keyring, other).is_err());
        assert!(LockedSheet::from_bytes(bytes).unlock(&keyring, label).is_err());
        Ok(())
    }
}
