//! Proofs that a plan holds: for each sensitive cell, other tables that nobody can tell from the true one.

use super::model::CellIndex;

/// Moves, and which of them prove which cell protected.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    /// What is added to which cells: each move makes another table that agrees with all that is shown.
    pub moves: Vec<Vec<(CellIndex, i64)>>,
    /// One proof for each sensitive cell, in the order of the cells.
    pub proofs: Vec<Proof>,
}

/// The moves that together reach as far below and above a cell's value as its protection asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The sensitive cell.
    pub cell: CellIndex,
    /// Positions of moves.
    pub moves: Vec<u32>,
}
