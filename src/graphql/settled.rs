//! The operation that is executed of a document: without fragments and conditions, each key once with all that is asked under it, as
//! the specification collects fields. The engine collects them as it goes, and loses some of what several selections of one key ask
//! within lists of lists.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{
    Name, Pos, Positioned, Variables,
    indexmap::IndexMap,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment,
        OperationDefinition, OperationType, Selection, SelectionSet, TypeCondition,
    },
};

use super::{
    conditions::Conditions,
    operations::Operation,
    outline::{Branch, Outline, TYPE_KEY},
    shapes::{Shapes, named, root},
};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The operation that is executed, alone in a document, with the outline of its answer.
pub struct Settled {
    /// The operation.
    pub document: ExecutableDocument,
    /// What its answer holds.
    pub outline: Arc<Outline>,
    /// How many fields it has.
    pub size: usize,
    /// How many keys one object says its type under, at most.
    pub type_names: usize,
}

impl Settled {
    /// Settles an operation of a document that was checked.
    pub fn of(document: &ExecutableDocument, chosen: Operation<'_>, variables: &Variables) -> Self {
        let Operation { name, definition: operation } = chosen;
        let OperationDefinition { ty, selection_set, .. } = &operation.node;
        let settling = Settling {
            fragments: &document.fragments,
            conditions: Conditions::of(&operation.node, variables),
            shapes: Shapes::known(),
            size: Cell::new(0),
            type_names: Cell::new(0),
        };
        let (mut set, outline) = settling.object(root(*ty), &[&selection_set.node]);
        if *ty != OperationType::Subscription {
            set.items.push(type_key(operation.pos));
        }
        let operation = Positioned::new(
            OperationDefinition {
                ty: *ty,
                variable_definitions: operation.node.variable_definitions.clone(),
                directives: operation.node.directives.clone(),
                selection_set: Positioned::new(set, selection_set.pos),
            },
            operation.pos,
        );
        let operations = match name {
            Some(name) => DocumentOperations::Multiple([(name.clone(), operation)].into_iter().collect()),
            None => DocumentOperations::Single(operation),
        };
        Self {
            document: ExecutableDocument { operations, fragments: Fragments::new() },
            outline: Arc::new(outline),
            size: settling.size.get(),
            type_names: settling.type_names.get(),
        }
    }
}

struct Settling<'d> {
    fragments: &'d Fragments,
    conditions: Conditions<'d>,
    shapes: &'static Shapes,
    /// How many fields there are by now.
    size: Cell<usize>,
    /// How many keys one object says its type under, at most.
    type_names: Cell<usize>,
}

/// The fields of each key.
type ByKey<'d> = IndexMap<&'d Name, Vec<&'d Positioned<Field>>>;

