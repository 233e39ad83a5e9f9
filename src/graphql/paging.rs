//! Relay paging, forwards and backwards, with opaque cursors that belong to one list.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use async_graphql::{Object, TypeName, connection::PageInfo};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use tokio::sync::OnceCell;

use super::{
    breadth::{self, Breadth, Lead, List},
    context::InSession,
};
use crate::{
    error::{Code, Refusal},
    store::{AccessFilter, FigureFilter, Position},
};

/// Longest page.
pub const LONGEST_PAGE: u32 = 500;
/// Length of a page when nobody says.
pub const USUAL_PAGE: u32 = 50;

/// A page of a list, with how many there are in all.
pub struct Counted<T> {
    /// What stands on the page.
    pub edges: Vec<Edge<T>>,
    /// Whether anything stands before it.
    pub has_previous_page: bool,
    /// Whether anything stands after it.
    pub has_next_page: bool,
    /// How many there are in all.
    pub total: Total,
}

/// A page of a list.
#[Object(name_type)]
impl<T: Breadth> Counted<T> {
    /// Information to aid in pagination.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous_page,
            has_next_page: self.has_next_page,
            start_cursor: self.edges.first().map(|edge| edge.cursor.encode()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.encode()),
        }
    }

    /// A list of edges.
    async fn edges(&self) -> List<'_, Edge<T>> {
        List(self.edges.iter().collect())
    }

    /// A list of nodes.
    async fn nodes(&self) -> List<'_, T> {
        List(self.edges.iter().map(|edge| &edge.node).collect())
    }

    #[graphql(flatten)]
    async fn total(&self) -> &Total {
        &self.total
    }
}

impl<T: Breadth> TypeName for Counted<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: Breadth> Breadth for Counted<T> {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            "nodes" => Lead::to::<T>(&[], |rows, context| {
                let pages = rows.iter().map(|page| page.edges.iter().map(|edge| &edge.node).collect());
                Box::pin(breadth::lists(context, pages.collect()))
            }),
            "edges" => Lead::to::<Edge<T>>(&[], |rows, context| {
                let pages = rows.iter().map(|page| page.edges.iter().collect());
                Box::pin(breadth::lists(context, pages.collect()))
            }),
            "totalCount" => Lead::Here,
            _ => Lead::Engine,
        }
    }
}

/// An item of a page.
pub struct Edge<T> {
    /// Where it stands.
    pub cursor: Cursor,
    /// The item.
    pub node: T,
}

/// An edge in a connection.
#[Object(name_type)]
impl<T: Breadth> Edge<T> {
    /// The item at the end of the edge
    async fn node(&self) -> &T {
        &self.node
    }

    /// A cursor for use in pagination
    async fn cursor(&self) -> String {
        self.cursor.encode()
    }
}

impl<T: Breadth> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

impl<T: Breadth> Breadth for Edge<T> {
    fn lead(field: &str) -> Lead<Self> {
        match field {
            "node" => Lead::to::<T>(&[], |rows, context| {
                Box::pin(breadth::each(context, rows.iter().map(|edge| &edge.node).collect()))
            }),
            "cursor" => Lead::Here,
            _ => Lead::Engine,
        }
    }
}

/// The name of a list, written when somebody asks: most pages are asked for without cursors.
pub type ListName = Arc<LazyLock<String, Box<dyn FnOnce() -> String + Send>>>;

/// Where an item stands in its list; written when somebody asks, too.
pub struct Cursor {
    list: ListName,
    key: Key,
}

/// What an item is found by in its list.
pub enum Key {
    /// A text of its own.
    Text(String),
    /// Where a figure stands.
    Figure(Position),
}

impl Cursor {
    /// Where an item stands in a list.
    #[must_use]
    pub fn new(list: &ListName, key: Key) -> Self {
        Self { list: Arc::clone(list), key }
    }

    fn encode(&self) -> String {
        match &self.key {
            Key::Text(key) => cursor(&self.list, key),
            Key::Figure(position) => cursor(&self.list, &position.to_string()),
        }
    }
}

/// How many nodes a whole list has.
pub enum Total {
    /// Known already.
    Known(usize),
    /// To be counted when asked for, once however often.
    Figures(Arc<FigureFilter>, OnceCell<u64>),
    /// The same for records of the log of access.
    Records(Box<AccessFilter>, OnceCell<u64>),
}

/// What a whole list says of itself.
#[Object(name = "ListTotal")]
impl Total {
    /// How many there are in all, whatever the page. Counts what this viewer may find, nothing else.
    async fn total_count(&self, context: &async_graphql::Context<'_>) -> Result<u64, Refusal> {
        match self {
            Self::Known(total) => Ok(*total as u64),
            Self::Figures(filter, known) => {
                let session = context.session()?;
                Ok(*known.get_or_try_init(|| Box::pin(session.reading().count(filter))).await?)
            }
            Self::Records(filter, known) => {
                let session = context.session()?;
                Ok(*known.get_or_try_init(|| Box::pin(session.reading().count_access_log(filter))).await?)
            }
        }
    }
}

/// The paging arguments of a list.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// At most so many from the start.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// At most so many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// Paging arguments that make sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// At most so many.
    pub limit: u32,
    /// Counted from the end.
    pub from_end: bool,
}

