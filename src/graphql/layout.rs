//! Tables as a caller asks for them: from codes to a layout.

use async_graphql::{Enum, InputObject};
use entity::types::{Breakdown, PeriodKind};

use super::{
    context::Session,
    filter::{
        CategoryInput,
        codes::{
            breakdown_id, breakdown_invalid, dimension_unknown, indicator_id, invalid, some_broken_down,
            too_many, versions,
        },
    },
    scalars::{Date, Period},
    words::Level,
};
use crate::{
    error::{Code, Refusal},
    geography::{Territory, Vintage},
    language::Language,
    present::{self, Layout, LayoutFault, Members, Question},
};

const MOST_INDICATORS: usize = 50;
const MOST_CODES: usize = 500;
const MOST_DIMENSIONS: usize = 4;

/// What rows or columns run through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "present::Axis")]
pub enum Axis {
    /// Indicators.
    Indicator,
    /// Territories.
    Territory,
    /// Periods.
    Period,
    /// Breakdowns, one header for each dimension.
    Breakdown,
}

/// Which territories, each once, as it is on a day.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TerritorySelection {
    /// Codes, in the order of the table, 500 at most.
    pub codes: Option<Vec<String>>,
    /// Those of this level.
    pub level: Option<Level>,
    /// Those that lie wholly in the one of this code.
    pub within: Option<String>,
    /// As they are on this day; the latest by default. A code that is no longer stands for its last version.
    pub as_of: Option<Date>,
}

/// Which periods. When nothing is said it is the latest that all indicators have, or the latest of any where they share none.
#[derive(Clone, Debug, Default, InputObject)]
pub struct PeriodSelection {
    /// These.
    pub periods: Option<Vec<Period>>,
    /// All with figures from this one on, as long as it is: years from a year, quarters from a quarter.
    pub from: Option<Period>,
    /// All with figures up to this one.
    pub to: Option<Period>,
    /// The last so many of all that have figures of anything asked for; what has none there reads as not available.
    pub latest: Option<i32>,
}

/// A table: which axes stand on its rows and columns, and what they run through. An axis that stands on neither has one
/// member.
#[derive(Clone, Debug, InputObject)]
pub struct TableInput {
    /// Axes of the rows, the outermost first.
    pub rows: Vec<Axis>,
    /// Axes of the columns, the outermost first.
    pub columns: Vec<Axis>,
    /// Codes of the indicators, 1 to 50.
    pub indicators: Vec<String>,
    /// Which territories.
    pub territories: TerritorySelection,
    /// Which periods.
    #[graphql(default)]
    pub periods: PeriodSelection,
    /// Exactly this breakdown, in every cell.
    pub breakdown: Option<Vec<CategoryInput>>,
    /// Every crossing of these dimensions, 4 at most, on the axis of breakdowns.
    pub dimensions: Option<Vec<String>>,
    /// Also the whole: all categories of each dimension together, and the territory of `within`. They are figures of their
    /// own, shown or withheld as such; nothing is ever added up.
    #[graphql(default)]
    pub totals: bool,
}

impl TableInput {
    /// Lays the table out, of at most `limit` cells.
    ///
    /// # Errors
    ///
    /// [`Code::LayoutInvalid`], [`Code::TableTooLarge`], and those of a search for what its codes say wrongly.
    pub async fn layout(&self, session: &Session, limit: usize) -> Result<Layout, Refusal> {
        let indicators = self.indicator_ids(session)?;
        // A fixed breakdown is said in every header and file, like one that is crossed.
        let fixed = || self.breakdown.iter().flatten().map(|pair| pair.dimension.clone()).collect();
        let dimensions: Vec<String> = self.dimensions.clone().unwrap_or_else(fixed);
        let question = Question {
            rows: self.rows.iter().copied().map(Into::into).collect(),
            columns: self.columns.iter().copied().map(Into::into).collect(),
            members: Members {
                territories: self.territory_ids(session)?,
                periods: self.periods(session, &indicators).await?,
                breakdowns: self.breakdown_ids(session, &indicators, &dimensions)?,
                indicators,
            },
            dimensions,
        };
        Layout::new(question, limit).map_err(refusal)
    }

    fn indicator_ids(&self, session: &Session) -> Result<Vec<i32>, Refusal> {
        if self.indicators.is_empty() {
            return Err(invalid("Nommez au moins un indicateur.", "Name at least one indicator."));
        }
        if self.indicators.len() > MOST_INDICATORS {
            return Err(too_many("indicators", self.indicators.len(), MOST_INDICATORS));
        }
        once(self.indicators.iter().map(|code| indicator_id(session, code)))
    }

