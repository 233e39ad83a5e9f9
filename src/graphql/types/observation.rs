//! Observations: what a viewer is told of a figure.

use async_graphql::{Context, Object};

use super::{Category, Indicator, MaskExplanation, Release, Territory};
use crate::{
    auth::Action,
    error::Refusal,
    geography::Vintage,
    graphql::{
        breadth::{self, Breadth, Lead},
        context::{InSession, Session},
        cost,
        guard::{holds, scope},
        scalars::Period,
        words::Withheld,
    },
    present::{self, notes},
    store::Told,
};

/// What this viewer is told of one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation(Told);

impl From<Told> for Observation {
    fn from(told: Told) -> Self {
        Self(told)
    }
}

impl Observation {
    fn indicator_facts<'a>(&self, session: &'a Session) -> Result<&'a crate::catalogue::Indicator, Refusal> {
        session.catalogue().indicator_by_id(self.0.key.indicator_id).ok_or_else(Refusal::internal)
    }

    const fn of(&self) -> Indicator {
        Indicator::new(self.0.key.indicator_id)
    }

    /// Where, in the vintage of its period where there is one.
    fn place(&self, session: &Session) -> Result<Territory, Refusal> {
        let territory = session.gazetteer().get(self.0.key.territory_id).ok_or_else(Refusal::internal)?;
        let year = Vintage::of_year(self.0.key.period.calendar_year()).ok();
        Ok(match year.filter(|vintage| territory.exists_in(*vintage)) {
            Some(vintage) => Territory::in_vintage(territory.id, vintage),
            None => Territory::latest(territory),
        })
    }

    fn categories(&self, session: &Session) -> Result<Vec<Category>, Refusal> {
        let catalogue = session.catalogue();
        let breakdown = catalogue.breakdowns().get(&self.0.key.breakdown_id).ok_or_else(Refusal::internal)?;
        let categories =
            breakdown.categories().filter_map(|(dimension, code)| catalogue.category(dimension, code));
        Ok(categories.cloned().map(Category).collect())
    }
}

impl Breadth for Observation {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            "indicator" => Lead::to::<Indicator>(&[], |rows, context| {
                let indicators = rows.iter().map(|row| Some(row.of())).collect();
                Box::pin(breadth::one(context, indicators))
            }),
            "territory" => Lead::to::<Territory>(&[], |rows, context| {
                Box::pin(async move {
                    let session = context.session().ok()?;
                    let places = rows.iter().map(|row| row.place(session).map(Some));
                    breadth::one(context, places.collect::<Result<_, _>>().ok()?).await
                })
            }),
            "breakdown" => Lead::to::<Category>(&[], |rows, context| {
                Box::pin(async move {
                    let session = context.session().ok()?;
                    let categories = rows.iter().map(|row| row.categories(session));
                    let categories: Vec<Vec<Category>> = categories.collect::<Result<_, _>>().ok()?;
                    let lists = categories.iter().map(|list| list.iter().collect()).collect();
                    breadth::lists(context, lists).await
                })
            }),
            "explanation" | "release" => Lead::Engine,
            _ => Lead::Here,
        }
    }
}

/// What this viewer is told of one figure: a value, or why there is none.
#[Object]
impl Observation {
    /// What is measured.
    async fn indicator(&self) -> Indicator {
        self.of()
    }

    /// Where.
    async fn territory(&self, context: &Context<'_>) -> Result<Territory, Refusal> {
        self.place(context.session()?)
    }

    /// When.
    async fn period(&self) -> Period {
        self.0.key.period.into()
    }

    /// Categories, one a dimension; empty for the total.
    #[graphql(complexity = "cost::times(3, child_complexity)")]
    async fn breakdown(&self, context: &Context<'_>) -> Result<Vec<Category>, Refusal> {
        self.categories(context.session()?)
    }

    /// The figure in the indicator's unit; null exactly when `withheld` is set.
    async fn value(&self) -> Option<f64> {
        self.0.disclosed.value()
    }

    /// Why the value is not shown; null exactly when it is.
    async fn withheld(&self) -> Option<Withheld> {
        self.0.disclosed.withheld().map(Into::into)
    }

    /// Insee's sign for a value that is not shown: `s`, `...`, `///`, `n.s.`.
    async fn symbol(&self) -> Option<&'static str> {
        self.0.disclosed.symbol()
    }

    /// SDMX `CL_CONF_STATUS`: F free, N not for publication, C confidential, E embargoed. Complementary
    /// masks are never told apart from primary ones.
    async fn conf_status(&self, context: &Context<'_>) -> Result<&'static str, Refusal> {
        let session = context.session()?;
        let source = session
            .catalogue()
            .source(self.indicator_facts(session)?.source_id)
            .ok_or_else(Refusal::internal)?;
        Ok(self.0.disclosed.confidentiality(source.audience))
    }

    /// SDMX `CL_OBS_STATUS`: A normal, B first after a break in the series, D definition differs (carried into the geography
    /// of a territory that was formed later), Q suppressed, L not collected, M cannot exist, N not significant.
    async fn obs_status(&self, context: &Context<'_>) -> Result<&'static str, Refusal> {
        let session = context.session()?;
        Ok(present::observation_status(&self.0, (session.catalogue(), session.gazetteer())))
    }

    /// Why the value is not shown, in words, and what would change it; of a value that is shown, what to know of it.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Refusal> {
        let session = context.session()?;
        let language = session.language();
        if let Some(reason) = self.0.disclosed.withheld() {
            return Ok(Some(notes::note(reason, language).to_owned()));
        }
        let opened = self.0.disclosed.is_opened().then(|| notes::opened(language));
        let carried = present::is_carried(&self.0, session.gazetteer()).then(|| notes::carried(language));
        let found = present::break_at(&self.0, session.catalogue());
        let found = found.map(|found| notes::series_break(found, language));
        let said = opened.into_iter().chain(carried).map(str::to_owned);
        let all: Vec<String> = said.chain(found).collect();
        Ok((!all.is_empty()).then(|| all.join(" ")))
    }

    /// Why the release’s plan masks it, for the operator alone: who knows which masks are sensitive by themselves
    /// works out much of what they hide. Null where the plan does not mask it.
    #[graphql(
        complexity = "cost::times(8, child_complexity)",
        directive = scope::apply(Action::ExplainMasks.scope().to_owned())
    )]
    async fn explanation(&self, context: &Context<'_>) -> Result<Option<MaskExplanation>, Refusal> {
        if !holds(context, Action::ExplainMasks)? {
            return Ok(None);
        }
        let session = context.session()?;
        let Some(explanation) = session.masks.load_one(self.0.key).await? else { return Ok(None) };
        let indicator = self.indicator_facts(session)?;
        Ok(Some(MaskExplanation { explanation, source_id: indicator.source_id }))
    }

    /// The release that it stands in; null where nobody has the figure, or where it is not yours to know.
    async fn release(&self, context: &Context<'_>) -> Result<Option<Release>, Refusal> {
        let Some(id) = self.0.release_id else { return Ok(None) };
        let releases = context.session()?.reading().releases().await?;
        Ok(releases.iter().find(|release| release.id == id).cloned().map(Release))
    }
}
