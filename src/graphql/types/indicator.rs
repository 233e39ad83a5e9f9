//! Indicators and their dimensions.

use async_graphql::{Context, ID, Object};

use super::{Observation, Source};
use crate::{
    catalogue,
    error::Refusal,
    graphql::{
        breadth::{Breadth, Lead},
        context::{InSession, Session},
        cost,
        filter::IndicatorObservationFilter,
        identifier::Identifier,
        paging::{self, Counted, Paging},
        scalars::Period,
        words::{Audience, Level, Measure, Theme, Unit},
    },
};

/// An indicator of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicator {
    id: i32,
}

impl Indicator {
    /// The indicator of a number.
    #[must_use]
    pub const fn new(id: i32) -> Self {
        Self { id }
    }

    fn facts<'a>(&self, session: &'a Session) -> Result<&'a catalogue::Indicator, Refusal> {
        session.catalogue().indicator_by_id(self.id).ok_or_else(Refusal::internal)
    }

    /// A page of indicators.
    ///
    /// # Errors
    ///
    /// Those of [`paging::page`].
    pub fn page<'a>(
        indicators: impl Iterator<Item = &'a catalogue::Indicator>,
        paging: &Paging,
    ) -> Result<Counted<Self>, Refusal> {
        let items = indicators.map(|found| (found.code.to_string(), Self { id: found.id })).collect();
        paging::page("indicators", items, paging)
    }
}

impl Breadth for Indicator {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            // They wait for the database.
            "finestLevel" | "periods" => Lead::Engine,
            _ => Lead::Here,
        }
    }
}

/// An indicator of the catalogue.
#[Object]
impl Indicator {
    /// Opaque identifier.
    pub async fn id(&self, context: &Context<'_>) -> Result<ID, Refusal> {
        Ok(Identifier::Indicator(self.facts(context.session()?)?.code.clone()).encode())
    }

    /// Code, such as `REV03`.
    async fn code<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        Ok(self.facts(context.session()?)?.code.as_str())
    }

    /// Label in the viewer's language.
    async fn label<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        let session = context.session()?;
        Ok(self.facts(session)?.label.in_language(session.language()))
    }

    /// Definition in the viewer's language: what is counted, among whom, on which date.
    async fn definition<'a>(&self, context: &Context<'a>) -> Result<&'a str, Refusal> {
        let session = context.session()?;
        Ok(self.facts(session)?.definition.in_language(session.language()))
    }

    /// Theme.
    async fn theme(&self, context: &Context<'_>) -> Result<Theme, Refusal> {
        Ok(self.facts(context.session()?)?.theme.into())
    }

    /// Unit of its values.
    async fn unit(&self, context: &Context<'_>) -> Result<Unit, Refusal> {
        Ok(self.facts(context.session()?)?.unit.into())
    }

    /// How its values come about.
    async fn measure(&self, context: &Context<'_>) -> Result<Measure, Refusal> {
        Ok(self.facts(context.session()?)?.measure.into())
    }

    /// The count above the line, for a rate whose counts are in the catalogue.
    async fn numerator(&self, context: &Context<'_>) -> Result<Option<Indicator>, Refusal> {
        let session = context.session()?;
        let numerator = self.facts(session)?.numerator.as_ref();
        Ok(numerator
            .and_then(|(code, _)| session.catalogue().indicator(code))
            .map(|found| Indicator::new(found.id)))
    }

    /// The count that this one is a part of: every unit counted here is counted there too.
    async fn part_of(&self, context: &Context<'_>) -> Result<Option<Indicator>, Refusal> {
        let session = context.session()?;
        let whole = self.facts(session)?.part_of.as_ref();
        Ok(whole.and_then(|code| session.catalogue().indicator(code)).map(|found| Self::new(found.id)))
    }

    /// The categories of the numerator that are meant, when it is not the total.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn numerator_breakdown(&self, context: &Context<'_>) -> Result<Vec<Category>, Refusal> {
        let session = context.session()?;
        let Some((_, breakdown)) = &self.facts(session)?.numerator else { return Ok(Vec::new()) };
        let catalogue = session.catalogue();
        let categories =
            breakdown.categories().filter_map(|(dimension, code)| catalogue.category(dimension, code));
        Ok(categories.cloned().map(Category).collect())
    }

    /// The count below the line.
    async fn denominator(&self, context: &Context<'_>) -> Result<Option<Indicator>, Refusal> {
        let session = context.session()?;
        let denominator = self.facts(session)?.denominator.as_ref();
        Ok(denominator
            .and_then(|code| session.catalogue().indicator(code))
            .map(|found| Indicator::new(found.id)))
    }

    /// Dimensions by which it can be broken down.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn dimensions(&self, context: &Context<'_>) -> Result<Vec<Dimension>, Refusal> {
        let session = context.session()?;
        let dimensions = self.facts(session)?.dimensions.iter();
        Ok(dimensions
            .filter_map(|code| session.catalogue().dimension(code))
            .cloned()
            .map(Dimension)
            .collect())
    }

    /// Source.
    async fn source(&self, context: &Context<'_>) -> Result<Source, Refusal> {
        Ok(Source::new(self.facts(context.session()?)?.source_id))
    }

    /// The finest level at which it exists, or, for an audience, at which that audience can be shown it:
    /// null when it does not reach that audience at all.
    async fn finest_level(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Audience; whoever may see the most by default.")] audience: Option<Audience>,
    ) -> Result<Option<Level>, Refusal> {
        let session = context.session()?;
        let facts = self.facts(session)?;
        let finest = session.reading().finest_level(facts, audience.map(Into::into)).await?;
        Ok(finest.map(Into::into))
    }

    /// Whether parts add up to the whole.
    async fn additive(&self, context: &Context<'_>) -> Result<bool, Refusal> {
        Ok(self.facts(context.session()?)?.additive)
    }

    /// Periods for which some figure is published, in order.
    async fn periods(&self, context: &Context<'_>) -> Result<Vec<Period>, Refusal> {
        let periods = context.session()?.periods.load_one(self.id).await?.unwrap_or_default();
        Ok(periods.into_iter().map(Period::from).collect())
    }

    /// What to beware of, in the viewer's language.
    async fn precautions<'a>(&self, context: &Context<'a>) -> Result<Option<&'a str>, Refusal> {
        let session = context.session()?;
        Ok(self.facts(session)?.precautions.as_ref().map(|text| text.in_language(session.language())))
    }

    /// Breaks in its series, in their order; those of the counts that a rate is worked out from among them.
    #[graphql(complexity = "cost::times(2, child_complexity)")]
    async fn breaks(&self, context: &Context<'_>) -> Result<Vec<SeriesBreak>, Refusal> {
        Ok(self.facts(context.session()?)?.breaks.iter().cloned().map(SeriesBreak).collect())
    }

    /// What this viewer is told of the figures of this indicator.
    #[graphql(complexity = "cost::search(first, last, child_complexity)")]
    async fn observations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which figures.")] filter: IndicatorObservationFilter,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Observation>, Refusal> {
        let session = context.session()?;
        let search = filter.search(session, self.id)?;
        search.page(session, &Paging { first, after, last, before }).await
    }
}

