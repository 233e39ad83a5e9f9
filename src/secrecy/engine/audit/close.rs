//! Closing the gap between the outer range of a cell and the values that it is known to reach.

use super::{
    AuditOptions,
    programme::{Best, Programme},
    system::System,
};
use crate::model::CellIndex;

/// How far the answer of the solver may be off.
const TOLERANCE: f64 = 1e-6;

/// How far relative to its size.
const RELATIVE: f64 = 1e-9;

impl System {
    /// Whether the end of a cell's range is a value that it reaches.
    fn is_closed(&self, cell: CellIndex, up: bool) -> bool {
        let (low, high) = self.reached[cell as usize];
        if up { self.high[cell as usize] == Some(high) } else { self.low[cell as usize] == low }
    }

    /// Takes over the bound of a programme that demands no more than what holds.
    fn take_over(&mut self, cell: CellIndex, up: bool, above: f64) {
        let slack = TOLERANCE.max(above.abs() * RELATIVE);
        let low = self.low[cell as usize];
        let (reached_low, reached_high) = self.reached[cell as usize];
        if up {
            // What a witness reaches is possible, whatever a solver says.
            let end = low.saturating_add((above + slack).floor() as i128).max(reached_high);
            if self.high[cell as usize].is_none_or(|high| end < high) {
                self.high[cell as usize] = Some(end);
            }
        } else {
            let end = low.saturating_add((above - slack).ceil() as i128).min(reached_low);
            self.low[cell as usize] = low.max(end);
        }
    }

    /// Works on one component.
    pub fn close(&mut self, component: &[CellIndex], options: AuditOptions, step: &mut dyn FnMut()) {
        if component.len() <= options.exact_up_to {
            let programme = Programme::of(self, component.to_vec());
            for cell in component {
                for up in [true, false] {
                    self.close_end(*cell, up, &programme, &programme, options);
                }
                step();
            }
            return;
        }
        // Near surroundings first: they are cheap, and what they find saves work further out.
        let near = AuditOptions { around: options.around / 4, nodes: 0, ..options };
        for cell in component {
            self.close_around(*cell, near);
        }
        for cell in component {
            self.close_around(*cell, options);
            step();
        }
    }

    fn close_around(&mut self, cell: CellIndex, options: AuditOptions) {
        if self.is_closed(cell, true) && self.is_closed(cell, false) {
            return;
        }
        let (cells, rows) = self.around(cell, options.around);
        let inner = Programme::of(self, cells.clone());
        let outer = Programme { cells, rows };
        for up in [true, false] {
            self.close_end(cell, up, &inner, &outer, options);
        }
    }

    /// One end of one cell. The inner programme changes some cells only and so finds possible tables; the
    /// outer one leaves rows out and so finds bounds; where both are the same, one answer does both.
    fn close_end(
        &mut self,
        cell: CellIndex,
        up: bool,
        inner: &Programme,
        outer: &Programme,
        options: AuditOptions,
    ) {
        if self.is_closed(cell, up) {
            return;
        }
        let same = std::ptr::eq(inner, outer);
        for nodes in [None, Some(options.nodes)] {
            if nodes == Some(0) {
                return;
            }
            if let Best::Point(point, best) = inner.optimise(self, cell, up, nodes) {
                inner.witness(self, &point);
                if let Some(best) = best.filter(|_| same) {
                    self.take_over(cell, up, best);
                }
            }
            // Searching the outer one as well takes long and hardly ever tells more.
            if nodes.is_none()
                && !same
                && !self.is_closed(cell, up)
                && let Best::Point(_, Some(best)) = outer.optimise(self, cell, up, None)
            {
                self.take_over(cell, up, best);
            }
            if self.is_closed(cell, up) {
                return;
            }
        }
    }
}
