//! Lists, told breadth first: a field of all objects of a list at once, written straight away. The engine goes depth first, with a
//! future, a place in a queue and a place in a map for each field of each object.
//!
//! What a field tells comes from its resolver all the same, guards and all: only where it leads to other objects, or waits for
//! the database, does a type say how that goes for many at once. Whatever does not fit, fails or has to wait is left to the
//! engine, which then tells the whole list as if nothing had been tried.

use std::{
    any::TypeId,
    borrow::Cow,
    pin::pin,
    task::{self, Poll, Waker},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::resolve_list,
};
use futures_util::future::{BoxFuture, try_join_all};

use super::{context::Session, outline::TYPE_KEY, written};

/// What stands under one key of many objects, as JSON, in the order of the objects.
#[derive(Debug, Default)]
pub struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    /// Writes the next cell.
    fn push<E>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        write(&mut self.text)?;
        self.ends.push(self.text.len());
        Ok(())
    }

    /// Takes in what is JSON already as the next cell.
    pub fn put(&mut self, json: &[u8]) {
        self.text.extend_from_slice(json);
        self.ends.push(self.text.len());
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |end| &self.text[std::mem::replace(&mut start, *end)..*end])
    }

    /// A list of some of the cells, the next ones.
    fn list<'a>(cells: &mut impl Iterator<Item = &'a [u8]>, length: usize, out: &mut Vec<u8>) {
        out.push(b'[');
        for (at, cell) in cells.take(length).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(cell);
        }
        out.push(b']');
    }
}

/// A column on its way; none where the engine has to tell it.
pub type Column<'a> = BoxFuture<'a, Option<Cells>>;

/// Tells a column: the cells of one field of these objects.
pub type Tell<T> = for<'a> fn(&'a [&'a T], &'a Context<'a>) -> Column<'a>;

/// Where a field of a type leads. A guard stands on none that leads beyond: it would not be asked.
pub enum Lead<T> {
    /// To something without fields, which the resolver tells without waiting.
    Here,
    /// Elsewhere, if what is asked there fits: all its cells are told at once.
    Beyond {
        /// The arguments that are listened to: with another one the engine tells it.
        arguments: &'static [&'static str],
        /// Whether what is asked there can be told so.
        fits: fn(&ContextSelectionSet<'_>) -> bool,
        /// Tells it.
        cells: Tell<T>,
    },
    /// Where only the engine knows the way.
    Engine,
}

impl<T> Lead<T> {
    /// To objects of another type.
    pub fn to<U: Breadth>(arguments: &'static [&'static str], cells: Tell<T>) -> Self {
        Self::Beyond { arguments, fits: fits::<U>, cells }
    }
}

/// A type whose lists can be told breadth first.
pub trait Breadth: ContainerType + Sized + 'static {
    /// Where a field leads.
    #[must_use]
    fn lead(field: &str) -> Lead<Self> {
        let _ = field;
        Lead::Engine
    }
}

/// The fields that are asked of a type, each key once, in order; none where something is asked that the engine alone knows.
fn fields<'a>(asked: &ContextSelectionSet<'a>) -> Option<Vec<&'a Positioned<Field>>> {
    let mut fields = Vec::with_capacity(asked.item.node.items.len());
    for selection in &asked.item.node.items {
        // What is executed was settled: there are neither fragments nor conditions in it, and no key twice.
        let Selection::Field(field) = &selection.node else { return None };
        if field.node.response_key().node != TYPE_KEY {
            fields.push(field);
        }
    }
    Some(fields)
}

const TYPE_NAME: &str = "__typename";

