//! The moves that prove a plan, kept with its release: what comes after it is proved from them.

use super::{
    Keyring, SheetLabel, Tampered,
    engine::{CellIndex, Solution},
};

/// Moves over the cells of a release, in the order in which they are laid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs(pub(in crate::secrecy) Vec<Vec<(CellIndex, i64)>>);

/// Proofs as the vault keeps them: who sees a move sees which cells are masked for others.
pub struct LockedProofs(Vec<u8>);

const STEP_BYTES: usize = 12;

impl Proofs {
    /// The moves of a solution as far as they concern the cells from `start` on.
    pub(super) fn of(solution: &Solution, start: usize) -> Self {
        let own = |(cell, by): &(CellIndex, i64)| Some((cell.checked_sub(start as CellIndex)?, *by));
        let moves = solution.certificates.moves.iter();
        Self(moves.map(|steps| steps.iter().filter_map(own).collect()).collect())
    }

    /// Encrypts the proofs for the vault.
    ///
    /// # Errors
    ///
    /// [`Tampered`] when the cipher refuses, which only more than 256 GB makes it do.
    pub fn lock(&self, keyring: &Keyring, release_id: i32) -> Result<LockedProofs, Tampered> {
        let mut plain = Vec::new();
        for steps in &self.0 {
            plain.extend_from_slice(&(steps.len() as u32).to_le_bytes());
            for (cell, by) in steps {
                plain.extend_from_slice(&cell.to_le_bytes());
                plain.extend_from_slice(&by.to_le_bytes());
            }
        }
        Ok(LockedProofs(keyring.lock(plain, &label(release_id))?))
    }
}

fn label(release_id: i32) -> Vec<u8> {
    [&b"proofs\0"[..], &SheetLabel { release_id, indicator_id: 0 }.bytes()].concat()
}

impl LockedProofs {
    /// Locked proofs from the bytes of the vault.
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
    /// [`Tampered`] when the key, the release or the bytes are not those it was locked with.
    pub fn unlock(&self, keyring: &Keyring, release_id: i32) -> Result<Proofs, Tampered> {
        let plain = keyring.unlock(&self.0, &label(release_id))?;
        let mut moves = Vec::new();
        let mut rest = plain.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let bytes = (u32::from_le_bytes(*length) as usize).saturating_mul(STEP_BYTES);
            let steps = after.get(..bytes).ok_or(Tampered)?;
            moves.push(steps.chunks_exact(STEP_BYTES).filter_map(step).collect());
            rest = after.get(bytes..).unwrap_or_default();
        }
        Ok(Proofs(moves))
    }
}

fn step(bytes: &[u8]) -> Option<(CellIndex, i64)> {
    let (cell, by) = bytes.split_first_chunk::<4>()?;
    Some((CellIndex::from_le_bytes(*cell), i64::from_le_bytes(by.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::{LockedProofs, Proofs};
    use crate::secrecy::Keyring;

    #[test]
    fn proofs_come_back_as_they_were_and_for_their_own_release_only() -> Result<(), Box<dyn std::error::Error>>
    {
        let proofs = Proofs(vec![vec![(1, -3), (9, 3)], Vec::new(), vec![(4, 1)]]);
        let keyring = Keyring::new(&[1; 32]);
        let bytes = proofs.lock(&keyring, 7)?.into_bytes();
        assert_eq!(LockedProofs::from_bytes(bytes.clone()).unlock(&keyring, 7)?, proofs);
        assert!(LockedProofs::from_bytes(bytes).unlock(&keyring, 8).is_err());
        Ok(())
    }
}
