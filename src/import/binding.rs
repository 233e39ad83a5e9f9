//! A mapping bound to the header of a file: which column holds what.

use std::collections::BTreeMap;

use entity::types::{Breakdown, Period};

use super::{
    header::{Column, Header, fault},
    issue::{Issue, IssueCode, MappingFault, Subject},
    mapping::{Columns, Layout, Mapping},
    period,
    words::Words,
};
use crate::catalogue::Indicator;

/// Which columns hold what.
pub(super) struct Binding<'a> {
    pub territory: Column,
    pub body: Body<'a>,
}

/// The columns beside that of territories.
pub(super) enum Body<'a> {
    /// One cell a row.
    Long(Box<Long>),
    /// One column a cell.
    Wide(Vec<(Column, Target<'a>)>),
}

/// The columns of a long file.
pub(super) struct Long {
    pub period: Option<Column>,
    pub indicator: Option<Column>,
    pub value: Column,
    pub contributors: Option<Column>,
    pub largest: Option<Column>,
    pub confidentiality: Option<Column>,
    pub dimensions: Vec<(String, Column)>,
}

/// What a cell is of, wherever it is.
#[derive(Clone)]
pub(super) struct Target<'a> {
    pub indicator: &'a Indicator,
    pub period: Period,
    pub breakdown_id: i32,
    pub breakdown: Breakdown,
}

/// Binds a mapping to a header. Without a binding no row can be read; the issues say why.
pub(super) fn bind<'a>(
    mapping: &Mapping,
    names: &[String],
    words: &Words<'a>,
    year: Option<i32>,
) -> (Option<Binding<'a>>, Vec<Issue>) {
    let own = own_words(names, mapping, words);
    let wanted = mapping.columns.as_ref().unwrap_or(&own).names();
    let wanted = wanted.chain(mapping.wide.iter().map(|wide| wide.column.as_str()));
    let mut header = Header::new(names, wanted);
    let binding = match (mapping.layout, &mapping.columns) {
        (Layout::Long, columns) => {
            if !mapping.wide.is_empty() {
                header.issues.push(fault(MappingFault::Long));
            }
            let columns = columns.as_ref().unwrap_or(&own);
            long(mapping, columns, &mut header, words)
        }
        (Layout::Wide, Some(columns)) => wide(mapping, columns, &mut header, words, year),
        (Layout::Wide, None) => {
            header.issues.push(fault(MappingFault::Wide));
            None
        }
    };
    if binding.is_some() {
        header.ignored();
    }
    (binding, header.issues)
}

/// The columns of a file in our own words, or in those of SDMX-CSV.
fn own_words(names: &[String], mapping: &Mapping, words: &Words<'_>) -> Columns {
    let has = |name: &str| names.iter().any(|known| known.trim() == name);
    let sdmx = has("OBS_VALUE");
    let name = |own: &str, theirs: &str| if sdmx { theirs } else { own }.to_owned();
    let dimensions = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| words.catalogue.dimension(name).is_some())
        .map(|name| (name.to_owned(), name.to_owned()));
    Columns {
        territory: name("territory", "REF_AREA"),
        period: mapping.fixed_period.is_none().then(|| name("period", "TIME_PERIOD")),
        indicator: mapping.fixed_indicator.is_none().then(|| name("indicator", "INDICATOR")),
        value: Some(name("value", "OBS_VALUE")),
        contributors: has("contributors").then(|| "contributors".to_owned()),
        largest: has("largest").then(|| "largest".to_owned()),
        dimensions: dimensions.collect(),
    }
}