    fn territory_ids(&self, session: &Session) -> Result<Vec<i32>, Refusal> {
        let TerritorySelection { codes, level, within, as_of } = &self.territories;
        let day = match as_of.as_ref().map(Date::read).transpose()? {
            Some(day) if day < Vintage::EARLIEST.day() => {
                return Err(Refusal::new(
                    Code::DateInvalid,
                    format!("Avant le {} les territoires ne sont pas connus.", Vintage::EARLIEST.day()),
                    format!("Territories are not known before {}.", Vintage::EARLIEST.day()),
                ));
            }
            Some(day) => day.min(Vintage::LATEST.day()),
            None => Vintage::LATEST.day(),
        };
        let gazetteer = session.gazetteer();
        let one = |code: &String| -> Result<&Territory, Refusal> {
            let versions = versions(session, code)?;
            let here = versions.iter().find(|version| version.exists_on(day));
            let last = || versions.iter().max_by_key(|version| version.valid_from);
            here.or_else(last).copied().ok_or_else(Refusal::internal)
        };
        let mut fitting: Vec<&Territory> = match codes {
            Some(codes) if codes.len() > MOST_CODES => {
                return Err(too_many("codes", codes.len(), MOST_CODES));
            }
            Some(codes) => codes.iter().map(one).collect::<Result<_, _>>()?,
            None if level.is_none() && within.is_none() => {
                return Err(invalid(
                    "Dites quels territoires : leurs codes (« codes », ou « territories » dans une adresse), « level » ou « within ».",
                    "Say which territories: their codes (“codes”, or “territories” in an address), “level” or “within”.",
                ));
            }
            None => gazetteer.all().iter().filter(|territory| territory.exists_on(day)).collect(),
        };
        if let Some(level) = level {
            let level = entity::types::Level::from(*level);
            fitting.retain(|territory| territory.level == level);
        }
        if let Some(code) = within {
            let root = one(code)?;
            let inside = gazetteer.closure([root.id]);
            fitting.retain(|territory| inside.contains(&territory.id) && territory.id != root.id);
            if self.totals {
                fitting.push(root);
            }
        }
        once(fitting.into_iter().map(|territory| Ok(territory.id)))
    }

    async fn periods(
        &self,
        session: &Session,
        indicators: &[i32],
    ) -> Result<Vec<entity::types::Period>, Refusal> {
        let PeriodSelection { periods, from, to, latest } = &self.periods;
        let from = from.as_ref().map(Period::read).transpose()?;
        let to = to.as_ref().map(Period::read).transpose()?;
        if let (Some(from), Some(to)) = (from, to)
            && from.calendar_year() > to.calendar_year()
        {
            return Err(invalid("« from » vient après « to ».", "“from” comes after “to”."));
        }
        let mut found = match periods {
            Some(named) if named.len() > MOST_CODES => {
                return Err(too_many("periods", named.len(), MOST_CODES));
            }
            Some(named) => once(named.iter().map(Period::read))?,
            None => {
                // Not by the loader: it waits for the other fields of a document, and files have none.
                let periods = session.reading().periods(indicators).await?;
                // Of several indicators, what all of them have is compared; of nothing in common, any.
                let common = periods.values().cloned().reduce(|mut common, other| {
                    common.retain(|period| other.contains(period));
                    common
                });
                let unsaid = from.is_none() && to.is_none() && latest.is_none();
                let mut known = match common {
                    Some(common) if unsaid && !common.is_empty() => common,
                    _ => periods.into_values().flatten().collect(),
                };
                known.sort_unstable();
                known.dedup();
                known
            }
        };
        if periods.is_none() {
            // Years, quarters or months, never mixed: as long as the first that is named, years by default.
            let alike = |a: entity::types::Period, b: entity::types::Period| {
                std::mem::discriminant(&a.kind()) == std::mem::discriminant(&b.kind())
            };
            let year = found.iter().copied().find(|period| period.kind() == PeriodKind::Year);
            if let Some(like) = from.or(to).or(year).or(found.last().copied()) {
                found.retain(|period| alike(*period, like));
            }
        }
        let year = entity::types::Period::calendar_year;
        let after = |bound: entity::types::Period, period: entity::types::Period| match bound.kind() {
            PeriodKind::Year => year(period) >= year(bound),
            _ => period >= bound,
        };
        let until = |bound: entity::types::Period, period: entity::types::Period| match bound.kind() {
            PeriodKind::Year => year(period) <= year(bound),
            _ => period <= bound,
        };
        found.retain(|period| {
            from.is_none_or(|bound| after(bound, *period)) && to.is_none_or(|bound| until(bound, *period))
        });
        let latest = match latest {
            Some(latest) => {
                Some(usize::try_from(*latest).ok().filter(|latest| *latest > 0).ok_or_else(|| {
                    invalid("« latest » est un nombre positif.", "“latest” is a positive number.")
                })?)
            }
            None if periods.is_none() && from.is_none() && to.is_none() => Some(1),
            None => None,
        };
        if let Some(latest) = latest {
            found.drain(..found.len().saturating_sub(latest));
        }
        Ok(found)
    }

