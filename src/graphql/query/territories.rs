//! Territories.

use async_graphql::{Context, InputObject, Object};
use entity::types::TerritoryCode;

use crate::{
    error::{Code, Refusal},
    geography::{FIRST_VINTAGE, LAST_VINTAGE, Vintage, VintageUnknown},
    graphql::{
        context::{InSession, Session},
        cost,
        paging::{self, Counted, Paging},
        scalars::Date,
        types::Territory,
        words::Level,
    },
};

/// Which territories.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TerritoryFilter {
    /// Only this level.
    level: Option<Level>,
    /// Only territories that lie wholly in the one of this code.
    within: Option<String>,
    /// Only names that contain this, whatever the case and accents.
    name: Option<String>,
    /// Only this generation of priority neighbourhoods, 2015 or 2024.
    generation: Option<i32>,
    /// As of this day; today by default.
    as_of: Option<Date>,
}

/// Territories.
#[derive(Default)]
pub struct TerritoryQuery;

#[Object]
impl TerritoryQuery {
    /// A territory by its code; null when no territory has it on that day.
    async fn territory(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Code, leading zeros and Corsica's letters kept.")] code: String,
        #[graphql(desc = "Level, where several share a code; the widest by default.")] level: Option<Level>,
        #[graphql(desc = "As of this day, from 2019-01-01 on; today by default.")] as_of: Option<Date>,
    ) -> Result<Option<Territory>, Refusal> {
        let session = context.session()?;
        let code = parse(&code)?;
        let day = day(session, as_of.as_ref())?;
        let found = session.gazetteer().find(&code, level.map(Into::into), day);
        let seen = found.map(|found| Ok(Territory::in_vintage(found.id, Vintage::seen_on(day, found)?)));
        seen.transpose().map_err(|VintageUnknown| too_early())
    }

    /// Territories, ordered by level, then code.
    #[graphql(complexity = "cost::page(first, last, child_complexity)")]
    async fn territories(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which territories.")] filter: Option<TerritoryFilter>,
        #[graphql(desc = "At most so many from the start; 500 at most.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Counted<Territory>, Refusal> {
        let session = context.session()?;
        let gazetteer = session.gazetteer();
        let filter = filter.unwrap_or_default();
        let day = day(session, filter.as_of.as_ref())?;
        let inside = match &filter.within {
            Some(code) => {
                let root = gazetteer.find(&parse(code)?, None, day).ok_or_else(|| unknown(code))?;
                let mut inside = gazetteer.closure([root.id]);
                inside.remove(&root.id);
                Some(inside)
            }
            None => None,
        };
        let level = filter.level.map(entity::types::Level::from);
        let name = filter.name.as_deref().map(plain);
        let language = session.language();
        let mut items = Vec::new();
        let among = match &inside {
            Some(inside) => gazetteer.ordered(inside),
            None => gazetteer.all().iter().collect(),
        };
        for found in among.into_iter().filter(|found| found.exists_on(day)) {
            let fits = level.is_none_or(|level| found.level == level)
                && filter.generation.is_none_or(|generation| found.generation == Some(generation))
                && name.as_ref().is_none_or(|name| plain(found.name_in(language)).contains(name));
            if fits {
                let vintage = Vintage::seen_on(day, found).map_err(|VintageUnknown| too_early())?;
                let territory = Territory::in_vintage(found.id, vintage);
                items.push((territory.cursor_key(gazetteer), territory));
            }
        }
        paging::page("territories", items, &Paging { first, after, last, before })
    }
}

fn parse(code: &str) -> Result<TerritoryCode, Refusal> {
    TerritoryCode::parse(code).map_err(|error| {
        Refusal::new(
            Code::CodeInvalid,
            format!("{error}."),
            format!("“{}” is no territory code: 2 to 16 digits, capital letters or hyphens.", error.text),
        )
    })
}

fn unknown(code: &str) -> Refusal {
    Refusal::new(
        Code::CodeUnknown,
        format!("Aucun territoire n’a le code « {code} » à cette date."),
        format!("No territory has the code “{code}” on that day."),
    )
}

/// The day that is asked for, today by default; days after the last vintage are answered with it.
fn day(session: &Session, as_of: Option<&Date>) -> Result<chrono::NaiveDate, Refusal> {
    let Some(date) = as_of else { return Ok(session.viewer().today().max(first_day())) };
    let day = date.read()?;
    if day < first_day() { Err(too_early()) } else { Ok(day) }
}

fn first_day() -> chrono::NaiveDate {
    Vintage::of_year(FIRST_VINTAGE).unwrap_or(Vintage::LATEST).day()
}

fn too_early() -> Refusal {
    Refusal::new(
        Code::DateInvalid,
        format!(
            "La géographie de l’observatoire est connue des millésimes {FIRST_VINTAGE} à {LAST_VINTAGE} : demandez un jour à partir du {FIRST_VINTAGE}-01-01."
        ),
        format!(
            "The observatory knows the geography of the vintages {FIRST_VINTAGE} to {LAST_VINTAGE}: ask for a day from {FIRST_VINTAGE}-01-01 on."
        ),
    )
}

/// A name for comparison: lower case, without the accents of French.
fn plain(name: &str) -> String {
    let without_accent = |letter: char| match letter {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ÿ' => 'y',
        '’' => '\'',
        other => other,
    };
    name.to_lowercase().chars().map(without_accent).collect()
}
