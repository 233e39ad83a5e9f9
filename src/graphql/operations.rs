//! The operation of a document that is executed, and the others beside it: those have no variables, and take no part in what the
//! executed one costs. Each is checked by itself, with the fragments that it spreads.
//!
//! # Citations
//!
//! GraphQL specification, October 2021: 6.1 *Executing Requests* (`GetOperation`); 5 *Validation* is of the whole document.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, Request, Value, Variables,
    parser::types::{
        BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
    },
};

use super::cut;
use crate::error::{Code, Refusal};

/// An operation of a document, and its name where it has one.
#[derive(Clone, Copy)]
pub struct Operation<'d> {
    /// Its name.
    pub name: Option<&'d Name>,
    /// What it asks.
    pub definition: &'d Positioned<OperationDefinition>,
}

/// The operation that is executed, and the others of its document.
pub struct Operations<'d> {
    document: &'d ExecutableDocument,
    /// The one that is executed.
    pub chosen: Operation<'d>,
    others: Vec<Operation<'d>>,
}

/// No operation is called so: whoever checks takes those of a document for operations that are not executed.
const NOBODY: &str = "";

impl<'d> Operations<'d> {
    /// Chooses the operation of a name; the only one where none is named.
    ///
    /// # Errors
    ///
    /// [`Code::ValidationFailed`].
    pub fn of(document: &'d ExecutableDocument, name: Option<&str>) -> Result<Self, Refusal> {
        let all = document.operations.iter().map(|(name, definition)| Operation { name, definition });
        let is_chosen = |one: &Operation<'_>| name.is_none_or(|name| one.name.is_some_and(|own| own == name));
        let (chosen, mut others): (Vec<_>, Vec<_>) = all.partition(is_chosen);
        others.sort_by_key(|other| other.definition.pos);
        match (chosen.as_slice(), name) {
            ([chosen], _) => Ok(Self { document, chosen: *chosen, others }),
            (_, Some(name)) => Err(Refusal::new(
                Code::ValidationFailed,
                format!("Le document n’a pas d’opération « {} », que nomme « operationName ».", cut(name)),
                format!("The document has no operation “{}”, which “operationName” names.", cut(name)),
            )),
            (_, None) => Err(Refusal::new(
                Code::ValidationFailed,
                "Le document a plusieurs opérations : donnez dans « operationName » le nom de celle à exécuter.",
                "The document has several operations: give in “operationName” the name of the one to execute.",
            )),
        }
    }

    /// The chosen operation by itself, with the fragments that it spreads.
    pub fn chosen_alone(&self) -> ExecutableDocument {
        if self.others.is_empty() {
            return self.document.clone();
        }
        self.alone(self.chosen, &self.spread_by(self.chosen))
    }

    /// Each of the other operations by itself, to be checked: whatever its variables may be.
    pub fn others_alone(&self) -> Vec<Request> {
        let checked = |other: &Operation<'d>| {
            let mut request = Request::new(String::new())
                .operation_name(NOBODY)
                .variables(anything(&other.definition.node));
            request.set_parsed_query(self.alone(*other, &self.spread_by(*other)));
            request
        };
        self.others.iter().map(checked).collect()
    }

    fn alone(
        &self,
        Operation { name, definition }: Operation<'d>,
        spread: &HashSet<&Name>,
    ) -> ExecutableDocument {
        let operations = match name {
            Some(name) => {
                DocumentOperations::Multiple([(name.clone(), definition.clone())].into_iter().collect())
            }
            None => DocumentOperations::Single(definition.clone()),
        };
        let fragments = self.document.fragments.iter().filter(|(name, _)| spread.contains(name));
        let fragments: HashMap<_, _> =
            fragments.map(|(name, fragment)| (name.clone(), fragment.clone())).collect();
        ExecutableDocument { operations, fragments }
    }

    /// The fragments that an operation spreads, and those that they spread.
    fn spread_by(&self, operation: Operation<'d>) -> HashSet<&'d Name> {
        let (mut spread, mut left) = (HashSet::new(), vec![&operation.definition.node.selection_set.node]);
        while let Some(SelectionSet { items }) = left.pop() {
            for selection in items {
                left.push(match &selection.node {
                    Selection::Field(field) => &field.node.selection_set.node,
                    Selection::InlineFragment(fragment) => &fragment.node.selection_set.node,
                    Selection::FragmentSpread(named) => {
                        let known = self.document.fragments.get_key_value(&named.node.fragment_name.node);
                        match known.filter(|(name, _)| spread.insert(*name)) {
                            Some((_, fragment)) => &fragment.node.selection_set.node,
                            None => continue,
                        }
                    }
                });
            }
        }
        spread
    }
}

