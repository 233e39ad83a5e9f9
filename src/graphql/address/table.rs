//! Tables.

use super::{Parameters, Written, categories, list, parameters::word, periods, query, territories};
use crate::{
    error::Refusal,
    graphql::{
        context::Session,
        layout::{Axis, TableInput},
        query::tables,
    },
    language::Language,
    present::Grid,
};

/// Every parameter, in the order in which addresses are written.
const PARAMETERS: [&str; 15] = [
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
    "language",
];

/// A table that an address asks for.
pub struct TableAddress {
    pub(super) input: TableInput,
    /// Language of its words, where the address names one.
    pub language: Option<Language>,
}

impl TableAddress {
    /// Reads the parameters of an address. Lists have commas; a category of a breakdown is written `SEXE:F`. Axes that are
    /// not named stand on the rows.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::error::Code::BadRequest), naming parameters and values.
    pub fn read(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut given = Parameters::new(parameters, &PARAMETERS);
        let columns: Vec<Axis> = given.words("columns").unwrap_or_default();
        let rest = || {
            let all = [Axis::Indicator, Axis::Territory, Axis::Period, Axis::Breakdown];
            all.into_iter().filter(|axis| !columns.contains(axis)).collect()
        };
        let input = TableInput {
            rows: given.words("rows").unwrap_or_else(rest),
            columns,
            indicators: given.list("indicators").unwrap_or_default(),
            territories: given.territories(),
            periods: given.periods(),
            breakdown: given.categories("breakdown"),
            dimensions: given.list("dimensions"),
            totals: given.flag("totals"),
        };
        let language = given.language();
        given.finish()?;
        Ok(Self { input, language })
    }

    /// The table, of at most `limit` cells.
    ///
    /// # Errors
    ///
    /// Those of a layout, and of the store.
    pub async fn grid(&self, session: &Session, limit: usize) -> Result<Grid, Refusal> {
        tables::grid(session, &self.input, limit).await
    }
}

impl TableInput {
    /// The part after the path of the address of the same table.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        let axes = |all: &[Axis]| list(&all.iter().copied().filter_map(word).collect::<Vec<_>>());
        let mut written: Written = vec![
            ("rows", Some(axes(&self.rows))),
            ("columns", Some(axes(&self.columns))),
            ("indicators", Some(list(&self.indicators))),
        ];
        written.extend(territories(&self.territories));
        written.extend(periods(&self.periods));
        written.extend([
            ("breakdown", self.breakdown.as_deref().map(categories)),
            ("dimensions", self.dimensions.as_deref().map(list)),
            ("totals", self.totals.then(|| "true".to_owned())),
            ("language", Some(language.tag().to_owned())),
        ]);
        query(written)
    }
}
