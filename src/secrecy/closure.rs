//! What follows from the numbers of a delivery by one sum: totals of parts that are all there, and the only part of a sum
//! that is not. Whoever has the delivery's figures works the same out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::{Breakdown, Period, PeriodKind};

use super::{Address, Raw, Sheet, inspect};

/// A total and all of its parts, where they stand.
pub(super) struct Sum {
    /// The total.
    pub total: Address,
    /// Its parts.
    pub parts: Vec<Address>,
}

/// How the cells of a sheet hang together.
#[derive(Clone, Copy)]
pub(super) struct Structure<'a> {
    /// Territories and what they are divided into.
    pub sums: &'a [(i32, Vec<i32>)],
    /// Breakdowns by number.
    pub breakdowns: &'a BTreeMap<i32, &'a Breakdown>,
}

/// The numbers of a sheet, and those that follow from them.
pub(super) struct Closed<'s> {
    sheet: &'s Sheet,
    /// What follows, in order.
    pub derived: BTreeMap<Address, Raw>,
    /// What of it follows only where categories that are not there are zeros.
    pub presumed: BTreeSet<Address>,
}

/// What follows, and whether only where categories that are not there are zeros.
type Following = BTreeMap<Address, (Raw, bool)>;

impl<'s> Closed<'s> {
    /// Works out all that follows. Parts that are more than their total are no parts of it.
    pub fn of(sheet: &'s Sheet, structure: &Structure<'_>) -> Self {
        let mut closed = Self { sheet, derived: BTreeMap::new(), presumed: BTreeSet::new() };
        loop {
            let known: BTreeSet<Address> = closed.addresses().collect();
            let mut found: Following = structure.margins(&known, &closed);
            for sum in structure.sums_of(&known) {
                let absent: Vec<&Address> = sum.parts.iter().filter(|part| !known.contains(part)).collect();
                let parts: Vec<&Raw> = sum.parts.iter().filter_map(|part| closed.get(part)).collect();
                let mut around = sum.parts.iter().chain([&sum.total]);
                let presumed = around.any(|address| closed.presumed.contains(address));
                match (closed.get(&sum.total), absent.as_slice(), parts.split_first()) {
                    (None, [], Some((first, others))) => {
                        found.entry(sum.total).or_insert_with(|| (inspect::sum(first, others), presumed));
                    }
                    (Some(total), [only], Some(_)) => {
                        if let Some(rest) = inspect::rest(total, &parts) {
                            found.entry(**only).or_insert((rest, presumed));
                        }
                    }
                    _ => {}
                }
            }
            if found.is_empty() {
                return closed;
            }
            for (address, (raw, presumed)) in found {
                closed.derived.insert(address, raw);
                if presumed {
                    closed.presumed.insert(address);
                }
            }
        }
    }

    /// The number at an address, delivered or derived.
    pub fn get(&self, address: &Address) -> Option<&Raw> {
        self.sheet.get(address).or_else(|| self.derived.get(address))
    }

    /// Every number, delivered or derived.
    pub fn all(&self) -> impl Iterator<Item = (Address, &Raw)> {
        self.sheet.in_order().chain(&self.derived).map(|(address, raw)| (*address, raw))
    }

    /// Where numbers are known.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        self.all().map(|(address, _)| address)
    }
}

