//! Checks a delivery row by row, then as a whole.

use std::collections::{BTreeMap, HashMap};

use entity::types::Period;

use super::{
    binding::{Binding, bind},
    carry::carry,
    context::{Context, Subjects},
    harvest::Harvest,
    header::fault,
    inspection,
    issue::{Detail, Issue, IssueCode, Issues, MappingFault},
    mapping::Mapping,
    period,
    places::Places,
    words::{Words, unknown},
};
use crate::{
    geography::{FIRST_VINTAGE, LAST_VINTAGE, Vintage, passage::Passage},
    secrecy::{Masked, Sheet, table::CellKey},
};

/// A delivery that has been checked.
pub struct Checked {
    /// Every problem.
    pub issues: Issues,
    /// What was delivered; nothing when there is any error.
    pub delivery: Option<Delivery>,
}

/// A delivery without errors, ready to be staged.
pub struct Delivery {
    /// Number of the source.
    pub source_id: i32,
    /// Year of the release.
    pub period: Period,
    /// Geography of the territories; the one that they were carried into where that was asked for.
    pub vintage: Vintage,
    /// Generation of the priority neighbourhoods.
    pub generation: i32,
    /// True numbers by indicator, with parts and rests under negative territory numbers.
    pub sheets: BTreeMap<i32, Sheet>,
    /// Figures of a source whose producer has masked them already.
    pub masked_by_producer: Vec<(CellKey, Masked)>,
    /// Rows that were read.
    pub rows: u64,
    /// Categories that were left out beside others, and are zeros.
    pub zeros: usize,
}

/// Checks a delivery: [`header`](Self::header), every [`row`](Self::row), [`finish`](Self::finish).
pub struct Checker<'a> {
    pub(super) context: Context<'a>,
    mapping: Mapping,
    pub(super) issues: Issues,
    pub(super) words: Option<Words<'a>>,
    pub(super) vintage: Option<Vintage>,
    /// A later one that the figures are carried into.
    carry_to: Option<Vintage>,
    pub(super) binding: Option<Binding<'a>>,
    pub(super) places: Option<Places<'a>>,
    pub(super) harvest: Harvest,
    /// Year of the release, once it is known.
    pub(super) year: Option<i32>,
    rows: u64,
    /// The line that was read last.
    last_line: Option<u64>,
}

/// So many issues are no slips: the file is another than it is said to be.
const HOPELESS: u64 = 100_000;

impl<'a> Checker<'a> {
    /// A checker for a file of a mapping; what is wrong with the mapping by itself is found here.
    #[must_use]
    pub fn new(context: Context<'a>, mapping: Mapping) -> Self {
        let mut issues = Issues::default();
        let catalogue = context.catalogue;
        let source = catalogue.source_by_code(&mapping.source);
        if source.is_none() {
            let known = catalogue.sources().iter().map(|source| source.code.as_str());
            issues.push(unknown(IssueCode::UnknownSource, &mapping.source, known));
        }
        let words = source
            .map(|known| Words::new(catalogue, known, mapping.indicators.clone(), mapping.codes.clone()));
        words.iter().flat_map(Words::check_translations).for_each(|issue| issues.push(issue));
        let vintage = Vintage::of_year(mapping.vintage).ok();
        if vintage.is_none() {
            let name = Some(mapping.vintage.to_string());
            let nearest = (FIRST_VINTAGE..=LAST_VINTAGE).map(|year| year.to_string()).collect();
            let detail = Detail::Unknown { name, nearest, more: false };
            issues.push(Issue::new(IssueCode::UnknownVintage, detail));
        }
        let carry_to = mapping.carry_to.and_then(|year| Vintage::of_year(year).ok());
        let later = carry_to.zip(vintage).is_some_and(|(to, from)| to > from);
        if mapping.carry_to.is_some() && vintage.is_some() && !later {
            issues.push(fault(MappingFault::CarryTo));
        }
        if mapping.generation.is_some_and(|generation| ![2015, 2024].contains(&generation)) {
            issues.push(fault(MappingFault::Generation));
        }
        let fixed = mapping.fixed_period.as_deref().map(period::read);
        let year = context.year.or_else(|| Some(fixed.as_ref()?.as_ref().ok()?.calendar_year()));
        if let Some(Err(issue)) = fixed {
            issues.push(issue.within("fixed_period"));
        }
        Self {
            context,
            mapping,
            issues,
            words,
            vintage,
            carry_to,
            binding: None,
            places: None,
            harvest: Harvest::default(),
            year,
            rows: 0,
            last_line: None,
        }
    }

