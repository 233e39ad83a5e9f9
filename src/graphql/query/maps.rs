//! Maps.

use std::collections::HashMap;

use async_graphql::{Context, Enum, InputObject, Object};

use crate::{
    error::{Code, Refusal},
    graphql::{
        context::{InSession, Session},
        filter::CategoryInput,
        layout::{Axis, PeriodSelection, TableInput, TerritorySelection},
        query::tables,
        types::ThematicMap,
        words::Representation,
    },
    present::{
        self,
        classify::{self, Method},
        map::{MOST_PANELS, MapFault, shape},
        words::Printing,
    },
};

/// Most territories of a map.
const MOST_TERRITORIES: usize = 2_000;

/// How many classes a map has unless asked otherwise.
pub const CLASSES: i32 = 5;

/// How the classes of a map are made, from the values that this viewer is shown alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ClassificationMethod {
    /// As many values in each class.
    Quantiles,
    /// Classes that are as wide as each other.
    EqualIntervals,
    /// Least variance within classes (Fisher, Jenks).
    #[default]
    Jenks,
    /// Classes a standard deviation wide, around the mean.
    StandardDeviation,
    /// Six classes: the extreme twentieths apart, the rest in four of as many values.
    Q6,
    /// The bounds that are given.
    Manual,
}

/// A map of one indicator.
#[derive(Clone, Debug, InputObject)]
pub struct MapInput {
    /// Code of the indicator.
    pub indicator: String,
    /// Which territories.
    pub territories: TerritorySelection,
    /// Which periods, side by side with one classification, 4 at most.
    #[graphql(default)]
    pub periods: PeriodSelection,
    /// Exactly this breakdown; the total by default.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Shades or circles; what fits the measure by default, and nothing else: a count as shades misleads, for it grows with
    /// the territory.
    pub representation: Option<Representation>,
    /// How classes are made.
    #[graphql(default)]
    pub method: ClassificationMethod,
    /// How many classes, 2 to 9; fewer where values are few.
    #[graphql(default_with = "CLASSES")]
    pub classes: i32,
    /// Bounds of the classes, the first and the last included, ascending; with `MANUAL`.
    pub bounds: Option<Vec<f64>>,
}

/// Maps.
#[derive(Default)]
pub struct MapQuery;

#[Object]
impl MapQuery {
    /// A map of one indicator, as this viewer is told it; classes, legend and words are made of shown values alone.
    #[graphql(complexity = "10_000 + child_complexity")]
    async fn map(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is shown, where, and in which classes.")] input: MapInput,
    ) -> Result<ThematicMap, Refusal> {
        let (map, table) = draw(context.session()?, &input).await?;
        Ok(ThematicMap::new(map, table, input))
    }
}

/// A map as the viewer of a session is told its figures, and the table behind it.
///
/// # Errors
///
/// [`Code::MapInvalid`], and those of a table.
pub async fn draw(
    session: &Session,
    input: &MapInput,
) -> Result<(present::map::ThematicMap, TableInput), Refusal> {
    let method = method(input)?;
    let table = TableInput {
        rows: vec![Axis::Territory],
        columns: vec![Axis::Period],
        indicators: vec![input.indicator.clone()],
        territories: input.territories.clone(),
        periods: input.periods.clone(),
        breakdown: input.breakdown.clone(),
        dimensions: None,
        totals: false,
    };
    let grid = tables::grid(session, &table, MOST_TERRITORIES * MOST_PANELS).await?;
    let indicator = grid.indicators(session.catalogue()).next().ok_or_else(Refusal::internal)?;
    let terms = (input.representation.map(Into::into), indicator.measure, Printing::of(indicator));
    let territories = grid.layout().members().territories.iter().copied();
    let contours = session.geometries.load_many(territories).await?;
    let shapes: HashMap<i32, Vec<_>> =
        contours.iter().filter_map(|(id, contour)| Some((*id, shape::read(&contour.text)?))).collect();
    let map = present::map::ThematicMap::new(grid, shapes, &method, terms, session.gazetteer());
    let map = map.map_err(refusal)?;
    let is_schematic = contours.values().any(|contour| contour.schematic);
    Ok((if is_schematic { map.on_schematic_contours() } else { map }, table))
}

