//! The cells of a delivery: true numbers sealed as soon as they are parsed, open figures as their producer shows them.

use std::collections::{BTreeMap, HashMap, HashSet};

use delivery_reader::{Sign, Value, value};
use entity::types::{Measure, Period, Withheld};

use super::{
    issue::{Detail, Fact, Issue, IssueCode},
    rules::Demands,
};
use crate::{
    catalogue::Indicator,
    secrecy::{Masked, Raw, Sheet, table::CellKey},
};

/// The fields of a cell.
pub(super) struct Fields<'t> {
    /// Name of the column of the value.
    pub column: &'t str,
    /// The value.
    pub value: &'t str,
    /// Name of a column and its field: units behind the cell.
    pub contributors: Option<(&'t str, &'t str)>,
    /// Name of a column and its field: share of the largest of them.
    pub largest: Option<(&'t str, &'t str)>,
    /// The field that says that the value is withheld.
    pub confidentiality: &'t str,
}

/// What has been taken in.
#[derive(Default)]
pub(super) struct Harvest {
    pub sheets: BTreeMap<i32, Sheet>,
    pub masked: Vec<(CellKey, Masked)>,
    /// The line of each cell.
    pub lines: BTreeMap<CellKey, u64>,
    /// The column of the values of an indicator, a breakdown and a period.
    columns: HashMap<(i32, i32, Period), String>,
    /// Indicators and territories of which a row could not be read: what is missing there has been said.
    pub damaged: HashSet<(i32, i32)>,
    /// The column of each cell that the provider masked.
    pub premasked: BTreeMap<CellKey, String>,
    /// Cells that the provider says it has no number of: no zeros.
    pub unavailable: HashSet<CellKey>,
    /// Zeros that were left out and written.
    pub zeros: HashSet<CellKey>,
    /// Facts of indicators that the file has no column for: said once.
    lacking: HashSet<(i32, Fact)>,
}

/// Words of SDMX for a value that is withheld as confidential.
const CONFIDENTIAL: [&str; 2] = ["C", "N"];

impl Harvest {
    /// Takes a cell in; its issues, without their line and subject.
    pub fn take(
        &mut self,
        (line, key): (u64, CellKey),
        indicator: &Indicator,
        demands: Demands,
        fields: &Fields<'_>,
    ) -> Vec<Issue> {
        let read = value(fields.value).map(|read| match read {
            Value::Withheld(Sign::NotAvailable) if CONFIDENTIAL.contains(&fields.confidentiality.trim()) => {
                Value::Withheld(Sign::Secret)
            }
            read => read,
        });
        let issues = match read {
            Err(_) => vec![issue(IssueCode::NotANumber, fields.column)],
            Ok(read) if demands.confidential => self.seal((line, key), indicator, demands, &read, fields),
            Ok(read) => {
                let issues = self.place(line, key, fields.column);
                if issues.is_empty() {
                    self.masked.push((key, masked(&read)));
                }
                issues
            }
        };
        if !issues.is_empty() {
            self.damaged.insert((key.indicator_id, key.address.territory_id));
        }
        issues
    }