impl<'d> Settling<'d> {
    /// What selections ask together of objects of a type, or of any type of an interface.
    fn within(&self, type_name: &str, sets: &[&'d SelectionSet], position: Pos) -> (SelectionSet, Outline) {
        let (mut set, outline) = match self.shapes.possible(type_name) {
            Some(types) if self.differ_by_type(sets) => self.by_type(types, sets, position),
            _ => self.object(type_name, sets),
        };
        set.items.push(type_key(position));
        (set, outline)
    }

    fn by_type(&self, types: &[Name], sets: &[&'d SelectionSet], position: Pos) -> (SelectionSet, Outline) {
        let (mut set, mut outline) = (SelectionSet::default(), Outline::default());
        for name in types {
            let (of_type, keys) = self.object(name, sets);
            let fragment = InlineFragment {
                type_condition: Some(Positioned::new(
                    TypeCondition { on: Positioned::new(name.clone(), position) },
                    position,
                )),
                directives: Vec::new(),
                selection_set: Positioned::new(of_type, position),
            };
            set.items.push(Positioned::new(
                Selection::InlineFragment(Positioned::new(fragment, position)),
                position,
            ));
            outline.by_type.push((name.clone(), keys));
        }
        (set, outline)
    }

    /// What selections ask together of objects of one type.
    fn object(&self, type_name: &str, sets: &[&'d SelectionSet]) -> (SelectionSet, Outline) {
        let (mut by_key, mut spread) = (ByKey::new(), HashSet::new());
        for set in sets {
            self.collect(type_name, set, &mut spread, &mut by_key);
        }
        let is_type_name = |fields: &&Vec<&Positioned<Field>>| {
            fields.first().is_some_and(|field| field.node.name.node == "__typename")
        };
        let type_names = by_key.values().filter(is_type_name).count();
        self.type_names.set(self.type_names.get().max(type_names));
        let (mut set, mut outline) = (SelectionSet::default(), Outline::default());
        for (key, fields) in by_key {
            let Some(first) = fields.first() else { continue };
            let kind = self.shapes.of(type_name, &first.node.name.node);
            let inner = &first.node.selection_set;
            let (selection_set, within) = if inner.node.items.is_empty() {
                Default::default()
            } else {
                let sets: Vec<&SelectionSet> =
                    fields.iter().map(|field| &field.node.selection_set.node).collect();
                self.within(kind.map_or("", |kind| named(&kind.base)), &sets, inner.pos)
            };
            self.size.set(self.size.get() + 1);
            let field = Field {
                alias: first.node.alias.clone(),
                name: first.node.name.clone(),
                arguments: first.node.arguments.clone(),
                directives: Vec::new(),
                selection_set: Positioned::new(selection_set, inner.pos),
            };
            set.items.push(Positioned::new(Selection::Field(Positioned::new(field, first.pos)), first.pos));
            outline.branches.insert(key.clone(), Branch { kind, within });
        }
        (set, outline)
    }

    /// Collects the fields of a set that are asked of a type.
    ///
    /// # Citations
    ///
    /// GraphQL specification, October 2021, section 6.3.2, “Field Collection”.
    fn collect(
        &self,
        type_name: &str,
        set: &'d SelectionSet,
        spread: &mut HashSet<&'d Name>,
        by_key: &mut ByKey<'d>,
    ) {
        for selection in &set.items {
            if self.conditions.leave_out(selection.node.directives()) {
                continue;
            }
            let (condition, inner) = match &selection.node {
                Selection::Field(field) => {
                    by_key.entry(&field.node.response_key().node).or_default().push(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(named) => {
                    let name = &named.node.fragment_name.node;
                    let Some(fragment) = self.fragments.get(name).filter(|_| spread.insert(name)) else {
                        continue;
                    };
                    (Some(&fragment.node.type_condition), &fragment.node.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| self.shapes.is_one(type_name, &condition.node.on.node)) {
                self.collect(type_name, inner, spread, by_key);
            }
        }
    }

    /// Whether more or less is asked by the type of an object.
    fn differ_by_type(&self, sets: &[&SelectionSet]) -> bool {
        let (mut left, mut spread) = (sets.to_vec(), HashSet::new());
        while let Some(set) = left.pop() {
            for selection in &set.items {
                let (condition, inner) = match &selection.node {
                    Selection::Field(_) => continue,
                    Selection::InlineFragment(fragment) => {
                        (fragment.node.type_condition.as_ref(), &fragment.node.selection_set.node)
                    }
                    Selection::FragmentSpread(named) => {
                        let name = named.node.fragment_name.node.as_str();
                        let Some(fragment) = self.fragments.get(name).filter(|_| spread.insert(name)) else {
                            continue;
                        };
                        (Some(&fragment.node.type_condition), &fragment.node.selection_set.node)
                    }
                };
                if condition.is_some_and(|on| self.shapes.possible(&on.node.on.node).is_none()) {
                    return true;
                }
                left.push(inner);
            }
        }
        false
    }
}

/// What has an object say its type to the outline of the answer.
fn type_key(position: Pos) -> Positioned<Selection> {
    let field = Field {
        alias: Some(Positioned::new(Name::new(TYPE_KEY), position)),
        name: Positioned::new(Name::new("__typename"), position),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    Positioned::new(Selection::Field(Positioned::new(field, position)), position)
}

#[cfg(test)]
mod tests;
