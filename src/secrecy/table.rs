//! From sheets of true numbers to the one table of cells and relations that the engine plans.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::types::Breakdown;

use super::{
    Address, Raw, Rule, Sheet,
    closure::{Closed, Gap, Structure},
    engine::{
        self, Cell, CellIndex, Table,
        primary::{FactError, Facts},
    },
    inspect,
    relations::{self, Index, relate_breakdowns, relate_periods, relate_territories},
};

/// How the territories of a release hang together: which are published, and which sums hold.
///
/// Atoms (the parts of an IRIS inside and outside a priority neighbourhood) have negative numbers;
/// they are never shown but bind what is.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Every sum: a total and its parts, by territory number.
    pub sums: Vec<(i32, Vec<i32>)>,
    /// Territories of other vintages that became one: sums between geographies.
    pub mergers: Vec<(i32, Vec<i32>)>,
    /// Territories of another vintage than the release's: never shown, but they bind what is.
    pub hidden: HashSet<i32>,
}

/// A count whose units are all counted in another one: everybody knows that it is at most that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Containment {
    /// Indicator of the part.
    pub part_id: i32,
    /// Indicator of the whole.
    pub whole_id: i32,
}

/// One cell of the table: which indicator, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey {
    /// Indicator.
    pub indicator_id: i32,
    /// Where in the indicator's sheet.
    pub address: Address,
}

/// A table for the engine, and which cell is where.
pub struct Laid {
    /// What the engine plans.
    pub table: Table,
    /// The key of each cell, in the order of the table.
    pub keys: Vec<CellKey>,
    /// Totals of which several parts are missing, with those parts, by indicator.
    pub gaps: BTreeSet<(i32, Address, Vec<Address>)>,
}

/// A sheet that cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayError {
    /// A cell of which the rule would have to know more, or that contradicts itself.
    #[error("indicator {indicator_id} in territory {territory_id}: {fault}")]
    Facts {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
        /// What is missing.
        fault: FactError,
    },
    /// A part that is more than what it is a part of.
    #[error(
        "indicator {part_id} is more than indicator {whole_id}, of which it is a part, in territory {territory_id}"
    )]
    MoreThanWhole {
        /// The part.
        part_id: i32,
        /// The whole.
        whole_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// Parts that are missing where others bind them: what follows for the others cannot be told apart.
    #[error(
        "indicator {indicator_id}: parts are missing around territory {territory_id} that are bound by several sums; deliver them, or leave their totals out too"
    )]
    Incomplete {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
    /// A release of which other parts are missing than of the one that it corrects.
    #[error(
        "indicator {indicator_id}: other parts of territory {territory_id} are missing than in the release that this one corrects; deliver the same"
    )]
    OtherGaps {
        /// Indicator.
        indicator_id: i32,
        /// Territory of the total.
        territory_id: i32,
    },
    /// An amount that is no non-negative whole number.
    #[error("an amount of indicator {indicator_id} in territory {territory_id} is not a count")]
    NotACount {
        /// Indicator.
        indicator_id: i32,
        /// Territory.
        territory_id: i32,
    },
}

