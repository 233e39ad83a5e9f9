//! Reads the rows of a delivery: every field is held against what exists, and every problem of a row is found.

use entity::types::{Breakdown, Period};

use super::{
    binding::{Binding, Body, Long, Target},
    check::Checker,
    harvest::Fields,
    header::Column,
    issue::{Detail, Issue, IssueCode, Subject},
    period,
    places::Place,
};
use crate::{
    catalogue::Indicator,
    secrecy::{Address, table::CellKey},
};

/// What is known of a row so far.
#[derive(Default)]
struct Row<'a> {
    place: Option<Place>,
    indicator: Option<&'a Indicator>,
    period: Option<Period>,
    breakdown: Option<(i32, Breakdown)>,
}

fn field<'f>(fields: &[&'f str], column: &Column) -> &'f str {
    fields.get(column.at).copied().unwrap_or_default()
}

impl<'a> Checker<'a> {
    /// Reads a row.
    pub(super) fn read(&mut self, line: u64, fields: &[&str], binding: &Binding<'a>) {
        match &binding.body {
            Body::Long(long) => self.read_long(line, fields, &binding.territory, long),
            Body::Wide(columns) => self.read_wide(line, fields, &binding.territory, columns),
        }
    }

    fn read_long(&mut self, line: u64, fields: &[&str], territory: &Column, long: &Long) {
        let mut row = Row::default();
        let (fixed_period, fixed_indicator) = self.fixed();
        let period_text =
            long.period.as_ref().map_or(fixed_period.unwrap_or_default(), |at| field(fields, at));
        let period = period_of(period_text);
        let indicator_text = fixed_indicator.map(str::to_owned);
        let period = period.and_then(|period| self.of_release(period, &mut row));
        let mut issues: Vec<Issue> = in_column(period.err(), long.period.as_ref()).collect();
        self.survey();
        let value_text = field(fields, &long.value);
        let place = self.place(field(fields, territory));
        match place {
            Ok(place) => row.place = place,
            Err(issue) => issues.push(issue.within(&territory.name)),
        }
        if let Some(words) = &mut self.words {
            let text = long.indicator.as_ref().map(|at| field(fields, at));
            match words.indicator(text.or(indicator_text.as_deref()).unwrap_or_default()) {
                Ok(indicator) => row.indicator = Some(indicator),
                Err(issue) => issues.extend(in_column(Some(issue), long.indicator.as_ref())),
            }
            let pairs = long.dimensions.iter().map(|(dimension, at)| (dimension.as_str(), field(fields, at)));
            match words.breakdown(row.indicator, pairs) {
                Ok(breakdown) => row.breakdown = Some(breakdown),
                Err(found) => issues.extend(found.into_iter().map(|(dimension, issue)| {
                    let named = |known: &str| long.dimensions.iter().find(|(code, _)| code == known);
                    match dimension.and_then(named) {
                        Some((_, column)) => issue.within(&column.name),
                        None => issue,
                    }
                })),
            }
        }
        issues.extend(self.too_fine(&row).map(|issue| issue.within(&territory.name)));
        let pair =
            |column: &'_ Option<Column>| column.as_ref().map(|at| (at.name.clone(), field(fields, at)));
        let (contributors, largest) = (pair(&long.contributors), pair(&long.largest));
        let texts = Fields {
            column: &long.value.name,
            value: value_text,
            contributors: contributors.as_ref().map(|(name, text)| (name.as_str(), *text)),
            largest: largest.as_ref().map(|(name, text)| (name.as_str(), *text)),
            confidentiality: long.confidentiality.as_ref().map_or("", |at| field(fields, at)),
        };
        issues.extend(self.take(line, &row, !issues.is_empty(), &texts));
        issues.extend(in_column(self.ahead(&row), long.period.as_ref()));
        if !issues.is_empty() {
            self.say(line, &self.subject(&row), issues);
        }
    }

