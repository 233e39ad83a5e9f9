//! What the reading searches.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::{
    CategoryInput, ObservationFilter, ObservationOrder,
    codes::{
        breakdown_id, breakdown_invalid, dimension_unknown, indicator_id, invalid, some_broken_down,
        too_many, versions,
    },
};
use crate::{
    error::{Code, Refusal},
    geography::{Territory, Vintage},
    graphql::{
        context::Session,
        paging::{self, Counted, Cursor, Edge, Key, ListName, Paging, Total},
        scalars::Period,
        types::Observation,
    },
    store::{FigureFilter, FigureKey, FigurePage, Position, Sort},
};

const MOST_INDICATORS: usize = 50;
const MOST_CODES: usize = 500;
const MOST_SORTS: usize = 4;

/// A search for figures, checked.
pub struct Search {
    /// What is searched.
    pub filter: FigureFilter,
    order: Vec<Sort>,
}

impl Search {
    /// Checks a filter and finds what its codes stand for.
    ///
    /// # Errors
    ///
    /// [`Code::FilterInvalid`], [`Code::CodeInvalid`], [`Code::CodeUnknown`], [`Code::PeriodInvalid`],
    /// [`Code::DateInvalid`] or [`Code::BreakdownInvalid`], naming what was wrong.
    pub fn new(
        session: &Session,
        filter: &ObservationFilter,
        order: Vec<ObservationOrder>,
    ) -> Result<Self, Refusal> {
        if order.len() > MOST_SORTS {
            return Err(too_many("orderBy", order.len(), MOST_SORTS));
        }
        let repeated = |at: usize| {
            order.iter().take(at).any(|one| order.get(at).is_some_and(|other| one.field == other.field))
        };
        if (1..order.len()).any(repeated) {
            return Err(invalid("« orderBy » nomme deux fois la même clé.", "“orderBy” names a key twice."));
        }
        let periods = filter.periods.as_ref().map(|periods| {
            if periods.len() > MOST_CODES {
                return Err(too_many("periods", periods.len(), MOST_CODES));
            }
            periods.iter().map(Period::read).collect()
        });
        let numbers = [filter.at_least, filter.at_most];
        if numbers.into_iter().flatten().any(|number| !number.is_finite()) {
            return Err(invalid(
                "« atLeast » et « atMost » sont des nombres finis.",
                "“atLeast” and “atMost” are finite numbers.",
            ));
        }
        let between = (
            filter.from.as_ref().map(Period::read).transpose()?,
            filter.to.as_ref().map(Period::read).transpose()?,
        );
        if let (Some(from), Some(to)) = between
            && from.calendar_year() > to.calendar_year()
        {
            return Err(invalid("« from » vient après « to ».", "“from” comes after “to”."));
        }
        if let [Some(least), Some(most)] = numbers
            && least > most
        {
            return Err(invalid("« atLeast » dépasse « atMost ».", "“atLeast” is above “atMost”."));
        }
        let indicators = indicators(session, &filter.indicators)?;
        Ok(Self {
            filter: FigureFilter {
                territories: territories(session, filter)?,
                breakdowns: breakdowns(session, filter, &indicators)?,
                indicators,
                periods: periods.transpose()?,
                between,
                shown: filter.shown,
                at_least: filter.at_least,
                at_most: filter.at_most,
            },
            order: order.into_iter().map(Sort::from).collect(),
        })
    }

    /// The key of one figure; none when nobody has such a figure: no period is named and the indicator has
    /// none yet, or no figure at all is broken down so.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub async fn one(
        session: &Session,
        indicator: &str,
        territory_id: i32,
        period: Option<&Period>,
        breakdown: Option<&[CategoryInput]>,
    ) -> Result<Option<FigureKey>, Refusal> {
        let indicator_id = indicator_id(session, indicator)?;
        let period = match period {
            Some(period) => Some(period.read()?),
            None => session.periods.load_one(indicator_id).await?.and_then(|periods| periods.last().copied()),
        };
        let breakdown_id = match breakdown {
            Some(categories) => breakdown_id(session, categories, &[indicator_id])?,
            None => Some(0),
        };
        let key = |(period, breakdown_id)| FigureKey { indicator_id, territory_id, period, breakdown_id };
        Ok(period.zip(breakdown_id).map(key))
    }

    /// A page of what the search finds, as this viewer is told it.
    ///
    /// # Errors
    ///
    /// Those of [`Paging::window`], or [`Code::CursorInvalid`].
    pub async fn page(self, session: &Session, paging: &Paging) -> Result<Counted<Observation>, Refusal> {
        let window = paging.window()?;
        let mut page = FigurePage {
            order: self.order,
            after: None,
            before: None,
            limit: u64::from(window.limit),
            from_end: window.from_end,
        };
        let filter = Arc::new(self.filter);
        let list = list(page.order.clone(), Arc::clone(&filter));
        let length = Position::of(&page.full_order(), &ANY_KEY, None).numbers().len();
        page.after = paging.after.as_deref().map(|cursor| position(&list, cursor, length)).transpose()?;
        page.before = paging.before.as_deref().map(|cursor| position(&list, cursor, length)).transpose()?;
        let (found, more) = Box::pin(session.reading().search(&filter, &page)).await?;
        let beyond = |cursor: &Option<Position>| cursor.is_some();
        let (previous, next) =
            if window.from_end { (more, beyond(&page.before)) } else { (beyond(&page.after), more) };
        let edge =
            |(told, at)| Edge { cursor: Cursor::new(&list, Key::Figure(at)), node: Observation::from(told) };
        Ok(Counted {
            edges: found.into_iter().map(edge).collect(),
            has_previous_page: previous,
            has_next_page: next,
            total: Total::Figures(filter, OnceCell::new()),
        })
    }
}

