//! The figures of an indicator in a release, in the order in which they are looked for.

use entity::types::Period;

use crate::secrecy::Masked;

/// A figure of a territory, as it rests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    /// Period.
    pub period: Period,
    /// Breakdown; 0 is the total.
    pub breakdown_id: i32,
    /// What everybody without a grant may see of it.
    pub masked: Masked,
}

/// The figures of an indicator in a release: territories in their order, each with its figures in the order of periods, then
/// breakdowns. It holds what rests in the table that everybody reads, never a true number.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Columns {
    territories: Vec<i32>,
    /// Where the figures of each territory end.
    ends: Vec<usize>,
    cells: Vec<Cell>,
    periods: Vec<Period>,
}

impl Columns {
    /// Adds a figure of a territory: territories come in their order, and the figures of each in the order of periods, then
    /// breakdowns.
    pub fn add(&mut self, territory_id: i32, cell: Cell) {
        if self.territories.last() != Some(&territory_id) {
            self.territories.push(territory_id);
            self.ends.push(self.cells.len());
        }
        if let Err(at) = self.periods.binary_search(&cell.period) {
            self.periods.insert(at, cell.period);
        }
        self.cells.push(cell);
        if let Some(end) = self.ends.last_mut() {
            *end = self.cells.len();
        }
    }

    /// What was added, without room for more.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.territories.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.cells.shrink_to_fit();
        self.periods.shrink_to_fit();
        self
    }

    /// The periods that it has figures of, in order.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Whether it has a figure of a period.
    pub fn has(&self, period: Period) -> bool {
        self.periods.binary_search(&period).is_ok()
    }

    /// The figures of a territory.
    pub fn of(&self, territory_id: i32) -> &[Cell] {
        let Ok(at) = self.territories.binary_search(&territory_id) else { return &[] };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(at).and_then(|end| self.cells.get(start..*end)).unwrap_or_default()
    }

    /// What rests under a key.
    pub fn get(&self, territory_id: i32, period: Period, breakdown_id: i32) -> Option<Masked> {
        let cells = self.of(territory_id);
        let at = cells.binary_search_by_key(&(period, breakdown_id), |cell| (cell.period, cell.breakdown_id));
        at.ok().and_then(|at| cells.get(at)).map(|cell| cell.masked)
    }

    /// About how many figures so many of its territories have.
    pub fn among(&self, territories: usize) -> usize {
        let each = self.cells.len() / self.territories.len().max(1) + 1;
        self.cells.len().min(each.saturating_mul(territories))
    }

    /// Bytes that it takes.
    pub fn weight(&self) -> usize {
        size_of::<Self>()
            + size_of_val(self.territories.as_slice())
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.cells.as_slice())
            + size_of_val(self.periods.as_slice())
    }
}