fn method(input: &MapInput) -> Result<Method, Refusal> {
    let classes = usize::try_from(input.classes).ok().ok_or_else(|| refusal(MapFault::Classes))?;
    match (&input.bounds, input.method) {
        (Some(bounds), ClassificationMethod::Manual) => Ok(Method::Manual(bounds.clone())),
        (None, ClassificationMethod::Manual) | (Some(_), _) => Err(Refusal::new(
            Code::MapInvalid,
            "« bounds » va avec la méthode MANUAL, et elle avec « bounds ».",
            "“bounds” goes with the method MANUAL, and the method with “bounds”.",
        )),
        (None, ClassificationMethod::Quantiles) => Ok(Method::Quantiles(classes)),
        (None, ClassificationMethod::EqualIntervals) => Ok(Method::EqualIntervals(classes)),
        (None, ClassificationMethod::Jenks) => Ok(Method::Jenks(classes)),
        (None, ClassificationMethod::StandardDeviation) => Ok(Method::StandardDeviation(classes)),
        (None, ClassificationMethod::Q6) => Ok(Method::Q6),
    }
}

fn refusal(fault: MapFault) -> Refusal {
    let (french, english) = match fault {
        MapFault::Unfit(present::map::Representation::Choropleth) => (
            "Un effectif ne se représente pas en plages de couleur : il grandit avec le territoire, et la carte montrerait surtout sa taille. Demandez des cercles, ou un taux.".to_owned(),
            "A count is not shown as shades: it grows with the territory, and the map would mostly show its size. Ask for circles, or for a rate.".to_owned(),
        ),
        MapFault::Unfit(present::map::Representation::ProportionalCircles) => (
            "Un taux, une médiane ou un indice ne se représente pas en cercles proportionnels : leur surface se lit comme une quantité. Demandez des plages de couleur.".to_owned(),
            "A rate, a median or an index is not shown as proportional circles: their area reads as an amount. Ask for shades.".to_owned(),
        ),
        MapFault::Negative => (
            "Un cercle n’a pas de taille pour une valeur négative : demandez un graphique en barres.".to_owned(),
            "A circle has no size for a value below zero: ask for a bar chart.".to_owned(),
        ),
        MapFault::NoContour => (
            "Aucun de ces territoires n’a de contour.".to_owned(),
            "None of these territories has a contour.".to_owned(),
        ),
        MapFault::Classes => (
            format!("Une carte a de {} à {} classes, aux bornes croissantes.", classify::CLASSES.start(), classify::CLASSES.end()),
            format!("A map has {} to {} classes, with ascending bounds.", classify::CLASSES.start(), classify::CLASSES.end()),
        ),
        MapFault::Panels(given) => (
            format!("{given} périodes côte à côte ; la limite est de {MOST_PANELS}."),
            format!("{given} periods side by side; the limit is {MOST_PANELS}."),
        ),
        MapFault::Covered(levels) => match levels.as_slice() {
            [only] => (
                format!("Des territoires se recouvrent\u{a0}: certains, de niveau {only}, ont pris la place d’autres. Demandez-les tous tels qu’ils sont un même jour («\u{a0}asOf\u{a0}»)."),
                format!("Territories lie over one another: some, of level {only}, took the place of others. Ask for all of them as they are on one day (“asOf”)."),
            ),
            several => {
                let levels = several.iter().map(|level| level.word()).collect::<Vec<_>>().join(", ");
                (
                    format!("Des territoires se recouvrent, car ils sont de plusieurs niveaux\u{a0}: {levels}. Nommez-en un («\u{a0}level\u{a0}»)."),
                    format!("Territories lie over one another, for they are of several levels: {levels}. Name one of them (“level”)."),
                )
            }
        },
    };
    Refusal::new(Code::MapInvalid, french, english)
}
