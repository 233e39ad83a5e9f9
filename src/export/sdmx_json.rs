//! SDMX-JSON 2.0: a flat list of observations. Their structure stands before them, so that they are written one after the
//! other, however many there are.
//!
//! # Citations
//!
//! SDMX Technical Working Group, *SDMX-JSON data message format 2.0.0* (SDMX 3.0); the names of statuses are those of the
//! code lists `CL_OBS_STATUS` and `CL_CONF_STATUS`.

use std::{
    collections::HashMap,
    hash::Hash,
    io::{self, Write},
};

use chrono::{NaiveDate, SecondsFormat};
use entity::types::{Period, Unit, Withheld};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{
    Sheet,
    record::Record,
    sdmx_csv::{AGENCY, DATAFLOW},
};
use crate::{
    language::Language,
    present::{Header, notes, words},
};

/// By it readers know which version of the format they read.
const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json";

/// The message: what is known before the observations, and these.
#[derive(Serialize)]
struct Message<'a> {
    meta: Value,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    structures: [Value; 1],
    data_sets: [DataSet<'a>; 1],
}

#[derive(Serialize)]
struct DataSet<'a> {
    structure: usize,
    action: &'static str,
    links: Value,
    annotations: Vec<usize>,
    observations: Observations<'a>,
}

/// The observations, by the places of their members.
struct Observations<'a> {
    sheet: Sheet<'a>,
    places: Places,
    codes: Codes,
}

/// Where members stand among the values of their dimensions.
struct Places {
    indicators: HashMap<i32, usize>,
    territories: HashMap<i32, usize>,
    periods: HashMap<Period, usize>,
    /// For each breakdown one in each of its dimensions.
    breakdowns: HashMap<i32, Vec<usize>>,
}

/// The values that attributes have in the table.
#[derive(Default)]
struct Codes {
    observation_statuses: Vec<&'static str>,
    confidentialities: Vec<&'static str>,
    units: Vec<Unit>,
    reasons: Vec<Withheld>,
}

/// Writes a table.
///
/// # Errors
///
/// Those of the writer.
pub fn write(sheet: Sheet<'_>, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, &message(sheet)).map_err(io::Error::other)?;
    out.flush()
}

