//! Maps.

use async_graphql::{Context, Object, SimpleObject};

use super::{Download, Table, table::names};
use crate::{
    error::{Code, Refusal},
    export::DrawingFormat,
    graphql::{
        context::InSession,
        cost,
        layout::TableInput,
        query::maps::{ClassificationMethod, MapInput},
        scalars::{GeoJson, Json},
        words::Representation,
    },
    present,
};

/// Narrowest and widest drawing, in pixels.
pub const WIDTHS: std::ops::RangeInclusive<i32> = 320..=2_000;

/// Width of a drawing unless asked otherwise, in pixels.
pub const WIDTH: i32 = 800;

/// A map, as this viewer is told its figures.
pub struct ThematicMap {
    map: present::map::ThematicMap,
    table: TableInput,
    input: MapInput,
}

/// How the classes of a map were made.
#[derive(SimpleObject)]
pub struct Classification {
    /// Method.
    method: ClassificationMethod,
    /// Bounds of the classes, the first and the last included, ascending.
    bounds: Vec<f64>,
}

/// A class of a map.
#[derive(SimpleObject)]
pub struct MapClass {
    /// Lower bound; belongs to the class below, but for the first one.
    from: f64,
    /// Upper bound; belongs to this class.
    to: f64,
    /// Colour, as `#rrggbb`.
    colour: &'static str,
    /// How many shown values are in it.
    count: i32,
}

impl ThematicMap {
    /// A map of a table.
    #[must_use]
    pub const fn new(map: present::map::ThematicMap, table: TableInput, input: MapInput) -> Self {
        Self { map, table, input }
    }
}

/// Checks the width of a drawing.
///
/// # Errors
///
/// The code that is given.
pub fn width(asked: i32, code: Code) -> Result<f64, Refusal> {
    if WIDTHS.contains(&asked) {
        return Ok(f64::from(asked));
    }
    Err(Refusal::new(
        code,
        format!("Un dessin a de {} à {} pixels de large.", WIDTHS.start(), WIDTHS.end()),
        format!("A drawing is {} to {} pixels wide.", WIDTHS.start(), WIDTHS.end()),
    ))
}

/// A map, as this viewer is told its figures.
#[Object]
impl ThematicMap {
    /// What it shows, in a line.
    #[graphql(complexity = "200")]
    async fn title(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.map.title(names(context.session()?)))
    }

    /// What it shows, in words for those who do not see it.
    #[graphql(complexity = "1_000")]
    async fn alt(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.map.alt(names(context.session()?)))
    }

    /// Shades or circles.
    async fn representation(&self) -> Representation {
        self.map.representation().into()
    }

    /// How its classes were made; null with circles.
    async fn classification(&self) -> Option<Classification> {
        let bounds = self.map.bounds();
        (!bounds.is_empty()).then_some(Classification { method: self.input.method, bounds })
    }

    /// Its classes, the lowest first; none with circles.
    #[graphql(complexity = "cost::times(9, child_complexity)")]
    async fn classes(&self) -> Vec<MapClass> {
        let class = |class: &present::map::MapClass| MapClass {
            from: class.from,
            to: class.to,
            colour: class.colour,
            count: i32::try_from(class.count).unwrap_or(i32::MAX),
        };
        self.map.classes().iter().map(class).collect()
    }

    /// Its territories as a GeoJSON feature collection (RFC 7946); each with `code`, `name`, `value`, `withheld`, `symbol`
    /// and `class` of the last period, and all periods under `values` where there are several.
    #[graphql(complexity = "5_000")]
    async fn features(&self, context: &Context<'_>) -> Result<GeoJson, Refusal> {
        GeoJson::from_json(self.map.features(names(context.session()?)))
    }

    /// The same as TopoJSON: lines that neighbours share stand once.
    #[graphql(complexity = "5_000")]
    async fn topo_json(&self, context: &Context<'_>) -> Result<Json, Refusal> {
        Ok(Json(self.map.topo_json(names(context.session()?))))
    }

    /// The map as SVG; grey hatching is statistical secrecy, white is not available.
    #[graphql(complexity = "5_000")]
    async fn svg(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Width in pixels, 320 to 2,000.", default_with = "WIDTH")] width: i32,
    ) -> Result<String, Refusal> {
        Ok(self.map.svg(names(context.session()?), self::width(width, Code::MapInvalid)?))
    }

    /// The map as a Vega-Lite 5 specification with its data; several periods stand side by side.
    #[graphql(complexity = "5_000")]
    async fn vega_lite(&self, context: &Context<'_>) -> Result<Json, Refusal> {
        Ok(Json(self.map.vega_lite(names(context.session()?))))
    }

    /// The table behind it.
    async fn table(&self) -> Table {
        Table::new(self.map.grid().clone(), self.table.clone())
    }

    /// Where it is had as a file.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn downloads(&self, context: &Context<'_>) -> Result<Vec<Download>, Refusal> {
        let query = self.input.query(context.session()?.language());
        let download = |format: &DrawingFormat| Download::of_drawing("map", *format, &query);
        Ok(DrawingFormat::OF_MAPS.iter().map(download).collect())
    }
}
