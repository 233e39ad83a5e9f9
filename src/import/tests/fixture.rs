//! A small world to hold deliveries against: the catalogue of the data files, the communes of Insee's, and one
//! commune with IRIS that a priority neighbourhood cuts.

use std::{collections::HashMap, fs::File};

use chrono::NaiveDate;
use delivery_reader::Options;
use entity::types::{
    Audience, Breakdown, IndicatorCode, Level, Measure, PartnerCode, TerritoryCode, Theme, Unit,
};
use toml::{Table, Value};

use super::Fault;
use crate::{
    catalogue::{self, Catalogue, Category, Dimension, Indicator, SecrecyRule, Source, Text},
    geography::{self, Gazetteer, Territory},
    import::{Checked, Checker, Context, Mapping, Subjects, file::examine},
    secrecy::table::CellKey,
};

/// Insee's file as it was delivered.
pub(super) const INSEE: &str = include_str!("../../demonstration/data/insee-comparateur-dijon.csv");

const RULES: &str = include_str!("../../demonstration/data/rules.toml");
const SOURCES: &str = include_str!("../../demonstration/data/sources.toml");
const DIMENSIONS: &str = include_str!("../../demonstration/data/dimensions.toml");
const INDICATORS: &str = include_str!("../../demonstration/data/indicators.toml");

/// A source and two indicators whose rule needs facts that no file of the demonstration has.
const BUSINESSES: &str = r#"
[[source]]
code = "ENT"
provider = "INSEE"
audience = "SIGNATORIES"
rule = "ENT-3-85"

[[indicator]]
code = "ENT01"
unit = "EURO"
measure = "AMOUNT"
source = "ENT"
dimensions = []
additive = true
finest_level = "COMMUNE"

[[indicator]]
code = "ENT02"
unit = "PERSONS"
measure = "COUNT"
source = "ENT"
dimensions = []
additive = true
finest_level = "COMMUNE"
"#;

pub(super) struct World {
    pub gazetteer: Gazetteer,
    pub catalogue: Catalogue,
    pub last: HashMap<CellKey, f64>,
}

impl World {
    pub fn new() -> Result<Self, Fault> {
        Ok(Self { gazetteer: gazetteer()?, catalogue: catalogue()?, last: HashMap::new() })
    }

    /// Checks a file whose fields are divided by semicolons; its header is line 1.
    pub fn check(&self, mapping: &Mapping, year: Option<i32>, file: &str) -> Checked {
        let mut checker = Checker::new(self.context(year), mapping.clone());
        for (line, text) in (1..).zip(file.lines()) {
            let fields: Vec<&str> = text.split(';').collect();
            if line == 1 {
                checker.header(&fields.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
            } else {
                checker.row(line, &fields);
            }
        }
        checker.finish(&self.last)
    }

    /// Checks a file as it lies on a disk.
    pub fn examine(&self, mapping: &Mapping, file: &mut File) -> Result<Checked, Fault> {
        let (options, context) = (Options::default(), self.context(None));
        let last = |_: &Subjects| Ok(self.last.clone());
        Ok(examine::<Fault>(file, &options, context, mapping.clone(), &mut |_, _| (), last)?.checked)
    }

    fn context(&self, year: Option<i32>) -> Context<'_> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap_or_default();
        Context { gazetteer: &self.gazetteer, catalogue: &self.catalogue, year, today }
    }

    pub fn territory(&self, code: &str) -> Result<i32, Fault> {
        let found = self.gazetteer.versions(&TerritoryCode::parse(code)?).last().map(|found| found.id);
        Ok(found.ok_or("no such territory")?)
    }

    pub fn indicator(&self, code: &str) -> Result<i32, Fault> {
        Ok(self.catalogue.indicator(&IndicatorCode::parse(code)?).ok_or("no such indicator")?.id)
    }
}

fn entries(file: &str, kind: &str) -> Result<Vec<Table>, Fault> {
    let table: Table = toml::from_str(file)?;
    let found = table.get(kind).and_then(Value::as_array).ok_or("no entries")?;
    Ok(found.iter().filter_map(|entry| entry.as_table().cloned()).collect())
}

fn text<'t>(entry: &'t Table, key: &str) -> &'t str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn label(entry: &Table) -> Text {
    Text { french: text(entry, "label_fr").to_owned(), english: text(entry, "label_en").to_owned() }
}