    fn breakdown_ids(
        &self,
        session: &Session,
        indicators: &[i32],
        dimensions: &[String],
    ) -> Result<Vec<i32>, Refusal> {
        if let Some(categories) = &self.breakdown {
            if self.dimensions.is_some() {
                return Err(invalid(
                    "Donnez « breakdown » ou « dimensions », pas les deux.",
                    "Give “breakdown” or “dimensions”, not both.",
                ));
            }
            let found = breakdown_id(session, categories, indicators)?;
            return found.map(|id| vec![id]).ok_or_else(|| {
                Refusal::new(
                    Code::BreakdownInvalid,
                    "Aucune donnée n’est ventilée ainsi.",
                    "No figure is broken down so.",
                )
            });
        }
        if dimensions.is_empty() {
            return Ok(vec![0]);
        }
        if dimensions.len() > MOST_DIMENSIONS {
            return Err(too_many("dimensions", dimensions.len(), MOST_DIMENSIONS));
        }
        let codes: Vec<&str> = dimensions.iter().map(String::as_str).collect();
        let twice = (1..codes.len()).find(|at| codes[..*at].contains(&codes[*at]));
        let unknown = codes.iter().position(|code| session.catalogue().dimension(code).is_none());
        if let Some(at) = unknown {
            return Err(dimension_unknown(session, codes[at]));
        }
        if let Some(at) = twice {
            return Err(breakdown_invalid(codes[at]));
        }
        some_broken_down(session, indicators, &codes)?;
        Ok(self.crossings(session, &codes))
    }

    /// The breakdowns that cross these dimensions, in the order of their categories, the whole last.
    fn crossings(&self, session: &Session, dimensions: &[&str]) -> Vec<i32> {
        let catalogue = session.catalogue();
        let mut crossings: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for dimension in dimensions.iter().filter_map(|code| catalogue.dimension(code)) {
            let categories = dimension.categories.iter().map(|category| Some(category.code.as_str()));
            let choices: Vec<Option<&str>> = categories.chain(self.totals.then_some(None)).collect();
            let mut longer = Vec::with_capacity(crossings.len() * choices.len());
            for crossing in &crossings {
                for choice in &choices {
                    let pair = choice.map(|category| (dimension.code.as_str(), category));
                    longer.push(crossing.iter().copied().chain(pair).collect());
                }
            }
            crossings = longer;
        }
        let known = |crossing: Vec<(&str, &str)>| catalogue.breakdown_id(&Breakdown::of(crossing).ok()?);
        crossings.into_iter().filter_map(known).collect()
    }
}

/// Each once, in the order in which they came.
fn once<T: PartialEq>(all: impl Iterator<Item = Result<T, Refusal>>) -> Result<Vec<T>, Refusal> {
    let mut kept = Vec::new();
    for one in all {
        let one = one?;
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    Ok(kept)
}

/// Why an axis is empty, and what to do.
const fn nothing_fits(axis: present::Axis) -> (&'static str, &'static str) {
    match axis {
        present::Axis::Period => (
            "ces indicateurs n’ont pas de donnée entre ces bornes ; « indicators { periods } » dit lesquelles ils ont",
            "these indicators have no figure within these bounds; “indicators { periods }” says which they have",
        ),
        present::Axis::Territory => (
            "aucun territoire n’a ce niveau à cet endroit ce jour-là ; « territories » dit lesquels il y a",
            "no territory has this level in this place on that day; “territories” says which there are",
        ),
        present::Axis::Indicator | present::Axis::Breakdown => {
            ("aucun élément ne répond à la demande", "nothing fits what is asked")
        }
    }
}

fn refusal(fault: LayoutFault) -> Refusal {
    match fault {
        LayoutFault::Twice(axis) => Refusal::new(
            Code::LayoutInvalid,
            format!("L’axe {} figure deux fois : une fois suffit, en lignes ou en colonnes.", axis.word()),
            format!("The axis {} stands twice: once is enough, on rows or on columns.", axis.word()),
        ),
        LayoutFault::Unplaced(axis, members) => Refusal::new(
            Code::LayoutInvalid,
            format!(
                "L’axe {} a {members} éléments et ne figure ni en lignes ni en colonnes : placez-le, ou n’en gardez qu’un.",
                axis.word()
            ),
            format!(
                "The axis {} has {members} members and stands neither on rows nor on columns: place it, or keep one of them.",
                axis.word()
            ),
        ),
        LayoutFault::Empty(axis) => Refusal::new(
            Code::LayoutInvalid,
            format!("Rien à montrer sur l’axe {} : {}.", axis.word(), nothing_fits(axis).0),
            format!("Nothing to show on the axis {}: {}.", axis.word(), nothing_fits(axis).1),
        ),
        LayoutFault::TooLarge { rows, columns, limit } => {
            let word = |count, one, many| {
                if present::words::is_plural(count, Language::French) { many } else { one }
            };
            let (lines, across) = (word(rows, "ligne", "lignes"), word(columns, "colonne", "colonnes"));
            let said = |language| [rows, columns, limit].map(|count| present::words::count(count, language));
            let ([rows, columns, limit], english) = (said(Language::French), said(Language::English));
            Refusal::new(
                Code::TableTooLarge,
                format!(
                    "Le tableau aurait {rows} {lines} × {columns} {across} ; la limite est de {limit} cellules."
                ),
                format!(
                    "The table would have {} rows × {} columns; the limit is {} cells.",
                    english[0], english[1], english[2]
                ),
            )
        }
    }
}
