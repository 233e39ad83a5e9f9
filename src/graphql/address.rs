//! Tables as addresses ask for them: `?indicators=PRE03,DEM01&level=COMMUNE&within=242100410&from=2020`.

use std::fmt::Write;

use super::{
    filter::CategoryInput,
    layout::{Axis, PeriodSelection, TableInput, TerritorySelection},
    scalars::{Date, Period},
    words::Level,
};
use crate::{
    error::{Code, Refusal},
    present,
};

/// Every parameter, in the order in which addresses are written.
const PARAMETERS: [&str; 14] = [
    "rows",
    "columns",
    "indicators",
    "territories",
    "level",
    "within",
    "asOf",
    "periods",
    "from",
    "to",
    "latest",
    "breakdown",
    "dimensions",
    "totals",
];

impl TableInput {
    /// Reads the parameters of an address. Lists have commas; a category of a breakdown is written `SEXE:F`. Axes that are
    /// not named stand on the rows.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`], naming the parameter.
    pub fn from_parameters(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut known: Vec<(&str, &str)> = Vec::new();
        for (name, value) in parameters {
            if !PARAMETERS.contains(&name.as_str()) || known.iter().any(|(before, _)| before == name) {
                return Err(parameter(name));
            }
            known.push((name, value));
        }
        let one = |name: &str| {
            known
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
                .filter(|it| !it.is_empty())
        };
        let list = |name: &str| -> Option<Vec<String>> {
            Some(one(name)?.split(',').map(|part| part.trim().to_owned()).collect())
        };
        let axes = |name: &str| -> Result<Option<Vec<Axis>>, Refusal> {
            let Some(words) = list(name) else { return Ok(None) };
            words
                .iter()
                .map(|word| axis(word).ok_or_else(|| parameter(name)))
                .collect::<Result<_, _>>()
                .map(Some)
        };
        let columns = axes("columns")?.unwrap_or_default();
        let rest = || {
            let all = [Axis::Indicator, Axis::Territory, Axis::Period, Axis::Breakdown];
            all.into_iter().filter(|axis| !columns.contains(axis)).collect()
        };
        let pairs = |text: String| {
            let (dimension, category) = text.split_once(':').ok_or_else(|| parameter("breakdown"))?;
            Ok::<_, Refusal>(CategoryInput { dimension: dimension.to_owned(), category: category.to_owned() })
        };
        let level = one("level").map(|word| {
            word.parse::<entity::types::Level>().map(Level::from).ok().ok_or_else(|| parameter("level"))
        });
        let flag = |name: &str| match one(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(parameter(name)),
        };
        let latest = one("latest").map(|text| text.parse::<i32>().ok().ok_or_else(|| parameter("latest")));
        Ok(Self {
            rows: axes("rows")?.unwrap_or_else(rest),
            columns,
            indicators: list("indicators").unwrap_or_default(),
            territories: TerritorySelection {
                codes: list("territories"),
                level: level.transpose()?,
                within: one("within").map(str::to_owned),
                as_of: one("asOf").map(Date::written),
            },
            periods: PeriodSelection {
                periods: list("periods").map(|all| all.iter().map(|text| Period::written(text)).collect()),
                from: one("from").map(Period::written),
                to: one("to").map(Period::written),
                latest: latest.transpose()?,
            },
            breakdown: list("breakdown").map(|all| all.into_iter().map(pairs).collect()).transpose()?,
            dimensions: list("dimensions"),
            totals: flag("totals")?,
        })
    }

    /// The address of the same table; its texts are codes of the catalogue, which need no escape.
    #[must_use]
    pub fn query(&self) -> String {
        let join = |all: &[String]| all.join(",");
        let axes =
            |all: &[Axis]| all.iter().map(|axis| axis_word(*axis).to_owned()).collect::<Vec<_>>().join(",");
        let (territories, periods) = (&self.territories, &self.periods);
        let breakdown = self.breakdown.as_ref().map(|all| {
            let pairs: Vec<String> =
                all.iter().map(|pair| format!("{}:{}", pair.dimension, pair.category)).collect();
            join(&pairs)
        });
        let named = periods.periods.as_ref().map(|all| {
            let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
            join(&texts)
        });
        let values = [
            Some(axes(&self.rows)),
            Some(axes(&self.columns)),
            Some(join(&self.indicators)),
            territories.codes.as_deref().map(join),
            territories.level.map(|level| entity::types::Level::from(level).word().to_owned()),
            territories.within.clone(),
            territories.as_of.as_ref().map(ToString::to_string),
            named,
            periods.from.as_ref().map(ToString::to_string),
            periods.to.as_ref().map(ToString::to_string),
            periods.latest.map(|latest| latest.to_string()),
            breakdown,
            self.dimensions.as_deref().map(join),
            self.totals.then(|| "true".to_owned()),
        ];
        let mut query = String::new();
        for (name, value) in PARAMETERS.into_iter().zip(values) {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let separator = if query.is_empty() { '?' } else { '&' };
                let _ = write!(query, "{separator}{name}={value}");
            }
        }
        query
    }
}

fn axis_word(axis: Axis) -> &'static str {
    present::Axis::from(axis).word()
}

fn axis(word: &str) -> Option<Axis> {
    present::Axis::ALL.into_iter().find(|axis| axis.word() == word).map(Axis::from)
}

fn parameter(name: &str) -> Refusal {
    let name: String = name.chars().take(40).collect();
    let known = PARAMETERS.join(", ");
    Refusal::new(
        Code::BadRequest,
        format!("Le paramètre « {name} » est inconnu, répété ou mal formé. Paramètres : {known}."),
        format!("The parameter “{name}” is unknown, repeated or malformed. Parameters: {known}."),
    )
}

#[cfg(test)]
mod tests {
    use super::TableInput;

    fn read(query: &str) -> Result<TableInput, String> {
        let parameters: Vec<(String, String)> = query
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        TableInput::from_parameters(&parameters).map_err(|refusal| refusal.english)
    }

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        for query in [
            "?rows=TERRITORY&columns=PERIOD,BREAKDOWN&indicators=PRE03,DEM01&level=COMMUNE&within=242100410&asOf=2020-01-01&from=2015&to=2023-Q2&latest=3&dimensions=AGE,SEXE&totals=true",
            "?rows=INDICATOR,TERRITORY,PERIOD,BREAKDOWN&indicators=REV03&territories=21231,2A004&periods=2021,2021-07&breakdown=AGE:MOINS_25",
        ] {
            assert_eq!(read(query).unwrap().query(), query);
        }
    }

    #[test]
    fn axes_that_are_not_named_stand_on_the_rows() {
        let input = read("?columns=PERIOD&indicators=DEM01&level=COMMUNE").unwrap();
        assert_eq!(
            input.query(),
            "?rows=INDICATOR,TERRITORY,BREAKDOWN&columns=PERIOD&indicators=DEM01&level=COMMUNE"
        );
    }

    #[test]
    fn what_is_unknown_or_repeated_is_named() {
        for (query, name) in [
            ("?indicator=DEM01", "“indicator”"),
            ("?totals=yes", "“totals”"),
            ("?latest=1&latest=2", "“latest”"),
            ("?rows=VALUES", "“rows”"),
            ("?level=TOWN", "“level”"),
        ] {
            assert!(read(query).unwrap_err().contains(name), "{query}");
        }
    }
}
