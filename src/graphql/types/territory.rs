//! Territories.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::{Observation, Study};
use crate::{
    catalogue::POPULATION,
    error::{Code, Refusal},
    geography::{self, Gazetteer, Vintage},
    graphql::{
        breadth::{self, Breadth, Cells, Lead},
        context::{InSession, Session},
        cost,
        filter::{CategoryInput, Search, TerritoryObservationFilter},
        identifier::Identifier,
        paging::{self, Counted, Paging},
        scalars::{Date, GeoJson, Period},
        words::Level,
    },
    store::FigureKey,
};

/// A territory in a vintage of the geography.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Territory {
    id: i32,
    vintage: Vintage,
}

/// A territory that cuts another one without nesting.
#[derive(SimpleObject)]
pub struct TerritoryOverlap {
    /// The other territory.
    pub territory: Territory,
    /// Share of this territory's area that lies in the other one, 0 to 1, on the demonstration's schematic contours, whatever
    /// contours were loaded since.
    pub area_share: f64,
}

impl Territory {
    /// A version as seen in a vintage.
    #[must_use]
    pub const fn in_vintage(id: i32, vintage: Vintage) -> Self {
        Self { id, vintage }
    }

    /// A version as seen in the last vintage that it belongs to.
    #[must_use]
    pub fn latest(territory: &geography::Territory) -> Self {
        Self { id: territory.id, vintage: territory.last_vintage() }
    }

    fn facts<'a>(&self, session: &'a Session) -> Result<&'a geography::Territory, Refusal> {
        session.gazetteer().get(self.id).ok_or_else(Refusal::internal)
    }

    /// Other territories, seen in this one's vintage when they belong to it.
    fn beside<'a>(&self, others: impl Iterator<Item = &'a geography::Territory>) -> Vec<Self> {
        let in_vintage = others.filter(|other| other.exists_in(self.vintage));
        in_vintage.map(|other| Self { id: other.id, vintage: self.vintage }).collect()
    }

    fn within(
        &self,
        session: &Session,
        level: Option<Level>,
        paging: &Paging,
    ) -> Result<Counted<Self>, Refusal> {
        let gazetteer = session.gazetteer();
        let level = level.map(entity::types::Level::from);
        let children =
            gazetteer.children(self.id).filter(|child| level.is_none_or(|level| child.level == level));
        let children =
            self.beside(children).into_iter().map(|child| (child.cursor_key(gazetteer), child)).collect();
        paging::page("territories", children, paging)
    }

    /// The key of its cursor in lists.
    #[must_use]
    pub fn cursor_key(self, gazetteer: &Gazetteer) -> String {
        let territory = gazetteer.get(self.id);
        territory
            .map(|found| format!("{}:{}:{}", found.level, found.code, self.vintage.year()))
            .unwrap_or_default()
    }
}

impl Breadth for Territory {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            "children" => {
                Lead::to::<Counted<Self>>(&["level", "first", "after", "last", "before"], |rows, context| {
                    Box::pin(children(rows, context))
                })
            }
            "geometry" => Lead::Beyond {
                arguments: &[],
                fits: |_| true,
                cells: |rows, context| Box::pin(geometries(rows, context)),
            },
            "observation" => {
                Lead::to::<Observation>(&["indicator", "period", "breakdown"], |rows, context| {
                    Box::pin(observations(rows, context))
                })
            }
            // They wait for the database.
            "bbox" | "population" => Lead::Engine,
            _ => Lead::Here,
        }
    }
}

async fn children(rows: &[&Territory], context: &Context<'_>) -> Option<Cells> {
    let session = context.session().ok()?;
    let (_, level) = context.param_value("level", None).ok()?;
    let paging = Paging {
        first: context.param_value("first", None).ok()?.1,
        after: context.param_value("after", None).ok()?.1,
        last: context.param_value("last", None).ok()?.1,
        before: context.param_value("before", None).ok()?.1,
    };
    let pages = rows.iter().map(|row| row.within(session, level, &paging).map(Some));
    breadth::one(context, pages.collect::<Result<_, _>>().ok()?).await
}