fn catalogue() -> Result<Catalogue, Fault> {
    let whole = |entry: &Table, key: &str| {
        entry.get(key).and_then(Value::as_integer).and_then(|number| i32::try_from(number).ok())
    };
    let rules: Vec<SecrecyRule> = (1..)
        .zip(entries(RULES, "rule")?)
        .map(|(id, entry)| SecrecyRule {
            id,
            code: text(&entry, "code").to_owned(),
            label: label(&entry),
            minimum_contributors: whole(&entry, "minimum_contributors"),
            dominance_percent: entry.get("dominance_percent").and_then(Value::as_float),
            minimum_population: whole(&entry, "minimum_population"),
            basis: label(&entry),
            effective_from: NaiveDate::default(),
        })
        .collect();
    let mut sources = Vec::new();
    for (id, entry) in (1..).zip([entries(SOURCES, "source")?, entries(BUSINESSES, "source")?].concat()) {
        let rule = rules.iter().find(|rule| rule.code == text(&entry, "rule")).ok_or("no such rule")?;
        sources.push(Source {
            id,
            code: text(&entry, "code").to_owned(),
            label: label(&entry),
            provider: PartnerCode::parse(text(&entry, "provider"))?,
            audience: text(&entry, "audience").parse::<Audience>()?,
            secrecy_rule_id: rule.id,
            synthetic: false,
        });
    }
    let dimensions = dimensions()?;
    let mut indicators = Vec::new();
    let all = [entries(INDICATORS, "indicator")?, entries(BUSINESSES, "indicator")?].concat();
    for (id, entry) in (1..).zip(all) {
        let source = sources.iter().find(|source| source.code == text(&entry, "source"));
        let dimensions = entry.get("dimensions").and_then(Value::as_array).ok_or("no dimensions")?;
        let part_of = entry.get("part_of").and_then(Value::as_str);
        indicators.push(Indicator {
            id,
            code: IndicatorCode::parse(text(&entry, "code"))?,
            label: label(&entry),
            definition: label(&entry),
            theme: Theme::Benefits,
            unit: text(&entry, "unit").parse::<Unit>()?,
            measure: text(&entry, "measure").parse::<Measure>()?,
            source_id: source.ok_or("no such source")?.id,
            additive: entry.get("additive").and_then(Value::as_bool).unwrap_or_default(),
            finest_level: text(&entry, "finest_level").parse::<Level>()?,
            dimensions: dimensions.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            numerator: None,
            part_of: part_of.map(IndicatorCode::parse).transpose()?,
            denominator: None,
            precautions: None,
            decimals: None,
            breaks: Vec::new(),
        });
    }
    let mut breakdowns = vec![Breakdown::default()];
    for category in dimensions.iter().flat_map(|known| &known.categories) {
        breakdowns.push(Breakdown::of([(category.dimension.as_str(), category.code.as_str())])?);
    }
    let breakdowns = (0..).zip(breakdowns).collect();
    Ok(Catalogue::new(catalogue::Parts { rules, sources, dimensions, indicators, breakdowns }))
}

fn dimensions() -> Result<Vec<Dimension>, Fault> {
    let of = |entry: Table| {
        let code = text(&entry, "code").to_owned();
        let categories = entry.get("category").and_then(Value::as_array).cloned().unwrap_or_default();
        let categories = categories.iter().filter_map(Value::as_table).map(|category| Category {
            dimension: code.clone(),
            code: text(category, "code").to_owned(),
            label: label(category),
            parent: None,
        });
        Dimension { categories: categories.collect(), label: label(&entry), code: code.clone() }
    };
    Ok(entries(DIMENSIONS, "dimension")?.into_iter().map(of).collect())
}

fn territory(id: i32, level: Level, code: &str) -> Result<Territory, Fault> {
    Ok(Territory {
        id,
        level,
        code: TerritoryCode::parse(code)?,
        name: code.to_owned(),
        name_en: None,
        valid_from: None,
        valid_to: None,
        generation: None,
        official: true,
        centroid: None,
    })
}

const DIJON: &str = "21231";
const AGGLOMERATION: i32 = 1;

fn gazetteer() -> Result<Gazetteer, Fault> {
    let mut parts = geography::Parts::default();
    parts.territories.push(territory(AGGLOMERATION, Level::Agglomeration, "242100410")?);
    let merged = NaiveDate::from_ymd_opt(2019, 2, 28);
    let mut dijon = 0;
    for (id, line) in (100..).zip(INSEE.lines().skip(1)) {
        let commune = territory(id, Level::Commune, line.split(';').next().unwrap_or_default())?;
        let valid_from = merged.filter(|_| commune.code.as_str() == "21452");
        dijon = if commune.code.as_str() == DIJON { id } else { dijon };
        let commune_is_new = valid_from.is_some();
        parts.territories.push(Territory { valid_from, ..commune });
        parts.memberships.push((id, AGGLOMERATION));
        if commune_is_new {
            parts.successions.extend([(90, id), (91, id)]);
        }
    }
    for (id, code) in [(90, "21213"), (91, "21452")] {
        let old = territory(id, Level::Commune, code)?;
        let valid_to = NaiveDate::from_ymd_opt(2019, 2, 27);
        parts.territories.push(Territory { valid_to, ..old });
        parts.memberships.push((id, AGGLOMERATION));
    }
    let below = [
        (201, Level::Iris, "21231X001", None),
        (202, Level::Iris, "21231X002", None),
        (203, Level::Iris, "21231X003", None),
        (301, Level::PriorityNeighbourhood, "QN21X001", Some(2024)),
        (302, Level::Remainder, "21231-HQ24", Some(2024)),
        (303, Level::PriorityNeighbourhood, "QP21X001", Some(2015)),
        (304, Level::Remainder, "21231-HQ15", Some(2015)),
    ];
    for (id, level, code, generation) in below {
        parts.territories.push(Territory { generation, ..territory(id, level, code)? });
        parts.memberships.push((id, dijon));
    }
    for (neighbourhood, iris) in [(301, 201), (301, 202), (303, 203)] {
        parts.overlaps.extend([(neighbourhood, iris, 0.5), (iris, neighbourhood, 0.4)]);
    }
    Ok(Gazetteer::new(parts))
}
