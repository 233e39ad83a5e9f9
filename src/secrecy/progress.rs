//! How far a plan is, told while it is made.

use super::engine::Stage;

/// What is being done to plan a release, in this order; a phase may come again where its outcome did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Counts and the sums that bind them are laid out.
    Laying,
    /// Each sensitive figure in turn is protected.
    Protecting,
    /// What was missed is looked for longer.
    Insisting,
    /// Contributors who are alone in a figure are thought of.
    Insiders,
    /// Masks that nothing needs are given back.
    Improving,
    /// The proofs are added up.
    Checking,
}

impl Phase {
    /// The phase in words, in French and in English.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Laying => ("Mise en tableau", "Laying out"),
            Self::Protecting => ("Protection des données sensibles", "Protecting sensitive figures"),
            Self::Insisting => ("Protections difficiles", "Difficult protections"),
            Self::Insiders => ("Protection contre les contributeurs uniques", "Single contributors"),
            Self::Improving => ("Masques rendus", "Giving masks back"),
            Self::Checking => ("Vérification des preuves", "Checking the proofs"),
        }
    }
}

impl From<Stage> for Phase {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Protecting => Self::Protecting,
            Stage::Insisting => Self::Insisting,
            Stage::Insiders => Self::Insiders,
            Stage::Improving => Self::Improving,
        }
    }
}

/// Who watches a plan being made, from whatever thread it is made on.
pub trait Progress: Send + Sync {
    /// `done` of `all` steps of a phase are behind. Told often: whoever shows it chooses when.
    fn at(&self, phase: Phase, done: u64, all: u64);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn at(&self, _phase: Phase, _done: u64, _all: u64) {}
}