async fn geometries(rows: &[&Territory], context: &Context<'_>) -> Option<Cells> {
    let loader = &context.session().ok()?.geometries;
    let found = loader.load_many(rows.iter().map(|row| row.id)).await.ok()?;
    let mut cells = Cells::default();
    for row in rows {
        cells.put(found.get(&row.id).map_or(b"null", |geometry| geometry.text.as_bytes()));
    }
    Some(cells)
}

/// One figure of each territory: which differs by the territory alone.
async fn observations(rows: &[&Territory], context: &Context<'_>) -> Option<Cells> {
    let session = context.session().ok()?;
    let (_, indicator): (_, String) = context.param_value("indicator", None).ok()?;
    let (_, period): (_, Option<Period>) = context.param_value("period", None).ok()?;
    let (_, breakdown): (_, Option<Vec<CategoryInput>>) = context.param_value("breakdown", None).ok()?;
    let any = Search::one(session, &indicator, rows.first()?.id, period.as_ref(), breakdown.as_deref());
    let any = any.await.ok()??;
    let keys: Vec<FigureKey> = rows.iter().map(|row| FigureKey { territory_id: row.id, ..any }).collect();
    let told = session.figures(&keys).await.ok()?;
    let told = keys.iter().map(|key| told.get(key).copied().map(|told| Some(Observation::from(told))));
    breadth::one(context, told.collect::<Option<_>>()?).await
}

/// A territory, as of 1 January of a year.
#[Object]
impl Territory {
    /// Opaque identifier of the territory in this vintage.
    pub async fn id(&self, context: &Context<'_>) -> Result<ID, Refusal> {
        let facts = self.facts(context.session()?)?;
        Ok(Identifier::Territory(facts.level, facts.code.clone(), self.vintage).encode())
    }