impl Paging {
    /// Checks how long the page is and from which end.
    ///
    /// # Errors
    ///
    /// [`Code::PageTooLarge`] or [`Code::PagingInvalid`].
    pub fn window(&self) -> Result<Window, Refusal> {
        let (length, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Refusal::new(
                    Code::PagingInvalid,
                    "Donnez « first » ou « last », pas les deux.",
                    "Give “first” or “last”, not both.",
                ));
            }
            (None, Some(last)) => (last, true),
            (first, None) => (first.unwrap_or(USUAL_PAGE as i32), false),
        };
        let limit = u32::try_from(length).ok().ok_or_else(|| {
            Refusal::new(
                Code::PagingInvalid,
                "Une page ne peut pas avoir une longueur négative.",
                "A page cannot have a negative length.",
            )
        })?;
        if limit > LONGEST_PAGE {
            return Err(Refusal::new(
                Code::PageTooLarge,
                format!(
                    "Page de {limit} éléments demandée ; la limite est de {LONGEST_PAGE}. Avancez avec « after »."
                ),
                format!(
                    "A page of {limit} items was asked for; the limit is {LONGEST_PAGE}. Go on with “after”."
                ),
            ));
        }
        Ok(Window { limit, from_end })
    }
}

/// Writes a cursor of a list.
#[must_use]
pub fn cursor(list: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}|{key}"))
}

/// Reads a cursor back.
///
/// # Errors
///
/// [`Code::CursorInvalid`] for anything that is no cursor of this list.
pub fn read_cursor(list: &str, cursor: &str) -> Result<String, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref()
        .and_then(|text| text.strip_prefix(list)?.strip_prefix('|'))
        .map(str::to_owned)
        .ok_or_else(cursor_invalid)
}

/// A cursor that is not one of this list.
#[must_use]
pub fn cursor_invalid() -> Refusal {
    Refusal::new(
        Code::CursorInvalid,
        "Ce curseur n’appartient pas à cette liste. Reprenez « endCursor » ou « startCursor » d’une page de la même liste, avec les mêmes filtres.",
        "This cursor does not belong to this list. Take “endCursor” or “startCursor” of a page of the same list, with the same filters.",
    )
}

/// The list of a name.
#[must_use]
pub fn named(list: &str) -> ListName {
    let name = list.to_owned();
    Arc::new(LazyLock::new(Box::new(move || name)))
}

/// A page of a list that is in memory, each item with the key of its cursor.
///
/// # Errors
///
/// The errors of [`Paging::window`] and [`read_cursor`].
pub fn page<T>(list: &str, items: Vec<(String, T)>, paging: &Paging) -> Result<Counted<T>, Refusal> {
    let window = paging.window()?;
    let total = items.len();
    let find = |cursor: &str| {
        let key = read_cursor(list, cursor)?;
        items.iter().position(|(known, _)| *known == key).ok_or_else(cursor_invalid)
    };
    let from = paging.after.as_deref().map(find).transpose()?.map_or(0, |position| position + 1);
    let to = paging.before.as_deref().map(find).transpose()?.unwrap_or(total).max(from);
    let limit = window.limit as usize;
    let (start, end) = if window.from_end {
        (to.saturating_sub(limit).max(from), to)
    } else {
        (from, (from + limit).min(to))
    };
    let list = named(list);
    let edge = |(key, node)| Edge { cursor: Cursor::new(&list, Key::Text(key)), node };
    Ok(Counted {
        edges: items.into_iter().skip(start).take(end - start).map(edge).collect(),
        has_previous_page: start > 0,
        has_next_page: end < total,
        total: Total::Known(total),
    })
}

#[cfg(test)]
mod tests {
    use super::{Paging, Window, cursor, page, read_cursor};
    use crate::error::Code;

    fn shown(paging: &Paging) -> Result<Vec<i32>, Code> {
        let items = (1..=10).map(|number: i32| (number.to_string(), number)).collect();
        let connection = page("numbers", items, paging).map_err(|refusal| refusal.code)?;
        Ok(connection.edges.into_iter().map(|edge| edge.node).collect())
    }

    #[test]
    fn pages_go_forwards_and_backwards() {
        let after = Some(cursor("numbers", "3"));
        assert_eq!(shown(&Paging { first: Some(2), after, ..Paging::default() }), Ok(vec![4, 5]));
        let before = Some(cursor("numbers", "9"));
        assert_eq!(shown(&Paging { last: Some(2), before, ..Paging::default() }), Ok(vec![7, 8]));
        assert_eq!(shown(&Paging { first: Some(0), ..Paging::default() }), Ok(vec![]));
    }

    #[test]
    fn bad_paging_is_refused_by_name() {
        assert_eq!(shown(&Paging { first: Some(100_000), ..Paging::default() }), Err(Code::PageTooLarge));
        assert_eq!(shown(&Paging { first: Some(-1), ..Paging::default() }), Err(Code::PagingInvalid));
        assert_eq!(
            shown(&Paging { first: Some(1), last: Some(1), ..Paging::default() }),
            Err(Code::PagingInvalid)
        );
        let after = Some(cursor("letters", "3"));
        assert_eq!(shown(&Paging { after, ..Paging::default() }), Err(Code::CursorInvalid));
        assert_eq!(
            shown(&Paging { after: Some("%%%".to_owned()), ..Paging::default() }),
            Err(Code::CursorInvalid)
        );
    }

    #[test]
    fn a_cursor_reads_back_in_its_own_list_only() {
        let text = cursor("studies", "ABS|2024");
        assert_eq!(read_cursor("studies", &text).ok().as_deref(), Some("ABS|2024"));
        assert!(read_cursor("study", &text).is_err());
    }

    #[test]
    fn a_page_is_fifty_long_when_nobody_says() {
        assert_eq!(Paging::default().window().ok(), Some(Window { limit: 50, from_end: false }));
    }
}