/// Lays the sheets of additive indicators out as one table with every relation that binds their cells.
///
/// # Errors
///
/// [`LayError::Facts`] where the rule cannot judge a cell, [`LayError::NotACount`] for a negative or fractional amount, [`LayError::MoreThanWhole`] for a part that is
/// too large; the amounts themselves are never quoted.
pub fn lay(
    sheets: &BTreeMap<i32, Sheet>,
    breakdowns: &HashMap<i32, Breakdown>,
    sums: &Sums,
    contained: &[Containment],
    opened: &HashSet<i32>,
    rule: &Rule,
) -> Result<Laid, LayError> {
    let mut laid = Laid { table: Table::default(), keys: Vec::new(), gaps: BTreeSet::new() };
    let known: BTreeMap<i32, &Breakdown> =
        breakdowns.iter().map(|(id, breakdown)| (*id, breakdown)).collect();
    let structure = Structure { sums: &sums.sums, breakdowns: &known };
    let mut notes = Notes::default();
    let mut indices: BTreeMap<i32, Index> = BTreeMap::new();
    for (&indicator_id, sheet) in sheets {
        let closed = Closed::of(sheet, &structure);
        let gaps = closed.gaps(&structure);
        if let Some(Address { territory_id, .. }) = closed.entangled(&gaps, &structure) {
            return Err(LayError::Incomplete { indicator_id, territory_id });
        }
        let index = lay_cells(&mut laid, &mut notes, (indicator_id, sheet, &closed), sums, rule)?;
        relate_territories(&mut laid.table, &index, &sums.sums);
        relate_territories(&mut laid.table, &index, &sums.mergers);
        relate_breakdowns(&mut laid.table, &index, breakdowns);
        relate_periods(&mut laid.table, &index);
        relate_gaps(&mut laid, &mut notes, (indicator_id, &closed, &index), (&gaps, sums), rule)?;
        indices.insert(indicator_id, index);
    }
    for pair in contained {
        let missing = laid.gaps.iter().filter(|(indicator_id, ..)| *indicator_id == pair.whole_id);
        let mut missing = missing.flat_map(|(_, _, absent)| absent);
        if let Some(address) =
            missing.find(|address| indices.get(&pair.part_id).is_some_and(|part| part.contains_key(address)))
        {
            let territory_id = address.territory_id;
            return Err(LayError::Incomplete { indicator_id: pair.whole_id, territory_id });
        }
        if let (Some(part), Some(whole)) = (indices.get(&pair.part_id), indices.get(&pair.whole_id)) {
            relate_containment(&mut laid, &mut notes, *pair, (part, whole))?;
        }
    }
    engine::find_singletons(&mut laid.table, &notes.alone);
    for ((at, cell), key) in (0..).zip(&mut laid.table.cells).zip(&laid.keys) {
        let raw = sheets.get(&key.indicator_id).and_then(|sheet| sheet.get(&key.address));
        // No grant opens what the provider masked.
        let withheld = cell.published && raw.is_some_and(Raw::is_withheld);
        cell.held = opened.contains(&key.address.territory_id) && !withheld && !notes.elsewhere.contains(&at);
    }
    Ok(laid)
}

/// What is known of the cells beside the table.
#[derive(Default)]
struct Notes {
    /// Whether one unit alone stands behind a cell, in the order of the table.
    alone: Vec<bool>,
    /// Rests in other territories than the one of their key: no grant for that opens them.
    elsewhere: HashSet<CellIndex>,
}

