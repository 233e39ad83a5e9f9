//! What a document costs: its fields, each list counted as often as it may be long, known before anything is executed.

use std::sync::Arc;

use async_graphql::{
    Response, ServerError, ValidationResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation},
    value,
};

use super::paging::{LONGEST_PAGE, USUAL_PAGE};
use crate::{
    error::{Code, Refusal},
    language::Language,
    present::words,
};

/// Highest cost of a document that is executed.
pub const BUDGET: usize = 250_000;

/// What nothing costs more than: products of lists within lists end here, far from where a number would begin again at zero.
/// As many of them as a document has fields can be added up.
const UNPAYABLE: usize = 1 << 40;

/// Where an answer says what its document cost.
const TOLD: &str = "cost";

/// What a list costs beside its page: one that is asked to count alone takes as much.
const LIST: usize = 20;

/// What a search costs beside its page, so that no request holds hundreds of them.
const SEARCH: usize = 8_000;

/// What a list costs: its length times what an item does.
#[must_use]
pub fn times(length: usize, item: usize) -> usize {
    length.saturating_mul(item.max(1)).min(UNPAYABLE)
}

/// What a page costs, whichever end it is counted from.
#[must_use]
pub fn page(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    length(first, last, item) + LIST
}

fn length(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    let length = first.or(last).unwrap_or(USUAL_PAGE as i32).clamp(1, LONGEST_PAGE as i32);
    times(length as usize, item)
}

/// What a search costs: its page, and the search itself.
#[must_use]
pub fn search(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    length(first, last, item) + SEARCH
}

/// What one figure costs beside what is asked of it.
const FIGURE: usize = 5;

/// What a figure costs: its categories are read for each object that it is asked of.
#[must_use]
pub const fn figure(categories: usize, item: usize) -> usize {
    FIGURE.saturating_add(categories).saturating_add(item)
}

/// The refusal of a document that costs too much.
#[must_use]
pub fn too_high(cost: Cost) -> Refusal {
    let Cost(cost) = cost;
    let (french, english) = if cost < UNPAYABLE {
        let said = |language| words::count(cost, language);
        (
            format!("coûterait {} champs", said(Language::French)),
            format!("would cost {} fields", said(Language::English)),
        )
    } else {
        ("coûterait plus qu’il ne se compte".to_owned(), "would cost more than can be counted".to_owned())
    };
    Refusal::new(
        Code::TooComplex,
        format!(
            "La requête {french}, la longueur de ses listes comprise ; la limite est de {} : demandez des pages plus courtes ou moins de listes imbriquées.",
            words::count(BUDGET, Language::French)
        ),
        format!(
            "The query {english}, the length of its lists counted; the limit is {}: ask for shorter pages or fewer nested lists.",
            words::count(BUDGET, Language::English)
        ),
    )
}

/// What a document costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost(pub usize);

impl Cost {
    /// Says in an answer what its document cost, and what it might have.
    #[must_use]
    pub fn told(self, response: Response) -> Response {
        response.extension(TOLD, value!({ "requested": (self.0 as u64), "budget": (BUDGET as u64) }))
    }

    /// Whether it may be executed.
    #[must_use]
    pub const fn is_payable(self) -> bool {
        self.0 <= BUDGET
    }
}

/// What the document of an answer cost; nothing where none was measured.
#[must_use]
pub fn told_of(response: &Response) -> Option<u64> {
    match response.extensions.get(TOLD)? {
        Value::Object(told) => match told.get("requested")? {
            Value::Number(cost) => cost.as_u64(),
            _ => None,
        },
        _ => None,
    }
}

/// Ends an execution as soon as its document is found to fit the schema, with the [`Cost`] as the source of its only error:
/// the engine tells it to nothing else, and what listens to an execution makes every field of it slower.
pub struct Meter;

impl ExtensionFactory for Meter {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Meter {
    async fn validation(
        &self,
        context: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let fits = next.run(context).await?;
        let mut ended = ServerError::new("measured", None);
        ended.source = Some(Arc::new(Cost(fits.complexity)));
        Err(vec![ended])
    }
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, Cost, UNPAYABLE, page, search, times};

    #[test]
    fn lists_within_lists_never_begin_again_at_nothing() {
        let nested = (0..24).fold(1, |item, _| page(Some(500), None, item));
        assert_eq!(nested, UNPAYABLE + super::LIST);
        assert!(!Cost(nested + search(Some(500), None, nested)).is_payable());
        assert_eq!(times(usize::MAX, usize::MAX), UNPAYABLE);
        // As many as a document has fields.
        assert!(UNPAYABLE.checked_mul(super::super::limits::LARGEST_DOCUMENT as usize).is_some());
    }

    #[test]
    fn a_page_costs_its_length_and_no_list_is_free() {
        assert_eq!((page(Some(10), None, 3), page(None, Some(7), 0), page(Some(-5), None, 2)), (50, 27, 22));
        assert_eq!((super::figure(0, 1), super::figure(3, 1)), (6, 9));
        assert!(Cost(BUDGET).is_payable() && !Cost(BUDGET + 1).is_payable());
    }
}