/// Whether what is asked of a type can be told breadth first.
#[must_use]
pub fn fits<T: Breadth>(asked: &ContextSelectionSet<'_>) -> bool {
    fields(asked).is_some_and(|fields| {
        fields.into_iter().all(|field| {
            let (name, inner) = (&field.node.name.node, &field.node.selection_set);
            match T::lead(name) {
                _ if name == TYPE_NAME => true,
                Lead::Here => inner.node.items.is_empty(),
                Lead::Beyond { arguments, fits, .. } => {
                    let mut given = field.node.arguments.iter();
                    given.all(|(name, _)| arguments.contains(&name.node.as_str()))
                        && fits(&asked.with_selection_set(inner))
                }
                Lead::Engine => false,
            }
        })
    })
}

/// Objects of one type, as they are asked for; none where the engine has to tell them.
async fn objects<T: Breadth>(asked: &ContextSelectionSet<'_>, rows: &[&T]) -> Option<Cells> {
    if rows.is_empty() {
        return Some(Cells::default());
    }
    let fields = fields(asked)?;
    let contexts: Vec<Context<'_>> = fields.iter().map(|field| asked.with_field(field)).collect();
    let columns = contexts.iter().map(|context| async { column(context, rows).await.ok_or(()) });
    let columns = try_join_all(columns).await.ok()?;
    if columns.iter().any(|column| column.ends.len() != rows.len()) {
        return None;
    }
    let keys: Vec<String> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let before = if at == 0 { "" } else { "," };
            format!("{before}\"{}\":", field.node.response_key().node)
        })
        .collect();
    let mut cells: Vec<_> = columns.iter().map(Cells::iter).collect();
    let length: usize = columns.iter().map(|column| column.text.len()).sum();
    let around: usize = keys.iter().map(String::len).sum::<usize>() + 2;
    let mut all = Cells {
        text: Vec::with_capacity(length + around * rows.len()),
        ends: Vec::with_capacity(rows.len()),
    };
    for _ in rows {
        all.text.push(b'{');
        for (key, cells) in keys.iter().zip(&mut cells) {
            all.text.extend_from_slice(key.as_bytes());
            all.text.extend_from_slice(cells.next()?);
        }
        all.put(b"}");
    }
    Some(all)
}

async fn column<T: Breadth>(context: &Context<'_>, rows: &[&T]) -> Option<Cells> {
    let name = &context.item.node.name.node;
    match T::lead(name) {
        _ if name == TYPE_NAME => {
            let mut cells = Cells::default();
            for row in rows {
                cells.push(|out| serde_json::to_writer(out, &*row.introspection_type_name())).ok()?;
            }
            Some(cells)
        }
        Lead::Here => here(context, rows),
        Lead::Beyond { cells, .. } => cells(rows, context).await,
        Lead::Engine => None,
    }
}

/// What resolvers tell without waiting.
fn here<T: Breadth>(context: &Context<'_>, rows: &[&T]) -> Option<Cells> {
    let mut cells = Cells::default();
    for row in rows {
        let told = pin!(row.resolve_field(context));
        let told = match told.poll(&mut task::Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(told)) => told?,
            Poll::Ready(Err(_)) | Poll::Pending => return None,
        };
        cells.push(|out| written::value(&told, out)).ok()?;
    }
    Some(cells)
}

/// The cells of a field that leads to one object each.
pub async fn each<T: Breadth>(context: &Context<'_>, rows: Vec<&T>) -> Option<Cells> {
    objects(&context.with_selection_set(&context.item.node.selection_set), &rows).await
}

/// The cells of a field that leads to one object, or to none.
pub async fn one<T: Breadth>(context: &Context<'_>, rows: Vec<Option<T>>) -> Option<Cells> {
    let there: Vec<&T> = rows.iter().flatten().collect();
    let told = each(context, there).await?;
    let (mut all, mut told) = (Cells::default(), told.iter());
    for row in &rows {
        all.put(if row.is_some() { told.next()? } else { b"null" });
    }
    Some(all)
}

/// The cells of a field that leads to lists of objects.
pub async fn lists<T: Breadth>(context: &Context<'_>, rows: Vec<Vec<&T>>) -> Option<Cells> {
    let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let flat: Vec<&T> = rows.into_iter().flatten().collect();
    let told = each(context, flat).await?;
    let (mut all, mut told) = (Cells::default(), told.iter());
    for length in lengths {
        Cells::list(&mut told, length, &mut all.text);
        all.ends.push(all.text.len());
    }
    Some(all)
}