fn lay_cells(
    laid: &mut Laid,
    notes: &mut Notes,
    (indicator_id, sheet, closed): (i32, &Sheet, &Closed<'_>),
    sums: &Sums,
    rule: &Rule,
) -> Result<Index, LayError> {
    let mut index = Index::new();
    let delivered = sheet.in_order().map(|(address, raw)| (address, raw, true));
    // What follows is never shown, but whoever subtracts has it: it is as sensitive as if it had been delivered.
    let derived = closed.derived.iter().map(|(address, raw)| (address, raw, false));
    for (address, raw, delivered) in delivered.chain(derived) {
        let published =
            delivered && address.territory_id >= 0 && !sums.hidden.contains(&address.territory_id);
        let inhabitants = inhabitants(address.territory_id, sums, rule);
        let key = CellKey { indicator_id, address: *address };
        let (mut cell, contributors) = judged(key, raw, (published, inhabitants), rule)?;
        if raw.is_withheld() {
            cell.protection = Some(rule.of_withheld(cell.value, cell.protection));
            cell.frozen = false;
        }
        // Everybody may guess that what was not delivered is nothing.
        cell.frozen |= !delivered && cell.value == 0 && !rule.needs_zeros();
        index.insert(*address, laid.table.cells.len() as CellIndex);
        laid.table.cells.push(cell);
        laid.keys.push(key);
        notes.alone.push(contributors == 1);
    }
    Ok(index)
}

/// A cell as the rule judges it, and how many units stand behind it.
fn judged(
    key: CellKey,
    raw: &Raw,
    (published, inhabitants): (bool, Option<u64>),
    rule: &Rule,
) -> Result<(Cell, u32), LayError> {
    let CellKey { indicator_id, address: Address { territory_id, .. } } = key;
    let (value, contributors) = count(raw).ok_or(LayError::NotACount { indicator_id, territory_id })?;
    let largest = largest(raw, value, contributors);
    let facts = Facts {
        contributors: Some(u64::from(contributors)),
        largest: largest.as_ref().map(std::slice::from_ref),
        inhabitants,
        ..Facts::of(value)
    };
    let fault = |fault| LayError::Facts { indicator_id, territory_id, fault };
    Ok((cell(value, published, &facts, rule).map_err(fault)?, contributors))
}

/// Binds totals to the parts that are there where several are not. What is left is a number that nobody is shown, and as
/// sensitive as if it had been delivered.
fn relate_gaps(
    laid: &mut Laid,
    notes: &mut Notes,
    (indicator_id, closed, index): (i32, &Closed<'_>, &Index),
    (gaps, sums): (&[Gap], &Sums),
    rule: &Rule,
) -> Result<(), LayError> {
    for Gap { total, parts, absent } in gaps {
        let found = |address: &Address| Some((closed.get(address)?, *index.get(address)?));
        let Some((whole, total_cell)) = found(total) else { continue };
        let (raws, mut cells): (Vec<&Raw>, Vec<CellIndex>) = parts.iter().filter_map(found).unzip();
        // Parts that are more than the total are no parts of it.
        let Some(rest) = inspect::rest(whole, &raws) else { continue };
        // Nothing is left for those where they are zeros, as everybody may guess.
        if rest.open() > 0.0 {
            let few = |part: &Address| inhabitants(part.territory_id, sums, rule).unwrap_or(HARDLY_ANYBODY);
            let elsewhere = absent.iter().any(|part| part.territory_id != total.territory_id);
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
        laid.gaps.insert((indicator_id, *total, absent.clone()));
    }
    Ok(())
}

/// Largest amount that is planned: far above any count of people, far below where sums overflow.
const LARGEST_AMOUNT: f64 = 1e15;

/// An amount as a whole number, and how many units stand behind it.
fn count(raw: &Raw) -> Option<(i64, u32)> {
    let amount = raw.open();
    if !(0.0..=LARGEST_AMOUNT).contains(&amount) || amount.fract() != 0.0 {
        return None;
    }
    let value = amount as i64;
    Some((value, raw.contributors().unwrap_or(u32::try_from(value).unwrap_or(u32::MAX))))
}

/// What the largest contributor adds, rounded up: a share that was rounded never lets a cell pass. Who is alone adds
/// all, which the rule knows by itself.
fn largest(raw: &Raw, value: i64, contributors: u32) -> Option<i64> {
    let amount = raw.largest_amount().filter(|_| contributors > 1)?;
    Some(((amount - ROUNDING).ceil() as i64).clamp(0, value))
}

/// What the arithmetic of shares may be off by.
const ROUNDING: f64 = 1e-6;

/// The inhabitants of a territory. Nobody counts those of a part that is never shown, but whoever subtracts would
/// describe it like a territory; of one that is no more, a number may be shown. Else it has as many as the whole where it
/// is all of it, or it is taken for too small.
fn inhabitants(territory_id: i32, sums: &Sums, rule: &Rule) -> Option<u64> {
    let known = rule.inhabitants(territory_id);
    if known.is_some() || (territory_id >= 0 && !sums.hidden.contains(&territory_id)) {
        return known;
    }
    let wholes = sums.sums.iter().filter(|(_, parts)| parts.as_slice() == [territory_id]);
    Some(wholes.filter_map(|(whole, _)| rule.inhabitants(*whole)).max().unwrap_or(HARDLY_ANYBODY))
}

/// Fewer than any minimum of inhabitants, and not a place where nobody lives.
const HARDLY_ANYBODY: u64 = 1;

fn cell(value: i64, published: bool, facts: &Facts<'_>, rule: &Rule) -> Result<Cell, FactError> {
    let contributors = facts.contributors.map_or(1, |contributors| contributors.max(1));
    let unit = i64::try_from(contributors).map_or(1, |contributors| (value / contributors).max(1));
    let protection = rule.judge(facts)?.protection();
    let zeros_shown = published && !rule.needs_zeros();
    Ok(Cell {
        value,
        cost: engine::cost((value / unit) as u64),
        protection,
        published,
        frozen: zeros_shown && value == 0,
        least: i64::from(zeros_shown && value > 0),
        singleton: None,
        held: false,
    })
}

/// Splits each whole into the part and a rest that is never shown: what is known of the part and the whole
/// together binds them both, for the rest is never negative.
fn relate_containment(
    laid: &mut Laid,
    notes: &mut Notes,
    Containment { part_id, whole_id }: Containment,
    (part, whole): (&Index, &Index),
) -> Result<(), LayError> {
    for (address, part) in part {
        let Some(&whole) = whole.get(address) else { continue };
        let value = |cell: CellIndex| laid.table.cells.get(cell as usize).map_or(0, |cell| cell.value);
        let rest = value(whole) - value(*part);
        if rest < 0 {
            return Err(LayError::MoreThanWhole { part_id, whole_id, territory_id: address.territory_id });
        }
        let hidden = laid.table.cells.len() as CellIndex;
        laid.table.cells.push(Cell {
            value: rest,
            cost: 0,
            protection: None,
            published: false,
            frozen: false,
            least: 0,
            singleton: None,
            held: false,
        });
        laid.keys.push(CellKey { indicator_id: part_id, address: *address });
        notes.alone.push(rest == 1);
        relations::relate(&mut laid.table, whole, [*part, hidden]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use chrono::NaiveDate;
    use entity::types::{Breakdown, Period};

    use super::{Containment, Laid, LayError, Sums, lay};
    use crate::secrecy::{Address, Raw, Rule, Sheet, StoredRule};

    type Fault = Box<dyn std::error::Error>;

    fn sheet(counts: &[(i32, f64)]) -> Result<Sheet, Fault> {
        let mut sheet = Sheet::default();
        for (territory_id, count) in counts {
            let address =
                Address { territory_id: *territory_id, period: Period::year(2024)?, breakdown_id: 0 };
            sheet.insert(address, Raw::seal(*count, None));
        }
        Ok(sheet)
    }

    fn rule() -> Result<Rule, Fault> {
        let stored = StoredRule { code: "R", minimum_contributors: Some(5), ..StoredRule::default() };
        Ok(Rule::stored(stored, NaiveDate::default())?)
    }

    #[test]
    fn a_part_and_its_whole_are_bound_by_a_rest_that_is_never_shown() -> Result<(), Fault> {
        let sheets =
            BTreeMap::from([(1, sheet(&[(10, 30.0), (11, 8.0)])?), (2, sheet(&[(10, 12.0), (11, 8.0)])?)]);
        let contained = [Containment { part_id: 2, whole_id: 1 }];
        let breakdowns = HashMap::from([(0, Breakdown::default())]);
        let opened = HashSet::from([11]);
        let laid = lay(&sheets, &breakdowns, &Sums::default(), &contained, &opened, &rule()?)?;
        let rests: Vec<(i64, bool)> = laid
            .table
            .cells
            .iter()
            .filter(|cell| !cell.published)
            .map(|cell| (cell.value, cell.held))
            .collect();
        assert_eq!(rests, [(18, false), (0, true)]);
        assert_eq!(laid.table.relations.len(), 2);
        for relation in &laid.table.relations {
            let sum: i64 =
                relation.terms.iter().map(|(cell, by)| laid.table.cells[*cell as usize].value * by).sum();
            assert_eq!((relation.terms.len(), sum), (3, 0));
        }
        Ok(())
    }

    #[test]
    fn a_part_that_was_not_delivered_is_a_zero_or_a_number_that_nobody_is_shown() -> Result<(), Fault> {
        let breakdowns = HashMap::from([(0, Breakdown::default())]);
        let sums = Sums { sums: vec![(10, vec![11, 12, 13])], ..Sums::default() };
        // What is left is as sensitive as if it had been delivered, and a grant for the whole does not open it.
        for (total, hidden) in
            [(30.0, vec![(0, false, false)]), (33.0, vec![(3, true, false)]), (37.0, vec![(7, false, false)])]
        {
            let sheets = BTreeMap::from([(1, sheet(&[(10, total), (11, 12.0), (12, 18.0)])?)]);
            let laid = lay(&sheets, &breakdowns, &sums, &[], &HashSet::from([10]), &rule()?)?;
            let rests: Vec<(i64, bool, bool)> = laid
                .table
                .cells
                .iter()
                .filter(|cell| !cell.published)
                .map(|cell| (cell.value, cell.protection.is_some(), cell.held))
                .collect();
            assert_eq!((rests, laid.table.relations.len()), (hidden, 1));
        }
        Ok(())
    }

    #[test]
    fn a_month_that_was_not_delivered_is_protected_beside_its_quarter_and_its_year() -> Result<(), Fault> {
        let of = |cells: &[(&str, f64)]| -> Result<Laid, Fault> {
            let mut sheet = Sheet::default();
            for (period, amount) in cells {
                let address = Address { territory_id: 1, period: period.parse::<Period>()?, breakdown_id: 0 };
                sheet.insert(address, Raw::seal(*amount, None));
            }
            Ok(lay(
                &BTreeMap::from([(1, sheet)]),
                &HashMap::new(),
                &Sums::default(),
                &[],
                &HashSet::new(),
                &rule()?,
            )?)
        };
        let rests = |laid: &Laid| -> Vec<(i64, bool)> {
            let hidden = laid.table.cells.iter().filter(|cell| !cell.published);
            hidden.map(|cell| (cell.value, cell.protection.is_some())).collect()
        };
        let quarter = of(&[("2024-Q1", 40.0), ("2024-01", 20.0), ("2024-02", 18.0)])?;
        assert_eq!(rests(&quarter), [(2, true)]);
        let year = of(&[("2024", 90.0), ("2024-Q1", 40.0), ("2024-04", 20.0)])?;
        assert_eq!(rests(&year), [(30, false)], "quarters and months stand beside each other");
        let zero = of(&[("2024-Q1", 38.0), ("2024-01", 20.0), ("2024-02", 18.0)])?;
        assert_eq!((rests(&zero), zero.table.relations.len()), (vec![(0, false)], 1));
        assert!(
            zero.table.cells.iter().any(|cell| cell.frozen && !cell.published),
            "everybody may guess a zero"
        );
        let stock = of(&[("2024-Q1", 18.0), ("2024-01", 20.0)])?;
        assert_eq!(
            stock.table.relations.len(),
            0,
            "months that are more than the quarter are no parts of it"
        );
        Ok(())
    }

    /// Lays cells out: territory, period, breakdown, count. 10 is divided into 11, 12 and 13, 11 into 21 and 22; the
    /// breakdowns are F and M, 1 and 2, and their crossings.
    fn of_cells(cells: &[(i32, &str, i32, f64)]) -> Result<Result<Laid, LayError>, Fault> {
        let mut sheet = Sheet::default();
        for (territory_id, period, breakdown_id, amount) in cells {
            let period = period.parse::<Period>()?;
            let address = Address { territory_id: *territory_id, period, breakdown_id: *breakdown_id };
            sheet.insert(address, Raw::seal(*amount, None));
        }
        let keys: [&[(&str, &str)]; 9] = [
            &[],
            &[("SEXE", "F")],
            &[("SEXE", "M")],
            &[("AGE", "1")],
            &[("AGE", "2")],
            &[("SEXE", "F"), ("AGE", "1")],
            &[("SEXE", "F"), ("AGE", "2")],
            &[("SEXE", "M"), ("AGE", "1")],
            &[("SEXE", "M"), ("AGE", "2")],
        ];
        let keys = (0..).zip(keys).map(|(id, key)| Ok((id, Breakdown::of(key.iter().copied())?)));
        let breakdowns = keys.collect::<Result<HashMap<i32, Breakdown>, Fault>>()?;
        let sums = vec![(10, vec![11, 12, 13]), (11, vec![21, 22])];
        let sums = Sums { sums, ..Sums::default() };
        Ok(lay(&BTreeMap::from([(1, sheet)]), &breakdowns, &sums, &[], &HashSet::new(), &rule()?))
    }

    /// The hidden cells of a table, by address, with whether they are sensitive; every relation holds.
    fn hidden(laid: &Laid) -> Vec<(i32, String, i32, i64, bool)> {
        for relation in &laid.table.relations {
            let sum: i64 =
                relation.terms.iter().map(|(cell, by)| laid.table.cells[*cell as usize].value * by).sum();
            assert_eq!(sum, 0);
        }
        let cells = laid.keys.iter().zip(&laid.table.cells).filter(|(_, cell)| !cell.published);
        let told = cells.map(|(key, cell)| {
            let Address { territory_id, period, breakdown_id } = key.address;
            (territory_id, period.to_string(), breakdown_id, cell.value, cell.protection.is_some())
        });
        told.collect()
    }

    #[test]
    fn what_follows_by_another_way_is_one_cell_and_bound_by_every_sum() -> Result<(), Fault> {
        let year = |territory_id: i32, amount: f64| (territory_id, "2024", 0, amount);
        // A total that is not there, but all of its parts.
        let laid =
            of_cells(&[year(10, 90.0), year(12, 40.0), year(13, 20.0), year(21, 3.0), year(22, 27.0)])??;
        assert_eq!(hidden(&laid), [(11, "2024".to_owned(), 0, 30, false)]);
        assert_eq!(laid.table.relations.len(), 2);
        // The same along the year, and a part that only the difference gives.
        let laid = of_cells(&[
            (10, "2024-Q2", 0, 90.0),
            (12, "2024-Q2", 0, 40.0),
            (13, "2024-Q2", 0, 20.0),
            (11, "2024", 0, 130.0),
            (11, "2024-Q1", 0, 60.0),
            (11, "2024-Q3", 0, 3.0),
            (11, "2024-Q4", 0, 37.0),
        ])??;
        assert_eq!(hidden(&laid), [(11, "2024-Q2".to_owned(), 0, 30, false)]);
        assert_eq!(laid.table.relations.len(), 2);
        // Crossings without their margins.
        let crossed = [(1, "2024", 5, 3.0), (1, "2024", 6, 40.0), (1, "2024", 7, 50.0), (1, "2024", 8, 47.0)];
        let laid = of_cells(&[&crossed[..], &[(1, "2024", 0, 140.0)]].concat())??;
        let margins: Vec<(i32, i64)> =
            hidden(&laid).into_iter().map(|(_, _, breakdown, value, _)| (breakdown, value)).collect();
        assert_eq!(margins, [(1, 43), (2, 97), (3, 53), (4, 87)]);
        assert_eq!(laid.table.relations.len(), 6);
        // The difference of two rests is a number of its own.
        let laid = of_cells(&[
            (10, "2024-01", 0, 100.0),
            (10, "2024-02", 0, 120.0),
            (13, "2024-01", 0, 77.0),
            (13, "2024-02", 0, 60.0),
            (11, "2024-Q1", 0, 90.0),
            (11, "2024-02", 0, 40.0),
            (11, "2024-03", 0, 30.0),
            (12, "2024-02", 0, 20.0),
        ])??;
        let told = [(11, "2024-01".to_owned(), 0, 20, false), (12, "2024-01".to_owned(), 0, 3, true)];
        assert_eq!(hidden(&laid)[..2], told);
        Ok(())
    }

    #[test]
    fn parts_that_are_missing_where_several_sums_bind_them_are_refused() -> Result<(), Fault> {
        let year = |territory_id: i32, amount: f64| (territory_id, "2024", 0, amount);
        // Two are missing, and of one of them a part is there.
        let tangled = of_cells(&[year(10, 90.0), year(13, 20.0), year(21, 3.0)])?;
        assert!(matches!(tangled, Err(LayError::Incomplete { territory_id: 11, .. })));
        // Two are missing, and of one of them quarters are there: they are no more than what is left.
        let quarters =
            of_cells(&[year(10, 90.0), year(13, 83.0), (12, "2024-Q1", 0, 6.0), (12, "2024-Q2", 0, 1.0)])?;
        assert!(matches!(quarters, Err(LayError::Incomplete { territory_id: 12, .. })));
        // The same two are missing from two sums of their own.
        let twice = of_cells(&[
            (10, "2024-01", 0, 100.0),
            (13, "2024-01", 0, 77.0),
            (11, "2024-Q1", 0, 90.0),
            (11, "2024-03", 0, 30.0),
        ])?;
        assert!(matches!(twice, Err(LayError::Incomplete { territory_id: 11, .. })));
        let loose = of_cells(&[year(10, 90.0), year(13, 20.0)])??;
        assert_eq!(hidden(&loose), [(10, "2024".to_owned(), 0, 70, false)]);
        assert_eq!(loose.gaps.len(), 1);
        Ok(())
    }

    fn stored(stored: StoredRule<'_>) -> Result<Rule, Fault> {
        Ok(Rule::stored(StoredRule { code: "R", ..stored }, NaiveDate::default())?)
    }

    fn laid(cells: Vec<(i32, Raw)>, sums: &Sums, rule: &Rule) -> Result<Result<Laid, LayError>, Fault> {
        let mut sheet = Sheet::default();
        for (territory_id, raw) in cells {
            sheet.insert(Address { territory_id, period: Period::year(2024)?, breakdown_id: 0 }, raw);
        }
        let sheets = BTreeMap::from([(1, sheet)]);
        Ok(lay(&sheets, &HashMap::new(), sums, &[], &HashSet::new(), rule))
    }

    fn sensitive(laid: &Laid) -> Vec<i32> {
        let cells = laid.keys.iter().zip(&laid.table.cells).filter(|(_, cell)| cell.protection.is_some());
        cells.map(|(key, _)| key.address.territory_id).collect()
    }

    #[test]
    fn a_cell_of_which_one_contributor_holds_too_much_is_sensitive_and_an_unknown_share_refused()
    -> Result<(), Fault> {
        let rule = stored(StoredRule { dominance_percent: Some(85.0), ..StoredRule::default() })?;
        let of = |share: Option<f64>| Raw::seal(1_000.0, Some(9)).with_largest(share);
        let cells = vec![
            (1, of(Some(85.0))),
            (2, of(Some(85.04))),
            (3, of(Some(85.1))),
            (4, Raw::seal(1_000.0, Some(1)).with_largest(Some(100.0))),
            (5, Raw::seal_units(40.0, None)),
            (6, Raw::seal(0.0, Some(0))),
        ];
        let found = laid(cells, &Sums::default(), &rule)??;
        assert_eq!(sensitive(&found), [2, 3, 4], "rounded up, so that what is hardly above is above");
        let missing = laid(vec![(7, of(None))], &Sums::default(), &rule)?;
        assert!(matches!(missing, Err(LayError::Facts { territory_id: 7, .. })));
        Ok(())
    }

    #[test]
    fn territories_of_too_few_inhabitants_are_sensitive_and_unknown_ones_refused() -> Result<(), Fault> {
        let rule = stored(StoredRule { minimum_population: Some(5_000), ..StoredRule::default() })?
            .with_inhabitants(HashMap::from([(1, 9_000), (2, 4_999), (3, 5_000)]));
        let of = || Raw::seal(40.0, None);
        // The part -1 is all of 1 in one zone; of -2 nobody knows how many live there.
        let sums = Sums { sums: vec![(1, vec![-1]), (3, vec![-2, -3])], ..Sums::default() };
        let cells = [1, 2, 3, -1, -2].map(|territory_id| (territory_id, of()));
        // Nobody knows of -3 either, which is what is left of 3.
        assert_eq!(sensitive(&laid(Vec::from(cells), &sums, &rule)??), [-2, 2, -3]);
        let missing = laid(vec![(4, of())], &sums, &rule)?;
        assert!(matches!(missing, Err(LayError::Facts { territory_id: 4, .. })));
        Ok(())
    }

    #[test]
    fn a_part_that_is_more_than_its_whole_is_refused_without_quoting_it() -> Result<(), Fault> {
        let sheets = BTreeMap::from([(1, sheet(&[(10, 1_234.0)])?), (2, sheet(&[(10, 5_678.0)])?)]);
        let contained = [Containment { part_id: 2, whole_id: 1 }];
        let laid = lay(&sheets, &HashMap::new(), &Sums::default(), &contained, &HashSet::new(), &rule()?);
        let fault = laid.err().ok_or("it was laid")?;
        assert_eq!(fault, LayError::MoreThanWhole { part_id: 2, whole_id: 1, territory_id: 10 });
        assert!(!fault.to_string().contains("1234") && !fault.to_string().contains("5678"));
        Ok(())
    }
}