fn long<'a>(
    mapping: &Mapping,
    columns: &Columns,
    header: &mut Header<'_>,
    words: &Words<'a>,
) -> Option<Binding<'a>> {
    if columns.period.is_some() == mapping.fixed_period.is_some() {
        header.issues.push(fault(MappingFault::Period));
    }
    if columns.indicator.is_some() == mapping.fixed_indicator.is_some() {
        header.issues.push(fault(MappingFault::Indicator));
    }
    let territory = header.wanted(&columns.territory);
    let mut optional = |name: &Option<String>| name.as_ref().map(|name| header.wanted(name));
    let (period, indicator) = (optional(&columns.period), optional(&columns.indicator));
    let (contributors, largest) = (optional(&columns.contributors), optional(&columns.largest));
    let value = optional(&columns.value);
    if value.is_none() {
        header.issues.push(fault(MappingFault::Value));
    }
    let mut dimensions = Vec::new();
    for (dimension, name) in &columns.dimensions {
        header.issues.extend(words.dimension(dimension).err());
        dimensions.extend(header.wanted(name).map(|column| (dimension.clone(), column)));
    }
    // SDMX-CSV says beside the value that it is withheld.
    let confidentiality =
        header.column("CONF_STATUS").filter(|_| columns.value.as_deref() == Some("OBS_VALUE"));
    // A column that is named and not there is an issue already; the others are read all the same.
    let known = !header.issues.iter().any(|issue| issue.code == IssueCode::MappingInvalid);
    let long = Long {
        period: period.flatten(),
        indicator: indicator.flatten(),
        value: value.flatten()?,
        contributors: contributors.flatten(),
        largest: largest.flatten(),
        confidentiality,
        dimensions,
    };
    let complete = (long.period.is_some() || mapping.fixed_period.is_some())
        && (long.indicator.is_some() || mapping.fixed_indicator.is_some());
    (known && complete).then_some(Binding { territory: territory?, body: Body::Long(Box::new(long)) })
}

/// One file may hold several years, as Insee's do: where the year of the release is given, the columns of the
/// other years are those of other releases.
fn wide<'a>(
    mapping: &Mapping,
    columns: &Columns,
    header: &mut Header<'_>,
    words: &Words<'a>,
    year: Option<i32>,
) -> Option<Binding<'a>> {
    let others =
        [&columns.period, &columns.indicator, &columns.value, &columns.contributors, &columns.largest];
    let long = others.into_iter().any(Option::is_some) || !columns.dimensions.is_empty();
    if long || mapping.wide.is_empty() {
        header.issues.push(fault(MappingFault::Wide));
    }
    let territory = header.wanted(&columns.territory);
    let mut targets = Vec::new();
    for wide in &mapping.wide {
        let column = header.wanted(&wide.column);
        let period = wide.period.as_ref().or(mapping.fixed_period.as_ref());
        let about = Subject { indicator: Some(wide.indicator.clone()), ..Subject::default() };
        let at = |issue: Issue| {
            let subject = Subject { indicator: about.indicator.clone(), ..(*issue.subject).clone() };
            issue.within(&wide.column).about(subject)
        };
        let period = match period.map(|text| period::read(text)) {
            Some(Ok(period)) => period,
            Some(Err(issue)) => {
                header.issues.push(at(issue));
                continue;
            }
            None => {
                header.issues.push(at(fault(MappingFault::Period)));
                continue;
            }
        };
        match target(words, &wide.indicator, period, &wide.breakdown) {
            Ok(target) if year.is_none_or(|year| year == period.calendar_year()) => {
                targets.extend(column.map(|column| (column, target)));
            }
            Ok(_) => {}
            Err(issues) => header.issues.extend(issues.into_iter().map(at)),
        }
    }
    Some(Binding { territory: territory?, body: Body::Wide(targets) })
}

fn target<'a>(
    words: &Words<'a>,
    indicator: &str,
    period: Period,
    breakdown: &BTreeMap<String, String>,
) -> Result<Target<'a>, Vec<Issue>> {
    let indicator = words.our_indicator(indicator).map_err(|issue| vec![issue])?;
    let unknown: Vec<Issue> =
        breakdown.keys().filter_map(|dimension| words.dimension(dimension).err()).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let pairs = breakdown.iter().map(|(dimension, category)| (dimension.as_str(), category.as_str()));
    let found = words.breakdown(Some(indicator), pairs);
    let (breakdown_id, breakdown) =
        found.map_err(|issues| issues.into_iter().map(|(_, issue)| issue).collect::<Vec<_>>())?;
    Ok(Target { indicator, period, breakdown_id, breakdown })
}
