//! Profiles.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object};
use entity::types;

use crate::{
    catalogue::POPULATION,
    error::{Code, Refusal},
    geography::{Gazetteer, Territory},
    graphql::{
        context::{InSession, Session},
        cost,
        filter::codes::{indicator_id, too_many, versions},
        scalars::Period,
        types::{Profile, ProfileTemplate},
    },
    present::profile::{self, Draft, Span, Subject, Template},
    store::FigureKey,
};

/// Most territories beside the one that is described.
const MOST_COMPARATORS: usize = 6;
/// Fewer of a level say little about a rank.
const FEWEST_PEERS: usize = 4;
/// The template that is used when none is named.
const USUAL: &str = "PORTRAIT";

/// The portrait of a territory.
#[derive(Clone, Debug, InputObject)]
pub struct ProfileInput {
    /// Code of the territory; its last version.
    pub territory: String,
    /// Code of the template, of those of `profileTemplates`; `PORTRAIT` by default.
    pub template: Option<String>,
    /// Codes of the territories beside it, 6 at most; those around it that the template names by default.
    pub comparators: Option<Vec<String>>,
    /// Also so many of its level that are nearest in population, as far as it is shown.
    pub nearest: Option<i32>,
    /// Nothing later than the year of this period; the latest of each indicator by default.
    pub until: Option<Period>,
    /// Changes are told since the year of this period; as many years back as the template says by default.
    pub since: Option<Period>,
}

/// Profiles.
#[derive(Default)]
pub struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// The portrait of a territory beside others, as this viewer is told their figures.
    #[graphql(complexity = "20_000 + child_complexity")]
    async fn profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Of what, and beside what.")] input: ProfileInput,
    ) -> Result<Profile, Refusal> {
        Ok(Profile::new(read(context.session()?, &input).await?, input))
    }

    /// Templates of profiles: those that come with the program, and those of the operator.
    #[graphql(complexity = "cost::times(20, child_complexity)")]
    async fn profile_templates(&self, context: &Context<'_>) -> Result<Vec<ProfileTemplate>, Refusal> {
        let templates = context.session()?.templates().all();
        Ok(templates.cloned().map(ProfileTemplate).collect())
    }
}

/// A profile as the viewer of a session is told it.
///
/// # Errors
///
/// [`Code::ProfileInvalid`], those of codes, and those of the store.
pub async fn read(session: &Session, input: &ProfileInput) -> Result<profile::Profile, Refusal> {
    let gazetteer = session.gazetteer();
    let template = template(session, input.template.as_deref().unwrap_or(USUAL))?;
    let territory = latest(session, &input.territory)?;
    if !template.levels.contains(&territory.level) {
        let levels = template.levels.iter().map(|level| level.word()).collect::<Vec<_>>().join(", ");
        let (code, level) = (&template.code, territory.level.word());
        return Err(Refusal::new(
            Code::ProfileInvalid,
            format!(
                "Le modèle {code} décrit les niveaux {levels}, et « {} » est de niveau {level}.",
                input.territory
            ),
            format!(
                "The template {code} describes the levels {levels}, and “{}” is of level {level}.",
                input.territory
            ),
        ));
    }
    let subject = Subject {
        territory_id: territory.id,
        comparators: comparators(session, input, template, territory).await?,
        peers: peers(gazetteer, territory),
    };
    let span = Span {
        since: input.since.as_ref().map(Period::read).transpose()?,
        until: input.until.as_ref().map(Period::read).transpose()?,
    };
    if let (Some(since), Some(until)) = (span.since, span.until)
        && since.calendar_year() > until.calendar_year()
    {
        return Err(Refusal::new(
            Code::ProfileInvalid,
            format!("« since » ({since}) vient après « until » ({until})."),
            format!("“since” ({since}) comes after “until” ({until})."),
        ));
    }
    let lines = template.sections.iter().flat_map(|section| &section.lines);
    let mut indicators: Vec<i32> = lines.map(|line| line.indicator_id).collect();
    indicators.sort_unstable();
    indicators.dedup();
    let reading = session.reading();
    let periods = reading.periods(&indicators).await?;
    let draft = Draft::new(template, subject, span, session.catalogue(), &periods);
    let mut told = reading.tell(&draft.keys()).await?;
    let settled = draft.settle(&told);
    let known = |key: &FigureKey| told.contains_key(key);
    let rest: Vec<FigureKey> = settled.keys().into_iter().filter(|key| !known(key)).collect();
    let beside = reading.tell(&rest).await?;
    told.extend(beside);
    settled.profile(&told, (session.catalogue(), gazetteer)).ok_or_else(Refusal::internal)
}

fn template<'a>(session: &'a Session, code: &str) -> Result<&'a Template, Refusal> {
    session.templates().get(code).ok_or_else(|| {
        let known =
            session.templates().all().map(|template| template.code.as_str()).collect::<Vec<_>>().join(", ");
        let code: String = code.chars().take(40).collect();
        Refusal::new(
            Code::ProfileInvalid,
            format!("Aucun modèle de portrait n’a le code « {code} ». Modèles : {known}."),
            format!("No template of profiles has the code “{code}”. Templates: {known}."),
        )
    })
}