const ANY_KEY: FigureKey =
    FigureKey { indicator_id: 0, territory_id: 0, period: entity::types::Period::EARLIEST, breakdown_id: 0 };

/// A list, another one for another order or filter: a cursor is good in its own list alone.
fn list(order: Vec<Sort>, filter: Arc<FigureFilter>) -> ListName {
    Arc::new(LazyLock::new(Box::new(move || list_name(&order, &filter))))
}

fn list_name(order: &[Sort], filter: &FigureFilter) -> String {
    let sorts: Vec<String> =
        order.iter().map(|sort| format!("{:?}{}", sort.by, u8::from(sort.descending))).collect();
    let digest = Sha256::digest(format!("{filter:?}"));
    let digest: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("observations{}-{digest}", sorts.join(""))
}

fn position(list: &str, cursor: &str, length: usize) -> Result<Position, Refusal> {
    let text = paging::read_cursor(list, cursor)?;
    let numbers: Result<Vec<f64>, _> = text.split(' ').map(str::parse::<f64>).collect();
    match numbers {
        Ok(numbers) if numbers.len() == length && numbers.iter().all(|number| number.is_finite()) => {
            Ok(Position::read(numbers.into_iter()))
        }
        _ => Err(paging::cursor_invalid()),
    }
}

fn indicators(session: &Session, codes: &[String]) -> Result<Vec<i32>, Refusal> {
    if codes.is_empty() {
        return Err(invalid("Nommez au moins un indicateur.", "Name at least one indicator."));
    }
    if codes.len() > MOST_INDICATORS {
        return Err(too_many("indicators", codes.len(), MOST_INDICATORS));
    }
    let ids: HashSet<i32> = codes.iter().map(|code| indicator_id(session, code)).collect::<Result<_, _>>()?;
    let mut ids: Vec<i32> = ids.into_iter().collect();
    ids.sort_unstable();
    Ok(ids)
}

fn territories(session: &Session, filter: &ObservationFilter) -> Result<Vec<i32>, Refusal> {
    let gazetteer = session.gazetteer();
    let inside = match &filter.within {
        Some(code) => {
            let roots = versions(session, code)?;
            let mut inside = gazetteer.closure(roots.iter().map(|root| root.id));
            inside.retain(|id| !roots.iter().any(|root| root.id == *id));
            Some(inside)
        }
        None => None,
    };
    let mut fitting: Vec<&Territory> = match &filter.territories {
        Some(codes) if codes.len() > MOST_CODES => {
            return Err(too_many("territories", codes.len(), MOST_CODES));
        }
        Some(codes) => {
            let mut named = Vec::new();
            for code in codes {
                named.extend(versions(session, code)?);
            }
            named
        }
        None => match &inside {
            Some(inside) => gazetteer.ordered(inside),
            None => gazetteer.all().iter().collect(),
        },
    };
    if let Some(level) = filter.level {
        let level = entity::types::Level::from(level);
        fitting.retain(|territory| territory.level == level);
    }
    if let Some(inside) = &inside {
        fitting.retain(|territory| inside.contains(&territory.id));
    }
    if let Some(day) = &filter.as_of {
        let day = day.read()?;
        if day < Vintage::EARLIEST.day() {
            return Err(Refusal::new(
                Code::DateInvalid,
                format!("Avant le {} les territoires ne sont pas connus.", Vintage::EARLIEST.day()),
                format!("Territories are not known before {}.", Vintage::EARLIEST.day()),
            ));
        }
        let day = day.min(Vintage::LATEST.day());
        fitting.retain(|territory| territory.exists_on(day));
    }
    let mut ids: Vec<i32> = fitting.into_iter().map(|territory| territory.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn breakdowns(
    session: &Session,
    filter: &ObservationFilter,
    indicators: &[i32],
) -> Result<Vec<i32>, Refusal> {
    match (&filter.breakdown, &filter.dimensions) {
        (Some(_), Some(_)) => Err(invalid(
            "Donnez « breakdown » ou « dimensions », pas les deux.",
            "Give “breakdown” or “dimensions”, not both.",
        )),
        (Some(categories), None) => Ok(breakdown_id(session, categories, indicators)?.into_iter().collect()),
        (None, Some(dimensions)) => {
            if let Some(unknown) =
                dimensions.iter().find(|code| session.catalogue().dimension(code).is_none())
            {
                return Err(dimension_unknown(session, unknown));
            }
            let codes: Vec<&str> = dimensions.iter().map(String::as_str).collect();
            if let Some(repeated) = (1..codes.len()).find(|at| codes[..*at].contains(&codes[*at])) {
                return Err(breakdown_invalid(codes[repeated]));
            }
            some_broken_down(session, indicators, &codes)?;
            Ok(session.catalogue().breakdowns_over(&codes))
        }
        (None, None) => Ok(vec![0]),
    }
}