/// Values for the variables that must have one. What measures a document reads numbers and the lengths of lists.
fn anything(operation: &OperationDefinition) -> Variables {
    let needed = operation.variable_definitions.iter().map(|definition| &definition.node);
    let needed = needed.filter(|definition| !definition.var_type.node.nullable);
    let value = |kind: &BaseType| match kind {
        BaseType::List(_) => Value::List(Vec::new()),
        BaseType::Named(name) if name == "Int" => Value::from(1),
        BaseType::Named(_) => Value::Null,
    };
    let mut variables = Variables::default();
    for definition in needed.filter(|definition| definition.default_value.is_none()) {
        variables.insert(definition.name.node.clone(), value(&definition.var_type.node.base));
    }
    variables
}

#[cfg(test)]
mod tests {
    use async_graphql::{Request, Variables, parser::parse_query};
    use serde_json::json;

    use super::Operations;
    use crate::{
        error::Code,
        graphql::{Schema, prepare},
        language::Language,
    };

    /// What a document costs where one of its operations is executed; what is wrong with it, where something is.
    async fn cost(document: &str, name: Option<&str>, variables: serde_json::Value) -> Result<usize, String> {
        let mut request = Request::new(document).variables(Variables::from_json(variables));
        request.operation_name = name.map(str::to_owned);
        let schema = Schema::new();
        let prepared = prepare(&schema, request, (true, false))
            .map_err(|refusal| refusal.message(Language::English).to_owned())?;
        let cost = schema.cost(prepared.measured).await;
        cost.map(|cost| cost.0).map_err(|refused| refused.errors[0].message.clone())
    }

    const ONE: &str = "query One($n: Int) { territories(first: $n) { ...F } }";
    const FRAGMENT: &str = "fragment F on TerritoryConnection { totalCount }";

    #[tokio::test]
    async fn other_operations_have_no_variables_and_cost_nothing() {
        let alone = cost(&format!("{ONE} {FRAGMENT}"), Some("One"), json!({ "n": 3 })).await;
        assert!(alone.is_ok());
        for other in [
            "query Two($m: Int!) { territories(first: $m) { ...F } }",
            // The same name stands for something else there.
            "query Two($n: String!) { territory(code: $n) { children(first: 500) { ...F } } }",
            "query Two($n: [String!]!, $l: [ID!]!) { nodes(ids: $l) { id } observations(filter: { indicators: $n }) { totalCount } }",
            "mutation Two($i: IssueClientInput!) { issueClient(input: $i) { __typename } }",
            "query Two($y: Period!) { territory(code: \"21231\") { observation(indicator: \"A\", period: $y) { value } } }",
        ] {
            let document = format!("{other} {ONE} {FRAGMENT}");
            assert_eq!(cost(&document, Some("One"), json!({ "n": 3 })).await, alone, "{other}");
        }
    }

    #[tokio::test]
    async fn the_others_are_checked_all_the_same() {
        for (other, said) in [
            ("query Two($m: Int!) { territories(first: $m) { nothing } }", "Unknown field \"nothing\""),
            ("query Two { territories(first: $m) { totalCount } }", "Variable \"$m\" is not defined"),
            ("query Two($m: Int!) { territories { totalCount } }", "Variable \"$m\" is not used"),
            ("query Two { ...G }", "Unknown fragment: \"G\""),
            (
                "query Two { viewer { subject } } fragment G on Viewer { subject }",
                "The fragment “G” is never used",
            ),
        ] {
            let document = format!("{other} {ONE} {FRAGMENT}");
            let told = cost(&document, Some("One"), json!({ "n": 3 })).await;
            assert!(told.as_ref().is_err_and(|told| told.contains(said)), "{other}: {told:?}");
        }
    }

    #[tokio::test]
    async fn fields_of_types_that_no_object_has_both_of_do_not_conflict() {
        for (variables, within) in [("", "..."), ("query ($i: Boolean! = true)", "... @include(if: $i)")] {
            let of = |name: &str, field: &str| format!("... on {name} {{ {within} {{ a: {field} }} }}");
            let (territories, studies) = (of("Territory", "name"), of("Study", "title"));
            let document = format!("{variables} {{ nodes(ids: []) {{ {territories} {studies} }} }}");
            let cost = cost(&document, None, json!({})).await;
            assert!(cost.is_ok(), "{document}: {cost:?}");
        }
    }

    #[test]
    fn the_one_to_execute_is_named_where_there_are_several() {
        let document =
            parse_query(format!("{ONE} query Two {{ territories {{ ...F }} }} {FRAGMENT}")).unwrap();
        for name in [None, Some(""), Some("one"), Some("Three")] {
            let refusal = Operations::of(&document, name).err();
            assert!(refusal.is_some_and(|refusal| refusal.code == Code::ValidationFailed), "{name:?}");
        }
        let chosen = Operations::of(&document, Some("Two")).ok();
        assert!(chosen.is_some_and(|all| all.chosen.name.is_some_and(|name| name == "Two")));
    }
}