    /// Official code (Insee, SIREN); made up for the demonstration when `official` is false.
    async fn code<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        Ok(self.facts(context.session()?)?.code.as_str())
    }

    /// Name.
    async fn name<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        let session = context.session()?;
        Ok(self.facts(session)?.name_in(session.language()))
    }

    /// Level.
    async fn level(&self, context: &Context<'_>) -> Result<Level, Refusal> {
        Ok(self.facts(context.session()?)?.level.into())
    }

    /// Whether the code is an official one; false where it is made up for the demonstration. Contours of the
    /// demonstration are schematic until real ones are loaded, whatever this says.
    async fn official(&self, context: &Context<'_>) -> Result<bool, Refusal> {
        Ok(self.facts(context.session()?)?.official)
    }

    /// Generation of a priority neighbourhood, 2015 or 2024, or of the remainder beside it: the same name
    /// in another generation is another territory.
    async fn generation(&self, context: &Context<'_>) -> Result<Option<i32>, Refusal> {
        Ok(self.facts(context.session()?)?.generation)
    }

    /// Geography as of 1 January of this year.
    async fn vintage(&self) -> i32 {
        self.vintage.year()
    }

    /// First day of this version, where known.
    async fn valid_from(&self, context: &Context<'_>) -> Result<Option<Date>, Refusal> {
        Ok(self.facts(context.session()?)?.valid_from.map(Date::from))
    }

    /// Last day of this version, when it has ended.
    async fn valid_to(&self, context: &Context<'_>) -> Result<Option<Date>, Refusal> {
        Ok(self.facts(context.session()?)?.valid_to.map(Date::from))
    }

    /// Territories that it came from (merger, split, change of code).
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn predecessors(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        Ok(context.session()?.gazetteer().predecessors(self.id).map(Territory::latest).collect())
    }

    /// Territories that it became.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn successors(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        Ok(context.session()?.gazetteer().successors(self.id).map(Territory::latest).collect())
    }

    /// The territory that it lies in: the nearest, or the one of a level.
    async fn parent(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Level of the territory asked for.")] level: Option<Level>,
    ) -> Result<Option<Territory>, Refusal> {
        let ancestors = context.session()?.gazetteer().ancestors(self.id);
        let level = level.map(entity::types::Level::from);
        let mut fitting =
            ancestors.into_iter().filter(|ancestor| level.is_none_or(|level| ancestor.level == level));
        Ok(fitting.next().map(|ancestor| Territory { id: ancestor.id, vintage: self.vintage }))
    }

    /// Every territory that it lies in, nearest first.
    #[graphql(complexity = "cost::times(5, child_complexity)")]
    async fn ancestors(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        Ok(self.beside(context.session()?.gazetteer().ancestors(self.id).into_iter()))
    }

    /// Territories that lie in it directly, in this vintage.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn children(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only territories of this level.")] level: Option<Level>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Territory>, Refusal> {
        self.within(context.session()?, level, &Paging { first, after, last, before })
    }

    /// Territories that cut it without nesting: a priority neighbourhood and the IRIS and communes that it cuts.
    #[graphql(complexity = "cost::times(20, child_complexity)")]
    async fn overlaps(&self, context: &Context<'_>) -> Result<Vec<TerritoryOverlap>, Refusal> {
        let gazetteer = context.session()?.gazetteer();
        let overlaps = gazetteer.overlaps(self.id).iter().filter_map(|overlap| {
            let other = gazetteer.get(overlap.other).filter(|other| other.exists_in(self.vintage))?;
            let territory = Territory { id: other.id, vintage: self.vintage };
            Some(TerritoryOverlap { territory, area_share: overlap.area_share })
        });
        Ok(overlaps.collect())
    }

    /// Contour; schematic in the demonstration. Null where there is none.
    #[graphql(complexity = "10")]
    async fn geometry(&self, context: &Context<'_>) -> Result<Option<GeoJson>, Refusal> {
        let geometry = context.session()?.geometries.load_one(self.id).await?;
        geometry.map(|geometry| GeoJson::from_text(&geometry.text)).transpose()
    }

    /// West, south, east and north ends of the contour, degrees WGS 84.
    async fn bbox(&self, context: &Context<'_>) -> Result<Option<Vec<f64>>, Refusal> {
        let geometry = context.session()?.geometries.load_one(self.id).await?;
        Ok(geometry.map(|geometry| geometry.bounding_box.to_vec()))
    }

    /// Longitude and latitude of the centre, degrees WGS 84.
    async fn centroid(&self, context: &Context<'_>) -> Result<Option<Vec<f64>>, Refusal> {
        let centroid = self.facts(context.session()?)?.centroid;
        Ok(centroid.map(|(longitude, latitude)| vec![longitude, latitude]))
    }

    /// Inhabitants (indicator DEM01), in a period, or the latest for which the indicator has figures anywhere.
    #[graphql(complexity = "cost::figure(0, child_complexity)")]
    async fn population(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Period; the latest by default.")] period: Option<Period>,
    ) -> Result<Option<Observation>, Refusal> {
        let session = context.session()?;
        let search = Search::one(session, POPULATION, self.id, period.as_ref(), None).await?;
        Ok(match search {
            Some(key) => Some(Observation::from(session.figure(key).await?)),
            None => None,
        })
    }

    /// What this viewer is told of one figure.
    #[graphql(complexity = "cost::figure(breakdown.as_ref().map_or(0, Vec::len), child_complexity)")]
    async fn observation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Code of the indicator.")] indicator: String,
        #[graphql(desc = "Period; the latest that has figures by default.")] period: Option<Period>,
        #[graphql(desc = "Categories, one a dimension; the total by default.")] breakdown: Option<
            Vec<CategoryInput>,
        >,
    ) -> Result<Observation, Refusal> {
        let session = context.session()?;
        let key = Search::one(session, &indicator, self.id, period.as_ref(), breakdown.as_deref()).await?;
        match key {
            Some(key) => Ok(Observation::from(session.figure(key).await?)),
            None => Err(Refusal::new(
                Code::PeriodInvalid,
                format!("L’indicateur {indicator} n’a encore aucune donnée : indiquez une période."),
                format!("Indicator {indicator} has no figures yet: name a period."),
            )),
        }
    }

    /// What this viewer is told of the figures of this territory.
    #[graphql(complexity = "cost::search(first, last, child_complexity)")]
    async fn observations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which figures.")] filter: TerritoryObservationFilter,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Observation>, Refusal> {
        let session = context.session()?;
        let search = filter.search(session, self.id)?;
        search.page(session, &Paging { first, after, last, before }).await
    }

    /// Studies about this territory that exist for this viewer.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn studies(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Study>, Refusal> {
        let studies = context.session()?.reading().studies().await?;
        let about = studies.iter().filter(|study| study.territories.contains(&self.id));
        Study::page(about, &Paging { first, after, last, before })
    }
}