    fn read_wide(
        &mut self,
        line: u64,
        fields: &[&str],
        territory: &Column,
        columns: &[(Column, Target<'a>)],
    ) {
        if let Some((_, first)) = columns.first() {
            self.year.get_or_insert(first.period.calendar_year());
        }
        self.survey();
        let place = match self.place(field(fields, territory)) {
            Ok(place) => place,
            Err(issue) => {
                let subject = (*issue.subject).clone();
                return self.say(line, &subject, vec![issue.within(&territory.name)]);
            }
        };
        for (column, target) in columns {
            let mut row = Row {
                place,
                indicator: Some(target.indicator),
                period: None,
                breakdown: Some((target.breakdown_id, target.breakdown.clone())),
            };
            let outside = self.of_release(target.period, &mut row).err();
            let mut issues: Vec<Issue> = in_column(outside, Some(column)).collect();
            issues.extend(self.too_fine(&row).map(|issue| issue.within(&column.name)));
            let texts = Fields {
                column: &column.name,
                value: field(fields, column),
                contributors: None,
                largest: None,
                confidentiality: "",
            };
            issues.extend(self.take(line, &row, !issues.is_empty(), &texts));
            issues.extend(in_column(self.ahead(&row), Some(column)));
            if !issues.is_empty() {
                self.say(line, &self.subject(&row), issues);
            }
        }
    }

    /// Takes the cell of a row in, or reads its value all the same where the row is refused.
    fn take(&mut self, line: u64, row: &Row<'a>, refused: bool, texts: &Fields<'_>) -> Vec<Issue> {
        let (Some(place), Some(indicator)) = (row.place, row.indicator) else {
            return unread(texts).into_iter().collect();
        };
        let (Some(words), Some(period), Some((breakdown_id, _)), false) =
            (&self.words, row.period, &row.breakdown, refused)
        else {
            self.harvest.damaged.insert((indicator.id, place.id));
            return unread(texts).into_iter().collect();
        };
        let address = Address { territory_id: place.id, period, breakdown_id: *breakdown_id };
        let key = CellKey { indicator_id: indicator.id, address };
        self.harvest.take((line, key), indicator, words.demands, texts)
    }

    /// The year of the release is that of the first row where nobody says it.
    fn of_release(&mut self, period: Period, row: &mut Row<'a>) -> Result<(), Issue> {
        let year = *self.year.get_or_insert(period.calendar_year());
        row.period = Some(period);
        period::of_release(period, year).map(|_| ())
    }

    /// The territory of a field; of an unknown geography nothing is found, and that has been said.
    fn place(&mut self, text: &str) -> Result<Option<Place>, Issue> {
        self.places.as_mut().map(|places| places.find(text)).transpose()
    }

    /// A period that has not begun.
    fn ahead(&self, row: &Row<'a>) -> Option<Issue> {
        let ahead = row.period.is_some_and(|period| period::is_ahead(period, self.context.today));
        ahead.then(|| Issue::new(IssueCode::PeriodAhead, Detail::None))
    }

    /// A territory finer than the indicator goes; a part belongs to confidential figures alone.
    fn too_fine(&self, row: &Row<'a>) -> Option<Issue> {
        let (place, indicator) = (row.place?, row.indicator?);
        let hidden = place.id < 0 && self.words.as_ref().is_some_and(|words| !words.demands.confidential);
        let fine = hidden || !place.level.is_reached_by(indicator.finest_level);
        let level = indicator.finest_level.word();
        fine.then(|| Issue::new(IssueCode::LevelTooFine, Detail::Finest { level }))
    }

    fn subject(&self, row: &Row<'a>) -> Subject {
        let breakdown = row.breakdown.as_ref().map(|(_, breakdown)| breakdown.to_string());
        Subject {
            territory: row.place.and_then(|place| self.places.as_ref()?.code(place.id)),
            indicator: row.indicator.map(|indicator| indicator.code.to_string()),
            period: row.period.map(|period| period.to_string()),
            breakdown: breakdown.filter(|text| !text.is_empty()),
        }
    }

    /// Says the issues of a row, with all that is known of it.
    fn say(&mut self, line: u64, subject: &Subject, issues: Vec<Issue>) {
        for issue in issues {
            let own = (*issue.subject).clone();
            let known = Subject {
                territory: own.territory.or_else(|| subject.territory.clone()),
                indicator: own.indicator.or_else(|| subject.indicator.clone()),
                period: own.period.or_else(|| subject.period.clone()),
                breakdown: own.breakdown.or_else(|| subject.breakdown.clone()),
            };
            self.issues.push(issue.at(line).about(known));
        }
    }
}

fn period_of(text: &str) -> Result<Period, Issue> {
    if text.trim().is_empty() {
        return Err(Issue::new(IssueCode::EmptyField, Detail::None));
    }
    period::read(text)
}

fn in_column(issue: Option<Issue>, column: Option<&Column>) -> impl Iterator<Item = Issue> {
    issue.into_iter().map(move |issue| match column {
        Some(column) => issue.within(&column.name),
        None => issue,
    })
}

/// What is wrong with the value of a row that is refused anyway.
fn unread(texts: &Fields<'_>) -> Option<Issue> {
    let wrong = delivery_reader::value(texts.value).is_err();
    wrong.then(|| Issue::new(IssueCode::NotANumber, Detail::None).within(texts.column))
}
