//! The table that the engine works on: cells and the linear relations that bind them.

use super::holders::Holders;

/// Position of a cell in [`Table::cells`].
pub type CellIndex = u32;

/// What the primary rules demand for one sensitive cell: the attacker's interval for it
/// must reach down to `low` or below, up to `high` or above, and be at least `width` wide.
///
/// `low` = `high` = the cell's value with a `width` of 1 demands only that the value cannot be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The interval's lower end must be at most this.
    pub low: i64,
    /// The interval's upper end must be at least this.
    pub high: i64,
    /// Upper end minus lower end must be at least this.
    pub width: i64,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// True count (or scaled magnitude), never negative.
    pub value: i64,
    /// Information lost when it is masked.
    pub cost: u64,
    /// What it needs when it is sensitive (primary); `None` when it is not.
    pub protection: Option<Protection>,
    /// False for an atom that is never shown but binds what is.
    pub published: bool,
    /// Must be shown (structural zero, frozen by an earlier release): no candidate for masking.
    pub frozen: bool,
    /// What everybody knows the cell to be at least, even when it is masked: 1 where true zeros are
    /// always shown, else 0.
    pub least: i64,
    /// The only contributor of the cell, when there is exactly one (the singleton problem): a number that
    /// cells share when they have the same one.
    pub singleton: Option<u32>,
    /// To whom its true number is open, by the provider's leave: whoever is not among them must not work out a sensitive
    /// cell, whatever all of them hold together.
    pub holders: Holders,
}

/// One linear relation: the sum of coefficient × cell is 0.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Cells with their coefficients (a total carries −1, its parts +1).
    pub terms: Vec<(CellIndex, i64)>,
}

/// Cells and relations.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// All cells, hidden atoms included.
    pub cells: Vec<Cell>,
    /// All relations.
    pub relations: Vec<Relation>,
}

/// What a contributor who is alone in a masked cell, and so knows it, must not work out (the singleton problem).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Singletons {
    /// Such contributors are not thought of.
    Ignored,
    /// The cell of another such contributor; what they learn of cells of several people is not thought of.
    EachOther,
    /// Any other sensitive cell.
    Anybody,
}

impl Singletons {
    /// Whether a sensitive cell is kept from contributors who are alone in another one.
    #[must_use]
    pub const fn keep(self, of_one_contributor: bool) -> bool {
        match self {
            Self::Ignored => false,
            Self::EachOther => of_one_contributor,
            Self::Anybody => true,
        }
    }
}

/// What a plan says of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// V: shown.
    Shown,
    /// P: masked by a rule.
    Primary,
    /// S: masked to protect others.
    Secondary,
    /// H: never shown.
    Hidden,
}

impl Status {
    /// Whether the attacker knows the cell's value.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Shown)
    }
}

/// What a mask costs besides the people whom it hides: a plan of few masks is worth some more people hidden.
const A_MASK: u64 = 20;

/// The cost of masking a cell that describes so many people.
#[must_use]
pub const fn cost(people: u64) -> u64 {
    people.saturating_add(A_MASK)
}
