//! A small catalogue with breaks, a gazetteer with a merger, and tables of whatever is told.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::types::{
    Audience, Breakdown, IndicatorCode, Level, Measure, PartnerCode, Period, TerritoryCode, Theme, Unit,
    Withheld,
};

use crate::{
    auth::Access,
    catalogue::{self, Catalogue, Category, Dimension, Indicator, SeriesBreak, Source, Text},
    geography::{self, Gazetteer, Territory},
    language::Language,
    present::{Axis, Grid, Layout, Members, Names, Question},
    secrecy::{Masked, disclose},
    store::{FigureKey, Told},
};

/// The in-work benefit, whose series breaks in 2016.
pub const BENEFIT: i32 = 1;
/// Jobseekers, by age; their series breaks in 2025.
pub const JOBSEEKERS: i32 = 2;
/// The share of those who have sought one for long: no break of its own.
pub const LONG_TERM: i32 = 3;
/// Inhabitants: no break.
pub const POPULATION: i32 = 4;

/// Two communes, and one that was formed of two others in 2019.
pub const DIJON: i32 = 1;
pub const CHENOVE: i32 = 2;
pub const MERGED: i32 = 3;

/// What tables are made of.
pub struct Material {
    pub catalogue: Catalogue,
    pub gazetteer: Gazetteer,
}

impl Material {
    pub fn names(&self, language: Language) -> Names<'_> {
        Names { catalogue: &self.catalogue, gazetteer: &self.gazetteer, language }
    }
}

pub fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn text(french: &str, english: &str) -> Text {
    Text { french: french.to_owned(), english: english.to_owned() }
}

fn indicator(id: i32, code: &str, label: Text, (unit, measure): (Unit, Measure)) -> Indicator {
    Indicator {
        id,
        code: IndicatorCode::parse(code).unwrap(),
        definition: label.clone(),
        label,
        theme: Theme::Employment,
        unit,
        measure,
        source_id: 1,
        additive: measure == Measure::Count,
        finest_level: Level::Commune,
        dimensions: Vec::new(),
        numerator: None,
        part_of: None,
        denominator: None,
        precautions: None,
        decimals: None,
        breaks: Vec::new(),
    }
}

pub fn material() -> Material {
    let broken = |at: &str, french: &str, english: &str| {
        vec![SeriesBreak { period: period(at), reason: text(french, english) }]
    };
    let count = (Unit::Persons, Measure::Count);
    let mut benefit = indicator(BENEFIT, "PRE09", text("Prime d’activité", "In-work benefit"), count);
    benefit.breaks = broken("2016", "Elle remplace le RSA activité.", "It replaces the RSA activité.");
    let mut jobseekers = indicator(JOBSEEKERS, "EMP02", text("Demandeurs d’emploi", "Jobseekers"), count);
    jobseekers.breaks = broken("2025", "Tous sont inscrits.", "All are registered.");
    jobseekers.dimensions = vec!["AGE".to_owned()];
    let rate = (Unit::Percent, Measure::Rate);
    let mut long_term = indicator(LONG_TERM, "EMP03", text("De longue durée", "Long-term"), rate);
    long_term.numerator = Some((jobseekers.code.clone(), Breakdown::default()));
    long_term.denominator = Some(jobseekers.code.clone());
    let population = indicator(POPULATION, "DEM01", text("Population", "Population"), count);
    let category = |code: &str, label: Text| Category {
        dimension: "AGE".to_owned(),
        code: code.to_owned(),
        label,
        parent: None,
    };
    let age = Dimension {
        code: "AGE".to_owned(),
        label: text("Âge", "Age"),
        categories: vec![
            category("MOINS_25", text("Moins de 25 ans", "Under 25")),
            category("25_PLUS", text("25 ans et plus", "25 and over")),
        ],
    };
    let source = Source {
        id: 1,
        code: "SOURCE".to_owned(),
        label: text("Source d’essai", "Source of a test"),
        provider: PartnerCode::parse("CAF21").unwrap(),
        audience: Audience::Signatories,
        secrecy_rule_id: 1,
        synthetic: true,
    };
    let of = |category| Breakdown::of([("AGE", category)]).unwrap();
    let catalogue = Catalogue::new(catalogue::Parts {
        rules: Vec::new(),
        sources: vec![source],
        dimensions: vec![age],
        indicators: vec![benefit, jobseekers, long_term, population],
        breakdowns: vec![(0, Breakdown::default()), (1, of("MOINS_25")), (2, of("25_PLUS"))],
    });
    let territory = |id: i32, code: &str, name: &str| Territory {
        id,
        level: Level::Commune,
        code: TerritoryCode::parse(code).unwrap(),
        name: name.to_owned(),
        name_en: None,
        valid_from: None,
        valid_to: None,
        generation: None,
        official: true,
        centroid: None,
    };
    let merged = Territory {
        valid_from: NaiveDate::from_ymd_opt(2019, 2, 28),
        ..territory(MERGED, "21452", "Neuilly-Crimolois")
    };
    let gazetteer = Gazetteer::new(geography::Parts {
        territories: vec![
            territory(DIJON, "21231", "Dijon"),
            territory(CHENOVE, "21166", "Chenôve"),
            merged,
            territory(4, "21213", "Crimolois"),
        ],
        successions: vec![(4, MERGED)],
        ..geography::Parts::default()
    });
    Material { catalogue, gazetteer }
}

/// What a viewer with every right is told.
pub fn told(key: FigureKey, value: Result<f64, Withheld>) -> Told {
    let masked = match value {
        Ok(value) => Masked::from_columns(Some(value), None),
        Err(reason) => Masked::withheld(reason),
    };
    Told { key, disclosed: disclose(masked, &Access::Shown), release_id: None }
}

/// A table with what is told in each of its cells.
pub fn grid(
    (rows, columns): (&[Axis], &[Axis]),
    members: Members,
    value: impl Fn(FigureKey) -> Result<f64, Withheld>,
) -> Grid {
    let dimensions = if members.breakdowns == [0] { Vec::new() } else { vec!["AGE".to_owned()] };
    let question = Question { rows: rows.to_vec(), columns: columns.to_vec(), members, dimensions };
    let layout = Layout::new(question, 1_000).unwrap();
    let all: HashMap<FigureKey, Told> =
        layout.keys().into_iter().map(|key| (key, told(key, value(key)))).collect();
    Grid::new(layout, &all).unwrap()
}

/// What axes run through, of totals.
pub fn members(indicators: &[i32], territories: &[i32], periods: &[&str]) -> Members {
    Members {
        indicators: indicators.to_vec(),
        territories: territories.to_vec(),
        periods: periods.iter().map(|text| period(text)).collect(),
        breakdowns: vec![0],
    }
}
