//! Shown values into right-hand sides, and cells that a row of two ties to each other into one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AuditError,
    system::{Link, Row, System, ceiling, floor},
};
use crate::model::CellIndex;

impl System {
    /// Takes known and tied cells out of all rows until nothing changes.
    pub fn simplify(&mut self) -> Result<(), AuditError> {
        let mut waiting: BTreeSet<u32> = (0..self.rows.len() as u32).collect();
        while let Some(position) = waiting.pop_first() {
            let row = self.rewrite(&self.rows[position as usize])?;
            match row.terms.as_slice() {
                [(cell, coefficient)] => {
                    if row.right % coefficient != 0 {
                        return Err(AuditError::Contradiction { cell: *cell });
                    }
                    self.raise(*cell, row.right / coefficient)?;
                    self.lower(*cell, row.right / coefficient)?;
                    waiting.extend(&self.rows_of[*cell as usize]);
                }
                [one, other] => {
                    if let Some(gone) = self.tie(*one, *other, row.right)? {
                        waiting.extend(&self.rows_of[gone as usize]);
                    }
                }
                _ => {}
            }
            self.rows[position as usize] = row;
        }
        self.drop_copies()?;
        self.index();
        Ok(())
    }

    /// A row in terms of the cells that are still open, its coefficients without common divisor.
    fn rewrite(&self, row: &Row) -> Result<Row, AuditError> {
        let mut terms: BTreeMap<CellIndex, i128> = BTreeMap::new();
        let mut right = row.right;
        let last = row.terms.last().map_or(0, |(cell, _)| *cell);
        for (cell, coefficient) in &row.terms {
            let link = self.resolve(*cell)?;
            let known = self.is_known(link.base).then(|| self.low[link.base as usize]);
            let product = known.map_or(Some(0), |value| value.checked_mul(link.factor));
            let moved = product
                .and_then(|product| product.checked_add(link.offset))
                .and_then(|value| value.checked_mul(*coefficient))
                .ok_or(AuditError::TooLarge)?;
            right = right.checked_sub(moved).ok_or(AuditError::TooLarge)?;
            if known.is_none() {
                let by = coefficient.checked_mul(link.factor).ok_or(AuditError::TooLarge)?;
                let sum = terms.entry(link.base).or_default();
                *sum = sum.checked_add(by).ok_or(AuditError::TooLarge)?;
            }
        }
        terms.retain(|_, coefficient| *coefficient != 0);
        if terms.is_empty() && right != 0 {
            return Err(AuditError::Contradiction { cell: last });
        }
        let sign = terms.first_key_value().map_or(1, |(_, first)| first.signum());
        let divisor = sign * terms.values().fold(0, |so_far, by| common_divisor(so_far, *by)).max(1);
        if right % divisor != 0 {
            return Err(AuditError::Contradiction { cell: last });
        }
        let terms = terms.into_iter().map(|(cell, by)| (cell, by / divisor)).collect();
        Ok(Row { terms, right: right / divisor })
    }

    /// Writes one of two cells as the other, if that keeps whole numbers whole: the cell that is gone.
    fn tie(
        &mut self,
        one: (CellIndex, i128),
        other: (CellIndex, i128),
        right: i128,
    ) -> Result<Option<CellIndex>, AuditError> {
        let (stays, goes) = if other.1.abs() == 1 { (one, other) } else { (other, one) };
        if goes.1.abs() != 1 {
            return Ok(None);
        }
        let link = Link {
            base: stays.0,
            factor: stays.1.checked_mul(-goes.1).ok_or(AuditError::TooLarge)?,
            offset: right.checked_mul(goes.1).ok_or(AuditError::TooLarge)?,
        };
        let ends = [Some(self.low[goes.0 as usize]), self.high[goes.0 as usize]];
        for (end, is_low) in ends.into_iter().zip([true, false]) {
            let Some(end) = end else { continue };
            let moved = end.checked_sub(link.offset).ok_or(AuditError::TooLarge)?;
            if is_low == (link.factor > 0) {
                self.raise(link.base, ceiling(moved, link.factor))?;
            } else {
                self.lower(link.base, floor(moved, link.factor))?;
            }
        }
        self.links[goes.0 as usize] = Some(link);
        let rows = self.rows_of[goes.0 as usize].clone();
        self.rows_of[stays.0 as usize].extend(rows);
        // When the base became known, its rows change too: they include those of the cell that is gone.
        Ok(Some(if self.is_known(stays.0) { stays.0 } else { goes.0 }))
    }

    /// Drops rows that hold nothing or the same as another one.
    fn drop_copies(&mut self) -> Result<(), AuditError> {
        let mut seen: BTreeMap<Vec<(CellIndex, i128)>, i128> = BTreeMap::new();
        let mut kept = Vec::new();
        for row in std::mem::take(&mut self.rows) {
            let Some((first, _)) = row.terms.first() else { continue };
            match seen.get(&row.terms) {
                Some(right) if *right == row.right => {}
                Some(_) => return Err(AuditError::Contradiction { cell: *first }),
                None => {
                    seen.insert(row.terms.clone(), row.right);
                    kept.push(row);
                }
            }
        }
        self.rows = kept;
        Ok(())
    }
}

const fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
