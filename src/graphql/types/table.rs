//! Tables.

use async_graphql::{Context, Object, SimpleObject};

use super::{Download, Observation, Source};
use crate::{
    error::Refusal,
    export::{self, Format, Sheet},
    geography::Territory,
    graphql::{
        context::{InSession, Session},
        cost,
        filter::codes::{invalid, versions},
        layout::{Axis, TableInput},
        scalars::{Json, Period},
        words::{Derivation, Unit, Withheld},
    },
    present::{self, Base, Derived, Grid, Names},
    store::FigureKey,
};

/// Figures on rows and columns, as this viewer is told them.
pub struct Table {
    grid: Grid,
    input: TableInput,
}

/// What a row or column stands for on one axis; on that of breakdowns one for each dimension.
#[derive(SimpleObject)]
#[graphql(name = "TableHeader")]
pub struct TableHeader {
    /// Axis.
    axis: Axis,
    /// Code of the dimension, on the axis of breakdowns.
    dimension: Option<String>,
    /// Code; `_T` where all categories of the dimension stand together.
    code: String,
    /// Label in the viewer's language.
    label: String,
}

/// A number that was worked out from the figures of a table.
pub struct DerivedFigure(Derived);

impl Table {
    /// A table of what was asked for.
    #[must_use]
    pub const fn new(grid: Grid, input: TableInput) -> Self {
        Self { grid, input }
    }

    fn headers(all: Vec<Vec<present::Header>>) -> Vec<Vec<TableHeader>> {
        let header = |header: present::Header| TableHeader {
            axis: header.axis.into(),
            dimension: header.dimension,
            code: header.code,
            label: header.label,
        };
        all.into_iter().map(|headers| headers.into_iter().map(header).collect()).collect()
    }
}

impl From<Derived> for DerivedFigure {
    fn from(derived: Derived) -> Self {
        Self(derived)
    }
}

/// What a table is named by in this session.
#[must_use]
pub fn names(session: &Session) -> Names<'_> {
    Names { catalogue: session.catalogue(), gazetteer: session.gazetteer(), language: session.language() }
}

/// Figures on rows and columns, as this viewer is told them.
#[Object]
impl Table {
    /// What it shows, in a line.
    #[graphql(complexity = "200")]
    async fn title(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.grid.title(names(context.session()?)))
    }

    /// Headers of each row, the outermost first.
    #[graphql(complexity = "cost::times(200, child_complexity)")]
    async fn row_headers(&self, context: &Context<'_>) -> Result<Vec<Vec<TableHeader>>, Refusal> {
        Ok(Self::headers(self.grid.row_headers(names(context.session()?))))
    }

    /// Headers of each column, the outermost first.
    #[graphql(complexity = "cost::times(200, child_complexity)")]
    async fn column_headers(&self, context: &Context<'_>) -> Result<Vec<Vec<TableHeader>>, Refusal> {
        Ok(Self::headers(self.grid.column_headers(names(context.session()?))))
    }

    /// Cells, row by row.
    #[graphql(complexity = "cost::times(2_000, child_complexity)")]
    async fn cells(&self) -> Vec<Vec<Observation>> {
        self.grid.rows().map(|row| row.iter().copied().map(Observation::from).collect()).collect()
    }

    /// Something worked out for each cell, row by row, from what this viewer is told and nothing else.
    #[graphql(complexity = "cost::times(500, child_complexity) + 12_000")]
    async fn derived(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What.")] derivation: Derivation,
        #[graphql(desc = "Period that differences are taken from; the one before in the table by default.")]
        base: Option<Period>,
        #[graphql(desc = "Code of the territory that cells are compared with.")] reference: Option<String>,
    ) -> Result<Vec<Vec<DerivedFigure>>, Refusal> {
        let session = context.session()?;
        let derivation = present::Derivation::from(derivation);
        if matches!(derivation, present::Derivation::Gap | present::Derivation::Ratio) && reference.is_none()
        {
            return Err(invalid(
                "GAP et RATIO comparent à un territoire : nommez-le (reference).",
                "GAP and RATIO compare with a territory: name it (reference).",
            ));
        }
        let territory_id = match reference {
            Some(code) => latest(&versions(session, &code)?),
            None => None,
        };
        let base = Base { period: base.as_ref().map(Period::read).transpose()?, territory_id };
        let needed: Vec<FigureKey> = derivation.needed(&self.grid, base);
        let others = session.reading().tell(&needed).await?;
        let derived = derivation.of(&self.grid, base, &others, (session.catalogue(), session.gazetteer()));
        let columns = self.grid.layout().column_count().max(1);
        Ok(derived.chunks(columns).map(|row| row.iter().copied().map(DerivedFigure).collect()).collect())
    }

    /// What stands under it: what its signs mean, what was carried from older territories, where series break, what to beware
    /// of.
    #[graphql(complexity = "2_000")]
    async fn notes(&self, context: &Context<'_>) -> Result<Vec<String>, Refusal> {
        Ok(self.grid.notes(names(context.session()?)))
    }

    /// Sources of its figures.
    #[graphql(complexity = "cost::times(5, child_complexity)")]
    async fn sources(&self, context: &Context<'_>) -> Result<Vec<Source>, Refusal> {
        Ok(self.grid.sources(context.session()?.catalogue()).into_iter().map(Source::new).collect())
    }

    /// The table as JSON-stat 2.0.
    #[graphql(complexity = "10_000")]
    async fn json_stat(&self, context: &Context<'_>) -> Result<Json, Refusal> {
        let session = context.session()?;
        let stamp = session.stamp();
        Ok(Json(export::json_stat(Sheet { grid: &self.grid, names: names(session), stamp: &stamp })))
    }

    /// The table as CSV, one row an observation: with semicolons and decimal commas in French, with commas and points in
    /// English.
    #[graphql(complexity = "10_000")]
    async fn csv(&self, context: &Context<'_>) -> Result<String, Refusal> {
        let session = context.session()?;
        let stamp = session.stamp();
        let sheet = Sheet { grid: &self.grid, names: names(session), stamp: &stamp };
        export::csv_text(sheet).map_err(|cause| {
            tracing::error!(%cause, "a table could not be written");
            Refusal::internal()
        })
    }

    /// Where it is had as a file.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn downloads(&self, context: &Context<'_>) -> Result<Vec<Download>, Refusal> {
        let query = self.input.query(context.session()?.language());
        Ok(Format::ALL.iter().map(|format| Download::of_table(*format, &query)).collect())
    }
}

/// The latest version of a territory.
fn latest(versions: &[&Territory]) -> Option<i32> {
    versions.iter().max_by_key(|version| version.valid_from).map(|version| version.id)
}

/// A number that was worked out from the figures of a table.
#[Object]
impl DerivedFigure {
    /// The number; null exactly when `withheld` is set.
    async fn value(&self) -> Option<f64> {
        self.0.disclosed.value()
    }

    /// Why there is none: the reason of the figure that is withheld, or that nothing can be worked out here.
    async fn withheld(&self) -> Option<Withheld> {
        self.0.disclosed.withheld().map(Into::into)
    }

    /// Insee's sign for a number that is not shown.
    async fn symbol(&self) -> Option<&'static str> {
        self.0.disclosed.symbol()
    }

    /// Unit of the number.
    async fn unit(&self) -> Unit {
        self.0.unit.into()
    }

    /// Whether it compares periods on the two sides of a break in the series, and so measures the break too;
    /// `Indicator.breaks` says why.
    async fn across_break(&self) -> bool {
        self.0.across_break
    }
}
