//! What each row alone says of the ends of its cells, again and again until nothing changes.

use std::collections::VecDeque;

use super::{
    AuditError,
    system::{System, ceiling, floor},
};
use crate::model::CellIndex;

impl System {
    /// Narrows ranges row by row. Ends after `visits` visits per row at the latest: a range that shrinks by
    /// one at a time is wider than it could be then, never too narrow.
    pub fn propagate(&mut self, visits: usize) -> Result<(), AuditError> {
        let mut waiting: VecDeque<u32> = (0..self.rows.len() as u32).collect();
        let mut waits = vec![true; self.rows.len()];
        let mut left = self.rows.len().saturating_mul(visits);
        while let Some(position) = waiting.pop_front() {
            if left == 0 {
                break;
            }
            left -= 1;
            waits[position as usize] = false;
            for cell in self.visit(position)? {
                for other in &self.rows_of[cell as usize] {
                    if !std::mem::replace(&mut waits[*other as usize], true) {
                        waiting.push_back(*other);
                    }
                }
            }
        }
        Ok(())
    }

    /// Narrows the cells of one row; those that changed.
    fn visit(&mut self, position: u32) -> Result<Vec<CellIndex>, AuditError> {
        let row = &self.rows[position as usize];
        let right = row.right;
        let terms: Vec<_> = row
            .terms
            .iter()
            .map(|(cell, by)| {
                let (low, high) = (self.low[*cell as usize].checked_mul(*by), self.high[*cell as usize]);
                let high = high.and_then(|high| high.checked_mul(*by));
                if *by > 0 { (*cell, *by, low, high) } else { (*cell, *by, high, low) }
            })
            .collect();
        let (mut least, mut most) = (Sum::default(), Sum::default());
        for (_, _, low, high) in &terms {
            least.add(*low);
            most.add(*high);
        }
        let mut changed = Vec::new();
        for (cell, by, low, high) in terms {
            let at_most = least.without(low).and_then(|others| right.checked_sub(others));
            let at_least = most.without(high).and_then(|others| right.checked_sub(others));
            let (at_least, at_most) = if by > 0 { (at_least, at_most) } else { (at_most, at_least) };
            let raised = match at_least {
                Some(value) => self.raise(cell, ceiling(value, by))?,
                None => false,
            };
            let lowered = match at_most {
                Some(value) => self.lower(cell, floor(value, by))?,
                None => false,
            };
            if raised || lowered {
                changed.push(cell);
            }
        }
        Ok(changed)
    }
}

/// A sum of ends, some of which may be open.
#[derive(Default)]
struct Sum {
    closed: i128,
    open: usize,
}

impl Sum {
    fn add(&mut self, end: Option<i128>) {
        match end.and_then(|end| self.closed.checked_add(end)) {
            Some(sum) => self.closed = sum,
            None => self.open += 1,
        }
    }

    /// The sum of all others, `None` when one of them is open.
    fn without(&self, end: Option<i128>) -> Option<i128> {
        match (end, self.open) {
            (Some(end), 0) => self.closed.checked_sub(end),
            (None, 1) => Some(self.closed),
            _ => None,
        }
    }
}
