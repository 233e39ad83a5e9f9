//! What is left of a total beside the parts that are known: never shown, but bound.

use std::collections::HashSet;

use super::{
    CellKey, Laid, LayError, Notes, Sums,
    cells::{HARDLY_ANYBODY, inhabitants, judged},
};
use crate::secrecy::{
    Address, Raw, Rule,
    closure::Closed,
    engine::{Cell, CellIndex},
    gaps::Gap,
    inspect,
    relations::{self, Index},
};

/// Binds totals to the parts that are there where several are not. What is left is a number that nobody is shown, and as
/// sensitive as if it had been delivered.
pub(super) fn relate_gaps(
    laid: &mut Laid,
    notes: &mut Notes,
    (indicator_id, closed, index): (i32, &Closed<'_>, &Index),
    (gaps, carried): (&[Gap], &HashSet<CellKey>),
    (sums, rule): (&Sums, &Rule),
) -> Result<(), LayError> {
    for Gap { total, parts, absent } in gaps {
        let found = |address: &Address| Some((closed.get(address)?, *index.get(address)?));
        let Some((whole, total_cell)) = found(total) else { continue };
        let (raws, mut cells): (Vec<&Raw>, Vec<CellIndex>) = parts.iter().filter_map(found).unzip();
        // Parts that are more than the total are no parts of it: of one release they bind nothing, of several one has
        // changed since.
        let Some(rest) = inspect::rest(whole, &raws) else {
            if closed.presumed.contains(total) {
                let territory_id = total.territory_id;
                return Err(LayError::Categories { indicator_id, territory_id });
            }
            if !carried.is_empty() {
                let blamed = laid.blamed(cells.iter().copied().chain([total_cell]), carried);
                laid.contradicted.extend(blamed);
            }
            continue;
        };
        let elsewhere = absent.iter().any(|part| part.territory_id != total.territory_id);
        if elsewhere {
            laid.rests_elsewhere.push(cells.iter().copied().chain([total_cell]).collect());
        }
        // Nothing is left for those where they are zeros, as everybody may guess.
        if rest.open() > 0.0 {
            let few = |part: &Address| inhabitants(part.territory_id, sums, rule).unwrap_or(HARDLY_ANYBODY);
            let inhabitants = if elsewhere {
                Some(absent.iter().map(few).sum())
            } else {
                inhabitants(total.territory_id, sums, rule)
            };
            let key = CellKey { indicator_id, address: *total };
            let (cell, contributors) = judged(key, &rest, (false, inhabitants), rule)?;
            let at = laid.table.cells.len() as CellIndex;
            if elsewhere {
                notes.elsewhere.insert(at);
            }
            cells.push(at);
            laid.table.cells.push(cell);
            laid.keys.push(key);
            notes.alone.push(contributors == 1);
        }
        relations::relate(&mut laid.table, total_cell, cells);
    }
    Ok(())
}

/// An indicator, what is known of it, and where it is in the table.
pub(super) type Placed<'p> = (i32, &'p Closed<'p>, &'p Index);

/// Splits the nearest whole that is known at the place of each part into that part and a rest that is never shown: what is
/// known of the part and the whole together binds them both, for the rest is never negative. It counts those who are in the
/// one and not in the other, and is as sensitive as if it had been delivered.
pub(super) fn relate_containment(
    laid: &mut Laid,
    notes: &mut Notes,
    ((part_id, part, part_cells), wholes): (Placed<'_>, &[Placed<'_>]),
    carried: &HashSet<CellKey>,
    (sums, rule): (&Sums, &Rule),
) -> Result<(), LayError> {
    for (address, part_cell) in part_cells {
        let nearest = wholes.iter().find_map(|(whole_id, whole, cells)| {
            Some((*whole_id, whole.get(address)?, *cells.get(address)?, whole.presumed.contains(address)))
        });
        let (Some(of_part), Some((whole_id, of_whole, whole_cell, presumed))) = (part.get(address), nearest)
        else {
            continue;
        };
        let territory_id = address.territory_id;
        let rest = inspect::rest(of_whole, &[of_part]);
        let key = CellKey { indicator_id: part_id, address: *address };
        let Some(rest) = rest else {
            let whole_key = CellKey { indicator_id: whole_id, ..key };
            if laid.own.contains(&key) && laid.own.contains(&whole_key) {
                return Err(LayError::MoreThanWhole { part_id, whole_id, territory_id });
            }
            if presumed {
                return Err(LayError::Categories { indicator_id: whole_id, territory_id });
            }
            // Of two releases: one of them has changed since.
            let blamed = laid.blamed([*part_cell, whole_cell].into_iter(), carried);
            laid.contradicted.extend(blamed);
            continue;
        };
        let (cell, contributors) = judged(key, &rest, (false, inhabitants(territory_id, sums, rule)), rule)?;
        let hidden = laid.table.cells.len() as CellIndex;
        laid.table.cells.push(Cell { cost: 0, ..cell });
        laid.keys.push(key);
        notes.alone.push(contributors == 1);
        relations::relate(&mut laid.table, whole_cell, [*part_cell, hidden]);
    }
    Ok(())
}