fn message(sheet: Sheet<'_>) -> Message<'_> {
    let remarks = sheet.remarks();
    let codes = Codes::of(sheet);
    let (places, dimensions) = dimensions(sheet);
    let dataflow = format!("urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={DATAFLOW}");
    let links = json!([{ "rel": "dataflow", "urn": dataflow }]);
    let (title, language) = (sheet.grid.title(sheet.names), sheet.names.language);
    let structure = json!({
        "dataSets": [0],
        "links": links,
        "name": title,
        "names": { language.tag(): title },
        // Readers ask how long the lists of the other levels are.
        "dimensions": { "dataSet": [], "series": [], "observation": dimensions },
        "measures": { "observation": [{
            "id": "OBS_VALUE",
            "name": language.pick("Valeur", "Value"),
            "format": { "dataType": "Double" },
        }] },
        "attributes": { "dataSet": [], "series": [], "observation": codes.attributes(language) },
        "annotations": remarks.iter().map(|text| json!({ "type": "NOTE", "text": text })).collect::<Value>(),
    });
    let data_set = DataSet {
        structure: 0,
        action: "Information",
        links,
        annotations: (0..remarks.len()).collect(),
        observations: Observations { sheet, places, codes },
    };
    Message { meta: meta(sheet), data: Data { structures: [structure], data_sets: [data_set] } }
}

fn meta(sheet: Sheet<'_>) -> Value {
    let (stamp, language) = (sheet.stamp, sheet.names.language);
    let receivers = stamp.partner.iter().map(|partner| json!({ "id": partner }));
    json!({
        "schema": SCHEMA,
        "id": format!("{AGENCY}-{}", stamp.made_at.format("%Y%m%dT%H%M%S%6f")),
        "test": false,
        "prepared": stamp.made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "contentLanguages": [language.tag()],
        "name": sheet.grid.title(sheet.names),
        "sender": {
            "id": AGENCY,
            "name": language.pick("Observatoire de la cohésion sociale", "Social cohesion observatory"),
        },
        "receivers": receivers.collect::<Value>(),
        "purpose": stamp.purpose.map(entity::types::Purpose::word),
        "charter": stamp.charter,
    })
}

/// Where members stand, and the dimensions in their order.
fn dimensions(sheet: Sheet<'_>) -> (Places, Vec<Value>) {
    let (names, language) = (sheet.names, sheet.names.language);
    let members = sheet.grid.layout().members();
    let (indicators, indicator_values) = listed(&members.indicators, |id| {
        let found = names.catalogue.indicator_by_id(id)?;
        let (label, definition) = (&found.label, &found.definition);
        Some(json!({
            "id": found.code.as_str(),
            "name": label.in_language(language),
            "description": definition.in_language(language),
        }))
    });
    let (territories, territory_values) =
        listed(&members.territories, |id| Some(member(&names.territory(id)?)));
    let (periods, period_values) = listed(&members.periods, |period| {
        let mut value = json!({ "id": period.to_string(), "name": words::period(period, language) });
        if let (Some((first, last)), Some(fields)) = (days(period), value.as_object_mut()) {
            fields.insert("start".to_owned(), format!("{first}T00:00:00Z").into());
            fields.insert("end".to_owned(), format!("{last}T23:59:59Z").into());
        }
        Some(value)
    });
    let mut values = vec![
        ("INDICATOR", language.pick("Indicateur", "Indicator"), indicator_values),
        ("REF_AREA", language.pick("Territoire", "Territory"), territory_values),
        ("TIME_PERIOD", language.pick("Période", "Period"), period_values),
    ];
    let mut categories: Vec<Vec<Header>> = vec![Vec::new(); sheet.dimensions().len()];
    let mut breakdowns = HashMap::new();
    for id in &members.breakdowns {
        let headers = names.breakdown(*id, sheet.dimensions()).into_iter();
        breakdowns.insert(*id, categories.iter_mut().zip(headers).map(place).collect());
    }
    for (code, categories) in sheet.dimensions().iter().zip(&categories) {
        let dimension = names.catalogue.dimension(code);
        let label = dimension.map_or(code.as_str(), |found| found.label.in_language(language));
        values.push((code, label, categories.iter().map(member).collect()));
    }
    let dimension = |(position, (id, name, values)): (usize, (&str, &str, Vec<Value>))| {
        let mut dimension = json!({ "id": id, "name": name, "keyPosition": position, "values": values });
        // Concepts of SDMX by which readers find the map and the time axis.
        if let ("REF_AREA" | "TIME_PERIOD", Some(fields)) = (id, dimension.as_object_mut()) {
            fields.insert("roles".to_owned(), json!([id]));
        }
        dimension
    };
    let places = Places { indicators, territories, periods, breakdowns };
    (places, values.into_iter().enumerate().map(dimension).collect())
}

/// The values of members, and where each stands among them.
fn listed<T: Copy + Eq + Hash>(
    members: &[T],
    value: impl Fn(T) -> Option<Value>,
) -> (HashMap<T, usize>, Vec<Value>) {
    let (mut places, mut values) = (HashMap::new(), Vec::new());
    for member in members {
        if let Some(value) = value(*member) {
            places.insert(*member, values.len());
            values.push(value);
        }
    }
    (places, values)
}

/// Where a category stands among those of its dimension; it is added where it is new.
fn place((known, header): (&mut Vec<Header>, Header)) -> usize {
    known.iter().position(|one| one.code == header.code).unwrap_or_else(|| {
        known.push(header);
        known.len() - 1
    })
}

fn member(header: &Header) -> Value {
    json!({ "id": header.code, "name": header.label })
}

/// The first and the last day of a period.
fn days(period: Period) -> Option<(NaiveDate, NaiveDate)> {
    let first_of =
        |month: i32| NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
    let (first, last) = period.months();
    Some((first_of(first)?, first_of(last + 1)?.pred_opt()?))
}

/// Adds a value where it is new.
fn add<T: PartialEq>(known: &mut Vec<T>, value: T) {
    if !known.contains(&value) {
        known.push(value);
    }
}

impl Codes {
    fn of(sheet: Sheet<'_>) -> Self {
        let mut codes = Self::default();
        for record in sheet.records() {
            add(&mut codes.observation_statuses, record.observation_status);
            add(&mut codes.confidentialities, record.confidentiality());
            add(&mut codes.units, record.indicator.unit);
            if let Some(reason) = record.told.disclosed.withheld() {
                add(&mut codes.reasons, reason);
            }
        }
        codes
    }

    /// The attributes in the order in which observations have them; one without a value in the table is not there.
    fn attributes(&self, language: Language) -> Vec<Value> {
        let value = |id: &str, name: &str| json!({ "id": id, "name": name });
        let each = json!({ "observation": {} });
        let statuses = self.observation_statuses.iter().map(|code| value(code, status(code, language)));
        let confidentialities =
            self.confidentialities.iter().map(|code| value(code, confidentiality(code, language)));
        let units = self.units.iter().map(|unit| {
            let word = unit.word();
            value(word, words::unit(*unit, language).unwrap_or(word))
        });
        let reasons = self.reasons.iter().map(|reason| value(reason.word(), notes::note(*reason, language)));
        let mut attributes = vec![
            json!({
                "id": "OBS_STATUS",
                "name": language.pick("Statut de l’observation", "Observation status"),
                "roles": ["OBS_STATUS"],
                "relationship": each,
                "values": statuses.collect::<Value>(),
            }),
            json!({
                "id": "CONF_STATUS",
                "name": language.pick("Confidentialité", "Confidentiality"),
                "roles": ["CONF_STATUS"],
                "relationship": each,
                "values": confidentialities.collect::<Value>(),
            }),
            json!({
                "id": "UNIT_MEASURE",
                "name": language.pick("Unité", "Unit of measure"),
                "roles": ["UNIT_MEASURE"],
                "relationship": { "dimensions": ["INDICATOR"] },
                "values": units.collect::<Value>(),
            }),
        ];
        if !self.reasons.is_empty() {
            attributes.push(json!({
                "id": "WITHHELD",
                "name": language.pick("Motif de l’absence de valeur", "Why there is no value"),
                "relationship": each,
                "values": reasons.collect::<Value>(),
            }));
        }
        attributes
    }
}

impl Observations<'_> {
    /// The places of an observation in all dimensions.
    fn key(&self, record: &Record<'_>) -> Option<String> {
        let key = &record.told.key;
        let first = [
            *self.places.indicators.get(&key.indicator_id)?,
            *self.places.territories.get(&key.territory_id)?,
            *self.places.periods.get(&key.period)?,
        ];
        let categories = self.places.breakdowns.get(&key.breakdown_id)?;
        let places: Vec<String> = first.iter().chain(categories).map(ToString::to_string).collect();
        Some(places.join(":"))
    }

    /// Its number, or null, and where the values of its attributes stand.
    fn values(&self, record: &Record<'_>) -> Vec<Value> {
        let told = record.told.disclosed;
        let at = |place: Option<usize>| place.map_or(Value::Null, Value::from);
        let codes = &self.codes;
        let mut values = vec![
            told.value().map_or(Value::Null, Value::from),
            at(codes.observation_statuses.iter().position(|code| *code == record.observation_status)),
            at(codes.confidentialities.iter().position(|code| *code == record.confidentiality())),
            at(codes.units.iter().position(|unit| *unit == record.indicator.unit)),
        ];
        if let Some(reason) = told.withheld() {
            values.push(at(codes.reasons.iter().position(|known| *known == reason)));
        }
        values
    }
}