/// A break in a series: what is measured, or how, changed.
pub struct SeriesBreak(catalogue::SeriesBreak);

/// A break in a series: what is measured, or how, changed.
#[Object]
impl SeriesBreak {
    /// From this period on figures are not comparable with those before. A longer period during which the series breaks, the
    /// year of a month for instance, is the first that is not.
    async fn period(&self) -> Period {
        self.0.period.into()
    }

    /// Why, in the viewer's language.
    async fn reason(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.reason.in_language(context.session()?.language()))
    }
}

/// A dimension of breakdown.
pub struct Dimension(pub catalogue::Dimension);

/// A dimension of breakdown.
#[Object]
impl Dimension {
    /// Code, such as `SEXE`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Label in the viewer's language.
    async fn label(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.label.in_language(context.session()?.language()))
    }

    /// Categories in their order.
    #[graphql(complexity = "cost::times(8, child_complexity)")]
    async fn categories(&self) -> Vec<Category> {
        self.0.categories.iter().cloned().map(Category).collect()
    }
}

/// A category of a dimension.
pub struct Category(pub catalogue::Category);

impl Breadth for Category {
    fn lead(_: &str) -> Lead<Self> {
        Lead::Here
    }
}

/// A category of a dimension.
#[Object]
impl Category {
    /// Code of its dimension.
    async fn dimension(&self) -> &str {
        &self.0.dimension
    }

    /// Code within the dimension.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Label in the viewer's language.
    async fn label(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.label.in_language(context.session()?.language()))
    }

    /// The category that it is part of, when categories nest.
    async fn parent(&self, context: &Context<'_>) -> Result<Option<Category>, Refusal> {
        let catalogue = context.session()?.catalogue();
        let parent = self.0.parent.as_ref().and_then(|code| catalogue.category(&self.0.dimension, code));
        Ok(parent.cloned().map(Category))
    }
}
