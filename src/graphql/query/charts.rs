//! Charts.

use async_graphql::{Context, InputObject, Object};

use crate::{
    error::{Code, Refusal},
    graphql::{
        context::{InSession, Session},
        filter::{CategoryInput, codes::versions},
        layout::{Axis, PeriodSelection, TableInput, TerritorySelection},
        query::tables::{self, MOST_CELLS},
        types::{Chart, table::names},
        words::ChartKind,
    },
    present::{self, chart::ChartFault},
};

/// A chart: what it shows, and what its series and categories run through.
#[derive(Clone, Debug, InputObject)]
pub struct ChartInput {
    /// Kind.
    pub kind: ChartKind,
    /// Codes of the indicators, 1 to 50; two for a scatter plot.
    pub indicators: Vec<String>,
    /// Which territories.
    pub territories: TerritorySelection,
    /// Which periods; two for a slope.
    #[graphql(default)]
    pub periods: PeriodSelection,
    /// What the series run through; territories for lines, slopes and small multiples by default, nothing for bars.
    pub series: Option<Axis>,
    /// What bars run through; territories by default. Other kinds say it themselves.
    pub categories: Option<Axis>,
    /// Exactly this breakdown.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Every crossing of these dimensions; for a pyramid that of the categories, then that of its two sides.
    pub dimensions: Option<Vec<String>>,
    /// Code of the territory that is put forward; it stands in the chart.
    pub mark: Option<String>,
}

/// Charts.
#[derive(Default)]
pub struct ChartQuery;

#[Object]
impl ChartQuery {
    /// A chart, as this viewer is told its figures; axes, order and words are made of shown values alone, and what is
    /// withheld is marked as such.
    #[graphql(complexity = "10_000 + child_complexity")]
    async fn chart(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is shown, and how.")] input: ChartInput,
    ) -> Result<Chart, Refusal> {
        let (chart, table) = draw(context.session()?, &input).await?;
        Ok(Chart::new(chart, table, input))
    }
}

/// A chart as the viewer of a session is told its figures, and the table behind it.
///
/// # Errors
///
/// [`Code::ChartInvalid`], and those of a table.
pub async fn draw(
    session: &Session,
    input: &ChartInput,
) -> Result<(present::chart::Chart, TableInput), Refusal> {
    let marked: Vec<i32> = match &input.mark {
        Some(code) => versions(session, code)?.iter().map(|version| version.id).collect(),
        None => Vec::new(),
    };
    let (rows, columns) = axes(input);
    let table = TableInput {
        rows,
        columns,
        indicators: input.indicators.clone(),
        territories: input.territories.clone(),
        periods: input.periods.clone(),
        breakdown: input.breakdown.clone(),
        dimensions: input.dimensions.clone(),
        totals: false,
    };
    let grid = tables::grid(session, &table, MOST_CELLS).await?;
    let chart = present::chart::Chart::new(grid, input.kind.into(), &marked, names(session));
    let mark = input.mark.as_deref().unwrap_or_default();
    Ok((chart.map_err(|fault| refusal(fault, mark))?, table))
}

/// What stands on the rows, the series, and on the columns, the categories.
fn axes(input: &ChartInput) -> (Vec<Axis>, Vec<Axis>) {
    let series = |default: Axis| vec![input.series.unwrap_or(default)];
    match input.kind {
        ChartKind::Line | ChartKind::Slope | ChartKind::SmallMultiples => {
            (series(Axis::Territory), vec![Axis::Period])
        }
        ChartKind::Scatter => (vec![Axis::Territory], vec![Axis::Indicator]),
        ChartKind::Pyramid => (Vec::new(), vec![Axis::Breakdown]),
        ChartKind::Distribution => (Vec::new(), vec![Axis::Territory]),
        ChartKind::Bar | ChartKind::StackedBar => {
            (input.series.into_iter().collect(), vec![input.categories.unwrap_or(Axis::Territory)])
        }
    }
}

fn refusal(fault: ChartFault, mark: &str) -> Refusal {
    let (french, english) = match fault {
        ChartFault::Series(given, limit) => (
            format!(
                "{given} séries ; on n’en distingue pas plus de {limit} sur ce graphique. Gardez-en moins, ou demandez un tableau."
            ),
            format!(
                "{given} series; this chart tells {limit} apart at most. Keep fewer, or ask for a table."
            ),
        ),
        ChartFault::Categories(given, limit) => (
            format!("{given} catégories ; ce graphique en porte {limit} au plus. Nommez moins de territoires ou de périodes, ou demandez un tableau ou une carte."),
            format!("{given} categories; this chart holds {limit} at most. Name fewer territories or periods, or ask for a table or a map."),
        ),
        ChartFault::NotPeriods => {
            ("Des courbes se lisent au fil des périodes.".to_owned(), "Lines run over periods.".to_owned())
        }
        ChartFault::MixedPeriods => (
            "Une courbe ne joint pas des années à des trimestres ou à des mois : demandez des périodes de même durée."
                .to_owned(),
            "A line does not join years with quarters or months: ask for periods of one length.".to_owned(),
        ),
        ChartFault::NotTwo(present::Axis::Indicator, given) => (
            format!("Un nuage de points se trace selon deux indicateurs, et non {given}."),
            format!("A scatter plot takes two indicators, not {given}."),
        ),
        ChartFault::NotTwo(_, given) => (
            format!("Une pente va d’une période à une autre : deux périodes, et non {given}."),
            format!("A slope goes from one period to another: two periods, not {given}."),
        ),
        ChartFault::NotSides => (
            "Une pyramide a deux dimensions : celle des catégories, puis celle des côtés, qui en a deux."
                .to_owned(),
            "A pyramid has two dimensions: that of the categories, then that of its sides, which has two."
                .to_owned(),
        ),
        ChartFault::NotTerritories => (
            "Une distribution est celle des territoires d’un niveau.".to_owned(),
            "A distribution is that of the territories of a level.".to_owned(),
        ),
        ChartFault::NotParts => (
            "On n’empile que des parties d’un tout : des modalités, ou des territoires d’un même niveau, d’un effectif qui s’additionne.".to_owned(),
            "Only parts of a whole are stacked: categories, or territories of one level, of counts that add up.".to_owned(),
        ),
        ChartFault::NotThere => (
            format!("Le territoire {mark} n’est pas dans ce graphique : il ne peut pas y être mis en avant."),
            format!("Territory {mark} does not stand in this chart: it cannot be put forward."),
        ),
        ChartFault::Units => (
            "Ces indicateurs n’ont pas la même unité : un seul axe ne peut pas les porter.".to_owned(),
            "These indicators have different units: they cannot stand on one axis.".to_owned(),
        ),
    };
    Refusal::new(Code::ChartInvalid, french, english)
}
