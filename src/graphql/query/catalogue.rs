//! Indicators, sources and releases.

use async_graphql::{Context, InputObject, Object};
use entity::types::IndicatorCode;

use crate::{
    error::{Code, Refusal},
    graphql::{
        context::{InSession, Session},
        cost,
        paging::{self, Counted, Paging},
        scalars::Period,
        types::{Indicator, Release, Source},
        words::{Measure, Theme},
    },
};

/// Which indicators.
#[derive(Clone, Debug, Default, InputObject)]
pub struct IndicatorFilter {
    /// Only this theme.
    theme: Option<Theme>,
    /// Only the source of this code.
    source: Option<String>,
    /// Only this measure.
    measure: Option<Measure>,
    /// Only labels or codes that contain this, whatever the case.
    text: Option<String>,
}

/// Which releases.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ReleaseFilter {
    /// Only the source of this code.
    source: Option<String>,
    /// Only this period.
    period: Option<Period>,
}

/// Indicators, sources and releases.
#[derive(Default)]
pub struct CatalogueQuery;

#[Object]
impl CatalogueQuery {
    /// An indicator by its code; null when there is none.
    async fn indicator(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Code, such as `REV03`.")] code: String,
    ) -> Result<Option<Indicator>, Refusal> {
        let parsed = IndicatorCode::parse(&code).map_err(|error| {
            Refusal::new(
                Code::CodeInvalid,
                format!("{error}."),
                format!("“{}” is no indicator code: 5 to 12 capital letters or digits.", error.text),
            )
        })?;
        Ok(context.session()?.catalogue().indicator(&parsed).map(|found| Indicator::new(found.id)))
    }

    /// Indicators, in the order of their codes.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn indicators(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which indicators.")] filter: Option<IndicatorFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Indicator>, Refusal> {
        let session = context.session()?;
        let catalogue = session.catalogue();
        let filter = filter.unwrap_or_default();
        let theme = filter.theme.map(entity::types::Theme::from);
        let measure = filter.measure.map(entity::types::Measure::from);
        let text = filter.text.map(|text| text.to_lowercase());
        let contains = |known: &str| text.as_ref().is_none_or(|text| known.to_lowercase().contains(text));
        let source = filter.source.map(|code| source_id(session, &code)).transpose()?;
        let fits = |found: &&crate::catalogue::Indicator| {
            theme.is_none_or(|theme| found.theme == theme)
                && measure.is_none_or(|measure| found.measure == measure)
                && source.is_none_or(|source| found.source_id == source)
                && (contains(found.code.as_str()) || contains(found.label.in_language(session.language())))
        };
        Indicator::page(catalogue.indicators().iter().filter(fits), &Paging { first, after, last, before })
    }

    /// Sources, in the order of their codes.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn sources(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Source>, Refusal> {
        let sources = context.session()?.catalogue().sources().iter();
        let items = sources.map(|found| (found.code.clone(), Source::new(found.id))).collect();
        paging::page("sources", items, &Paging { first, after, last, before })
    }

    /// Published releases, in the order of publication.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn releases(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which releases.")] filter: Option<ReleaseFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Release>, Refusal> {
        let session = context.session()?;
        let filter = filter.unwrap_or_default();
        let period = filter.period.as_ref().map(Period::read).transpose()?;
        let source = filter.source.map(|code| source_id(session, &code)).transpose()?;
        let releases = session.reading().releases().await?.iter().filter(|release| {
            source.is_none_or(|source| source == release.source_id)
                && period.is_none_or(|period| release.period == period)
        });
        let items = releases.map(|found| (found.reference.clone(), Release(found.clone()))).collect();
        paging::page("releases", items, &Paging { first, after, last, before })
    }
}

fn source_id(session: &Session, code: &str) -> Result<i32, Refusal> {
    let found = session.catalogue().source_by_code(code).map(|found| found.id);
    found.ok_or_else(|| {
        let code: String = code.chars().take(40).collect();
        Refusal::new(
            Code::CodeUnknown,
            format!("Aucune source n’a le code « {code} »."),
            format!("No source has the code “{code}”."),
        )
    })
}