    fn seal(
        &mut self,
        (line, key): (u64, CellKey),
        indicator: &Indicator,
        demands: Demands,
        read: &Value,
        fields: &Fields<'_>,
    ) -> Vec<Issue> {
        let amount = match read {
            Value::Number(amount) => *amount,
            // Whoever protects the others has to know the true value: it may follow from them.
            Value::Withheld(Sign::Secret | Sign::NotSignificant) => {
                let issues = self.place(line, key, fields.column);
                if issues.is_empty() {
                    self.premasked.insert(key, fields.column.to_owned());
                }
                return issues;
            }
            Value::Withheld(Sign::NotAvailable | Sign::NotApplicable) => {
                self.unavailable.insert(key);
                return Vec::new();
            }
        };
        let (contributors, mut issues) = contributors(fields.contributors);
        let (largest, wrong) = largest(fields.largest);
        issues.extend(wrong);
        // A sign instead of the number of units says that it is another one, which nobody tells.
        let untold =
            contributors.is_none() && fields.contributors.is_some_and(|(_, text)| !text.trim().is_empty());
        let counts_itself = indicator.measure == Measure::Count && !untold;
        let of_units = counts_itself
            && largest.is_none()
            && contributors.is_none_or(|contributors| f64::from(contributors) >= amount);
        let raw = if of_units {
            Raw::seal_units(amount, contributors)
        } else {
            Raw::seal(amount, contributors).with_largest(largest)
        };
        for fact in demands.facts(counts_itself, of_units) {
            let (field, known) = match fact {
                Fact::Contributors => (fields.contributors, contributors.is_some()),
                Fact::LargestShare => (fields.largest, largest.is_some()),
            };
            let said = || Issue::new(IssueCode::MissingFact, Detail::Fact { fact });
            let wrong = |column: &str| issues.iter().any(|issue| issue.column.as_deref() == Some(column));
            match field {
                Some((column, _)) if !known && !wrong(column) => issues.push(said().within(column)),
                Some(_) => {}
                None if self.lacking.insert((indicator.id, fact)) => issues.push(said()),
                None => {}
            }
        }
        issues.extend(self.place(line, key, fields.column));
        if issues.is_empty() {
            self.sheets.entry(key.indicator_id).or_default().insert(key.address, raw);
        }
        issues
    }

    /// The column that a cell came from; none for what was derived.
    pub fn column(&self, key: &CellKey) -> Option<&str> {
        self.columns.get(&values(key)).filter(|_| self.lines.contains_key(key)).map(String::as_str)
    }

    /// Keeps the line of a cell; an issue where it has one already.
    fn place(&mut self, line: u64, key: CellKey, column: &str) -> Vec<Issue> {
        if let Some(first) = self.lines.get(&key) {
            let detail = Detail::First { line: *first };
            return vec![Issue::new(IssueCode::DuplicateCell, detail).within(column)];
        }
        self.lines.insert(key, line);
        self.columns.entry(values(&key)).or_insert_with(|| column.to_owned());
        Vec::new()
    }
}

/// What the values of one column have in common.
const fn values(key: &CellKey) -> (i32, i32, Period) {
    (key.indicator_id, key.address.breakdown_id, key.address.period)
}

fn issue(code: IssueCode, column: &str) -> Issue {
    Issue::new(code, Detail::None).within(column)
}

/// A figure as its producer shows it.
fn masked(read: &Value) -> Masked {
    match read {
        Value::Number(number) => Masked::from_columns(Some(*number), None),
        Value::Withheld(sign) => Masked::withheld(match sign {
            Sign::Secret => Withheld::StatisticalSecrecy,
            Sign::NotAvailable => Withheld::NotCollected,
            Sign::NotApplicable => Withheld::NotApplicable,
            Sign::NotSignificant => Withheld::NotSignificant,
        }),
    }
}

/// How many units stand behind a cell.
fn contributors(field: Option<(&str, &str)>) -> (Option<u32>, Vec<Issue>) {
    let Some((column, text)) = field else { return (None, Vec::new()) };
    match value(text) {
        Ok(Value::Number(number)) if number.fract() == 0.0 && (0.0..MOST).contains(&number) => {
            (Some(number as u32), Vec::new())
        }
        Ok(Value::Number(_)) => (None, vec![issue(IssueCode::ContributorsContradict, column)]),
        Ok(Value::Withheld(_)) => (None, Vec::new()),
        Err(_) => (None, vec![issue(IssueCode::NotANumber, column)]),
    }
}

/// More units than this are not counted.
const MOST: f64 = 4_000_000_000.0;

/// The share of the largest contributor, in per cent.
fn largest(field: Option<(&str, &str)>) -> (Option<f64>, Option<Issue>) {
    let Some((column, text)) = field else { return (None, None) };
    match value(text) {
        Ok(Value::Number(share)) if (0.0..=100.0).contains(&share) => (Some(share), None),
        Ok(Value::Number(_)) => (None, Some(issue(IssueCode::ContributorsContradict, column))),
        Ok(Value::Withheld(_)) => (None, None),
        Err(_) => (None, Some(issue(IssueCode::NotANumber, column))),
    }
}