impl Structure<'_> {
    /// Sums of territories and of periods that touch what is known.
    pub fn sums_of(&self, known: &BTreeSet<Address>) -> Vec<Sum> {
        let mut found = Vec::new();
        let lines: BTreeSet<(Period, i32)> =
            known.iter().map(|address| (address.period, address.breakdown_id)).collect();
        for (period, breakdown_id) in lines {
            let at = |territory_id: i32| Address { territory_id, period, breakdown_id };
            for (total, parts) in self.sums {
                let parts: Vec<Address> = parts.iter().map(|part| at(*part)).collect();
                if parts.iter().any(|part| known.contains(part)) {
                    found.push(Sum { total: at(*total), parts });
                }
            }
        }
        let years: BTreeSet<Address> = known.iter().filter_map(year_of).collect();
        for year in years {
            let quarters: Vec<Address> =
                (1..=4).filter_map(|of| at(&year, PeriodKind::Quarter(of))).collect();
            for quarter in &quarters {
                let months = self.months(quarter);
                if months.iter().any(|month| known.contains(month)) {
                    found.push(Sum { total: *quarter, parts: months });
                }
            }
            found.push(Sum { total: year, parts: quarters });
        }
        found
    }

    /// Margins that are not there, from the categories of one dimension that are; others are zeros.
    fn margins(&self, known: &BTreeSet<Address>, closed: &Closed<'_>) -> Following {
        let by_key: BTreeMap<String, i32> =
            self.breakdowns.iter().map(|(id, breakdown)| (breakdown.to_string(), *id)).collect();
        let mut parts: BTreeMap<(Address, &str), Vec<&Address>> = BTreeMap::new();
        for address in known {
            let Some(breakdown) = self.breakdowns.get(&address.breakdown_id) else { continue };
            for (dimension, _) in breakdown.categories() {
                let rest = breakdown.categories().filter(|(other, _)| *other != dimension);
                let margin = Breakdown::of(rest).ok().and_then(|rest| by_key.get(&rest.to_string()).copied());
                let Some(breakdown_id) = margin else { continue };
                let margin = Address { breakdown_id, ..*address };
                if !known.contains(&margin) {
                    parts.entry((margin, dimension)).or_default().push(address);
                }
            }
        }
        let dimensions = dimensions(self.breakdowns.values().copied());
        let is_whole = |(dimension, parts): &(&str, Vec<&Address>)| {
            dimensions.get(dimension).is_some_and(|all| all.len() == parts.len())
        };
        let mut by_margin: BTreeMap<Address, Vec<(&str, Vec<&Address>)>> = BTreeMap::new();
        for ((margin, dimension), parts) in parts {
            by_margin.entry(margin).or_default().push((dimension, parts));
        }
        let mut found = BTreeMap::new();
        for (margin, ways) in by_margin {
            // All dimensions give the same: the first of which nothing need be presumed.
            let Some(way) = ways.iter().find(|way| is_whole(way)).or(ways.first()) else { continue };
            let raws: Vec<&Raw> = way.1.iter().filter_map(|part| closed.get(part)).collect();
            if let Some((first, others)) = raws.split_first() {
                let presumed = !is_whole(way) || way.1.iter().any(|part| closed.presumed.contains(part));
                found.insert(margin, (inspect::sum(first, others), presumed));
            }
        }
        found
    }

    /// Whether a breakdown is among the categories of another one, or is it.
    pub fn holds(&self, wide: i32, narrow: i32) -> bool {
        let categories = |id: i32| self.breakdowns.get(&id).map(|breakdown| breakdown.categories());
        match (categories(wide), categories(narrow)) {
            (Some(mut wide), Some(narrow)) => {
                let narrow: BTreeSet<(&str, &str)> = narrow.collect();
                wide.all(|category| narrow.contains(&category))
            }
            _ => wide == narrow,
        }
    }

    /// The months of a quarter; none of another period.
    pub fn months(&self, quarter: &Address) -> Vec<Address> {
        match quarter.period.kind() {
            PeriodKind::Quarter(of) => {
                (of * 3 - 2..=of * 3).filter_map(|month| at(quarter, PeriodKind::Month(month))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The categories of each dimension.
pub(super) fn dimensions<'b>(
    breakdowns: impl Iterator<Item = &'b Breakdown>,
) -> HashMap<&'b str, BTreeSet<&'b str>> {
    let mut found: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (dimension, category) in breakdowns.flat_map(Breakdown::categories) {
        found.entry(dimension).or_default().insert(category);
    }
    found
}

fn at(like: &Address, kind: PeriodKind) -> Option<Address> {
    Some(Address { period: Period::new(like.period.calendar_year(), kind).ok()?, ..*like })
}

/// Whether a period lies in another one, or is it.
pub(super) fn holds(wide: Period, narrow: Period) -> bool {
    let quarter = match narrow.kind() {
        PeriodKind::Month(month) => Some(PeriodKind::Quarter((month - 1) / 3 + 1)),
        PeriodKind::Quarter(_) | PeriodKind::Year => None,
    };
    let same_year = wide.calendar_year() == narrow.calendar_year();
    let kind = wide.kind();
    same_year && (kind == narrow.kind() || kind == PeriodKind::Year || Some(kind) == quarter)
}

/// The quarter and the year that a period lies in.
pub(super) fn wider(period: Period) -> Vec<Period> {
    let kinds = match period.kind() {
        PeriodKind::Year => Vec::new(),
        PeriodKind::Quarter(_) => vec![PeriodKind::Year],
        PeriodKind::Month(month) => vec![PeriodKind::Quarter((month - 1) / 3 + 1), PeriodKind::Year],
    };
    kinds.into_iter().filter_map(|kind| Period::new(period.calendar_year(), kind).ok()).collect()
}

/// The year of a quarter or month; none where nothing of it is divided.
fn year_of(address: &Address) -> Option<Address> {
    (address.period.kind() != PeriodKind::Year).then(|| at(address, PeriodKind::Year)).flatten()
}

#[cfg(test)]
mod tests;