impl Serialize for Observations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = self.sheet.records();
        serializer.collect_map(records.filter_map(|record| Some((self.key(&record)?, self.values(&record)))))
    }
}

/// The name of a status of `CL_OBS_STATUS`.
fn status(code: &str, language: Language) -> &str {
    match code {
        "A" => language.pick("Valeur normale", "Normal value"),
        "B" => language.pick("Rupture de série", "Break in time series"),
        "D" => language.pick("Définition différente", "Definition differs"),
        "L" => language.pick("Valeur manquante\u{a0}: non collectée", "Missing value: not collected"),
        "M" => language.pick("Valeur manquante\u{a0}: ne peut exister", "Missing value: cannot exist"),
        "N" => language.pick("Valeur non significative", "Not significant"),
        "Q" => language.pick("Valeur manquante\u{a0}: supprimée", "Missing value: suppressed"),
        other => other,
    }
}

/// The name of a status of `CL_CONF_STATUS`.
fn confidentiality(code: &str, language: Language) -> &str {
    match code {
        "F" => language.pick("Libre", "Free"),
        "N" => language.pick("Non destinée à la publication", "Not for publication"),
        "C" => language.pick("Confidentielle", "Confidential"),
        "E" => language.pick("Sous embargo", "Embargoed"),
        other => other,
    }
}