    /// Takes the names of the columns.
    pub fn header(&mut self, columns: &[String]) {
        let Some(words) = &self.words else { return };
        let (binding, issues) = bind(&self.mapping, columns, words, self.context.year);
        self.binding = binding;
        issues.into_iter().for_each(|issue| self.issues.push(issue));
    }

    /// Takes a row; `line` is where it stands in the file. An empty row is none.
    pub fn row(&mut self, line: u64, fields: &[&str]) {
        if fields.iter().all(|field| field.trim().is_empty()) {
            return;
        }
        self.rows += 1;
        self.last_line = Some(line);
        if let Some(binding) = self.binding.take() {
            self.read(line, fields, &binding);
            self.binding = Some(binding);
        }
    }

    /// Whether there is so much wrong that it is of no use to read on.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.issues.total() >= HOPELESS
    }

    /// What there are numbers of in the rows so far.
    #[must_use]
    pub fn subjects(&self) -> Subjects {
        let mut subjects = Subjects::default();
        for CellKey { indicator_id, address } in self.harvest.lines.keys() {
            subjects.indicators.insert(*indicator_id);
            subjects.territories.insert(address.territory_id);
        }
        subjects
    }

    /// Checks the delivery as a whole, also beside the figures that its source [shows last](Self::subjects).
    #[must_use]
    pub fn finish(mut self, last: &HashMap<CellKey, f64>) -> Checked {
        if self.rows == 0 {
            self.issues.push(Issue::new(IssueCode::NoRows, Detail::None));
        }
        let hopeless = self.is_hopeless();
        if hopeless {
            self.issues.push(Issue::new(IssueCode::TooManyIssues, Detail::None).at(self.last_line));
        }
        if let (Some(words), Some(places), false) = (&self.words, &self.places, hopeless) {
            let found = inspection::inspect(&mut self.harvest, words, places, last);
            self.issues.push_in_order(found);
        }
        self.carry();
        let issues = std::mem::take(&mut self.issues).in_order();
        let delivery = if issues.has_errors() { None } else { self.delivery() };
        Checked { issues, delivery }
    }

    /// Carries the figures into a later geography, where one is asked for: checked in that of the file, they are
    /// staged in the later one.
    fn carry(&mut self) {
        let (Some(words), Some(places), Some(to)) = (&self.words, &self.places, self.carry_to) else {
            return;
        };
        let later = Places::new(self.context.gazetteer, to, places.generation);
        let change = Passage::between(self.context.gazetteer, places.vintage, to);
        let found = carry(&mut self.harvest, words, (places, &later), &change);
        self.issues.push_in_order(found);
        self.places = Some(later);
    }

    fn delivery(self) -> Option<Delivery> {
        let places = self.places?;
        Some(Delivery {
            source_id: self.words?.source.id,
            period: Period::year(self.year?).ok()?,
            vintage: places.vintage,
            generation: places.generation,
            sheets: self.harvest.sheets,
            masked_by_producer: self.harvest.masked,
            rows: self.rows,
            zeros: self.harvest.zeros.len(),
        })
    }

    /// What every row has in common where no column says it.
    pub(super) fn fixed(&self) -> (Option<&str>, Option<&str>) {
        (self.mapping.fixed_period.as_deref(), self.mapping.fixed_indicator.as_deref())
    }

    /// Territories of the mapping's geography; neighbourhoods by the year as far as it is known by now.
    pub(super) fn survey(&mut self) {
        let Some(vintage) = self.vintage else { return };
        let by_year = || period::generation(self.year.unwrap_or(vintage.year()));
        let generation = self.mapping.generation.unwrap_or_else(by_year);
        if self.places.as_ref().is_none_or(|places| places.generation != generation) {
            self.places = Some(Places::new(self.context.gazetteer, vintage, generation));
        }
    }
}