/// A list of objects, told breadth first where that can be.
pub struct List<'a, T>(pub Vec<&'a T>);

impl<T: Breadth> List<'_, T> {
    /// Whether what is asked can be told so: looked at once, however many lists are told for it.
    fn fits(&self, session: &Session, asked: &ContextSelectionSet<'_>) -> bool {
        let set: *const SelectionSet = &raw const asked.item.node;
        session.once_of_a_set((set.addr(), TypeId::of::<T>()), || {
            tracing::trace!(
                operation = asked.query_env.operation_name,
                "what is asked of a list was looked at"
            );
            fits::<T>(asked)
        })
    }

    async fn told(&self, asked: &ContextSelectionSet<'_>) -> Option<Value> {
        let session = asked.data_opt::<Session>()?;
        // Of an empty list the engine has nothing to tell.
        if self.0.is_empty() || !session.is_breadth_first() || !self.fits(session, asked) {
            return None;
        }
        let Some(told) = objects(asked, &self.0).await else {
            // What failed once is not tried at each level of the document.
            session.go_depth_first();
            return None;
        };
        let operation = asked.query_env.operation_name.as_deref();
        tracing::trace!(operation, objects = self.0.len(), "a list was told breadth first");
        let mut out = Vec::with_capacity(told.text.len() + self.0.len() + 2);
        Cells::list(&mut told.iter(), self.0.len(), &mut out);
        written::already(out)
    }
}

impl<T: Breadth> OutputType for List<'_, T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<&T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<&T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<&T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        asked: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match Box::pin(self.told(asked)).await {
            Some(told) => Ok(told),
            None => resolve_list(asked, field, self.0.iter().copied(), Some(self.0.len())).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{
        parse_schema,
        types::{FieldDefinition, TypeKind, TypeSystemDefinition},
    };

    use super::{Breadth, Lead};
    use crate::graphql::{
        Schema,
        paging::{Counted, Edge},
        types::{Category, Indicator, Observation, Study, Territory},
    };

    fn fields<T: Breadth>() -> Vec<FieldDefinition> {
        let document = parse_schema(Schema::new().sdl()).unwrap();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) if ty.node.name.node == *T::type_name() => Some(ty.node.kind),
            _ => None,
        });
        let objects = types.filter_map(|kind| match kind {
            TypeKind::Object(object) => Some(object.fields),
            _ => None,
        });
        objects.flatten().map(|field| field.node).collect()
    }

    /// How many fields of a type lead beyond it.
    fn check<T: Breadth>() -> usize {
        let mut beyond = 0;
        for field in fields::<T>() {
            let (of, name) = (T::type_name(), &field.name.node);
            if let Lead::Beyond { arguments, .. } = T::lead(name) {
                beyond += 1;
                assert!(
                    field.directives.iter().all(|directive| directive.node.name.node != "scope"),
                    "{of}.{name} takes a right, which nobody asks for where it is told breadth first"
                );
                let known: Vec<&str> =
                    field.arguments.iter().map(|argument| argument.node.name.node.as_str()).collect();
                assert_eq!(
                    known,
                    {
                        let mut sorted = arguments.to_vec();
                        sorted.sort_unstable();
                        sorted
                    },
                    "{of}.{name} listens to other arguments"
                );
            }
        }
        beyond
    }

    #[test]
    fn no_field_that_leads_beyond_takes_a_right_or_an_argument_that_is_not_listened_to() {
        let all = [
            check::<Territory>(),
            check::<Observation>(),
            check::<Study>(),
            check::<Indicator>(),
            check::<Category>(),
            check::<Counted<Observation>>(),
            check::<Edge<Observation>>(),
        ];
        assert_eq!(all, [3, 3, 2, 0, 0, 2, 1]);
    }
}