fn latest<'a>(session: &'a Session, code: &str) -> Result<&'a Territory, Refusal> {
    let versions = versions(session, code)?;
    versions.into_iter().max_by_key(|version| version.valid_from).ok_or_else(Refusal::internal)
}

/// The territories beside it: those that are named, else those around it, then those of its size.
async fn comparators(
    session: &Session,
    input: &ProfileInput,
    template: &Template,
    territory: &Territory,
) -> Result<Vec<i32>, Refusal> {
    let mut found: Vec<i32> = match &input.comparators {
        Some(codes) if codes.len() > MOST_COMPARATORS => {
            return Err(too_many("comparators", codes.len(), MOST_COMPARATORS));
        }
        Some(codes) => {
            let of = codes.iter().map(|code| Ok(latest(session, code)?.id));
            of.collect::<Result<_, Refusal>>()?
        }
        None => around(session.gazetteer(), territory, &template.comparators),
    };
    if let Some(nearest) = input.nearest {
        let most = MOST_COMPARATORS.saturating_sub(found.len());
        let Some(nearest) = usize::try_from(nearest).ok().filter(|count| *count <= most) else {
            return Err(Refusal::new(
                Code::ProfileInvalid,
                format!(
                    "« nearest » va de 0 à {most} ici : {MOST_COMPARATORS} territoires de comparaison au plus."
                ),
                format!("“nearest” goes from 0 to {most} here: {MOST_COMPARATORS} comparators at most."),
            ));
        };
        found.extend(nearest_in_size(session, territory, nearest).await?);
    }
    let mut seen = vec![territory.id];
    found.retain(|id| {
        let is_new = !seen.contains(id);
        seen.push(*id);
        is_new
    });
    Ok(found)
}

/// The territories of these levels that it lies in; where it lies across several of them, that of its greatest part.
fn around(gazetteer: &Gazetteer, territory: &Territory, levels: &[types::Level]) -> Vec<i32> {
    let mut wider = gazetteer.ancestors(territory.id);
    let overlaps = gazetteer.overlaps(territory.id).iter();
    let most = overlaps
        .filter_map(|overlap| Some((overlap.area_share, gazetteer.get(overlap.other)?)))
        .filter(|(_, other)| other.level == types::Level::Commune)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    if let Some((_, commune)) = most {
        wider.push(commune);
        wider.extend(gazetteer.ancestors(commune.id));
    }
    let of_level = |level: &types::Level| {
        let found = wider.iter().find(|other| other.level == *level && other.level != territory.level);
        found.map(|other| other.id)
    };
    levels.iter().filter_map(of_level).collect()
}

/// The territories of its level within the smallest territory around it that has enough of them; itself among them.
fn peers(gazetteer: &Gazetteer, territory: &Territory) -> Vec<i32> {
    let vintage = territory.last_vintage();
    let alike = |inside: &std::collections::HashSet<i32>| -> Vec<i32> {
        let all = gazetteer.all().iter().filter(|other| other.level == territory.level);
        let here = all.filter(|other| other.exists_in(vintage) && inside.contains(&other.id));
        here.map(|other| other.id).collect()
    };
    let levels = [types::Level::Commune, types::Level::Agglomeration, types::Level::Department];
    let wider = around(gazetteer, territory, &levels);
    let mut found = wider.into_iter().map(|root| alike(&gazetteer.closure([root])));
    let mut peers = found.find(|peers| peers.len() >= FEWEST_PEERS).unwrap_or_default();
    if !peers.contains(&territory.id) {
        peers.push(territory.id);
    }
    peers
}

/// The territories of its level whose shown population is nearest to its own.
async fn nearest_in_size(
    session: &Session,
    territory: &Territory,
    count: usize,
) -> Result<Vec<i32>, Refusal> {
    let indicator_id = indicator_id(session, POPULATION)?;
    let reading = session.reading();
    let periods: HashMap<i32, Vec<types::Period>> = reading.periods(&[indicator_id]).await?;
    let Some(period) = periods.get(&indicator_id).and_then(|periods| periods.iter().max()).copied() else {
        return Ok(Vec::new());
    };
    let vintage = territory.last_vintage();
    let alike = session.gazetteer().all().iter().filter(|other| other.level == territory.level);
    let key = |other: &Territory| FigureKey { indicator_id, territory_id: other.id, period, breakdown_id: 0 };
    let keys: Vec<FigureKey> = alike.filter(|other| other.exists_in(vintage)).map(key).collect();
    let told = reading.tell(&keys).await?;
    let value = |id: i32| told.values().find(|told| told.key.territory_id == id)?.disclosed.value();
    let Some(own) = value(territory.id) else { return Ok(Vec::new()) };
    let mut others: Vec<(f64, i32)> = told
        .values()
        .filter(|told| told.key.territory_id != territory.id)
        .filter_map(|told| Some(((told.disclosed.value()? - own).abs(), told.key.territory_id)))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    Ok(others.into_iter().take(count).map(|(_, id)| id).collect())
}
