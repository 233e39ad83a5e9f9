//! Charts.

use async_graphql::{Context, Object};

use super::{Download, Table, map::width, table::names};
use crate::{
    error::{Code, Refusal},
    export::DrawingFormat,
    graphql::{
        context::InSession, cost, layout::TableInput, query::charts::ChartInput, scalars::Json,
        words::ChartKind,
    },
    present,
};

pub use super::map::WIDTHS;

/// Width of a drawing unless asked otherwise, in pixels.
pub const WIDTH: i32 = 640;

/// A chart, as this viewer is told its figures.
pub struct Chart {
    chart: present::chart::Chart,
    table: TableInput,
    input: ChartInput,
}

impl Chart {
    /// A chart of a table.
    #[must_use]
    pub const fn new(chart: present::chart::Chart, table: TableInput, input: ChartInput) -> Self {
        Self { chart, table, input }
    }
}

/// A chart, as this viewer is told its figures.
#[Object]
impl Chart {
    /// Kind.
    async fn kind(&self) -> ChartKind {
        self.chart.kind().into()
    }

    /// What it shows, in a line.
    #[graphql(complexity = "200")]
    async fn title(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.chart.title(names(context.session()?)))
    }

    /// What it shows, in words for those who do not see it.
    #[graphql(complexity = "1_000")]
    async fn alt(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.chart.alt(names(context.session()?)))
    }

    /// The chart as SVG; what is withheld stands there with its sign.
    #[graphql(complexity = "5_000")]
    async fn svg(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Width in pixels, 320 to 2,000.", default_with = "WIDTH")] width: i32,
    ) -> Result<String, Refusal> {
        Ok(self.chart.svg(names(context.session()?), self::width(width, Code::ChartInvalid)?))
    }

    /// The chart as a Vega-Lite 5 specification with its data.
    #[graphql(complexity = "5_000")]
    async fn vega_lite(&self, context: &Context<'_>) -> Result<Json, Refusal> {
        Ok(Json(self.chart.vega_lite(names(context.session()?))))
    }

    /// The table behind it.
    async fn table(&self) -> Table {
        Table::new(self.chart.grid().clone(), self.table.clone())
    }

    /// Where it is had as a file.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn downloads(&self, context: &Context<'_>) -> Result<Vec<Download>, Refusal> {
        let query = self.input.query(context.session()?.language());
        let download = |format: &DrawingFormat| Download::of_drawing("chart", *format, &query);
        Ok(DrawingFormat::OF_CHARTS.iter().map(download).collect())
    }
}
