//! How much the arguments of a document hold once each use of a variable is counted: whoever measures, validates and executes it
//! copies what they hold for each use, and within lists for each object.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value as ConstValue, Variables,
    parser::types::{Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use crate::error::{Code, Refusal};

/// Most items of lists and fields of objects in all arguments together, where a long text counts as several; and most arguments,
/// fragments spread.
const MOST_ITEMS: u64 = 50_000;
/// So many bytes of a text count as an item.
const BYTES_AN_ITEM: usize = 64;
/// What is asked of the objects of a list may be asked of hundreds of them: it counts as often.
const TIMES_WITHIN: u64 = 20;

/// Checks a document that was counted, with its variables; gives how many arguments it has, with what they hold.
///
/// # Errors
///
/// [`Code::TooComplex`].
pub fn check(document: &ExecutableDocument, variables: &Variables) -> Result<usize, Refusal> {
    let mut all = Held::default();
    let said: HashMap<&Name, u64> = variables.iter().map(|(name, value)| (name, items(value))).collect();
    // Over all operations together: each of them is measured.
    for (_, operation) in document.operations.iter() {
        let mut count = Count { document, given: given(&operation.node, &said), known: HashMap::new() };
        all = all.and(count.set(&operation.node.selection_set.node));
        let items = all.here.saturating_add(all.within.saturating_mul(TIMES_WITHIN)).max(all.arguments);
        if items > MOST_ITEMS {
            return Err(Refusal::new(
                Code::TooComplex,
                format!(
                    "Les arguments, leurs listes et leurs textes comptent pour {items} ; la limite est de {MOST_ITEMS} : donnez des listes plus courtes, ou moins souvent."
                ),
                format!(
                    "Arguments, their lists and texts count as {items}; the limit is {MOST_ITEMS}: give shorter lists, or less often."
                ),
            ));
        }
    }
    let held = all.here.saturating_add(all.within).saturating_add(all.arguments);
    Ok(usize::try_from(held).unwrap_or(usize::MAX))
}

/// What the variables of an operation hold.
fn given<'d>(operation: &'d OperationDefinition, said: &HashMap<&Name, u64>) -> HashMap<&'d Name, u64> {
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    let held = |name: &Name, default: Option<&ConstValue>| {
        said.get(name).copied().unwrap_or_else(|| default.map_or(0, items))
    };
    definitions
        .map(|definition| {
            let default = definition.default_value.as_ref().map(|default| &default.node);
            (&definition.name.node, held(&definition.name.node, default))
        })
        .collect()
}

/// Items of lists, fields of objects, and of texts what they count as.
fn items(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(all) => all.iter().map(|item| items(item).saturating_add(1)).sum(),
        ConstValue::Object(fields) => {
            let field = |(name, value): (&Name, &ConstValue)| {
                items(value).saturating_add(1 + (name.len() / BYTES_AN_ITEM) as u64)
            };
            fields.iter().map(field).sum()
        }
        ConstValue::String(text) => (text.len() / BYTES_AN_ITEM) as u64,
        _ => 0,
    }
}

/// What arguments hold at the root of a set, and within its fields.
#[derive(Clone, Copy, Default)]
struct Held {
    here: u64,
    within: u64,
    /// How many arguments there are, wherever.
    arguments: u64,
}

impl Held {
    fn and(self, other: Self) -> Self {
        Self {
            here: self.here.saturating_add(other.here),
            within: self.within.saturating_add(other.within),
            arguments: self.arguments.saturating_add(other.arguments),
        }
    }
}

struct Count<'d> {
    document: &'d ExecutableDocument,
    given: HashMap<&'d Name, u64>,
    known: HashMap<&'d Name, Held>,
}

impl<'d> Count<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Held {
        let mut held = Held::default();
        for selection in &set.items {
            held = held.and(self.directives(selection.node.directives()));
            let inner = match &selection.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        held = held.and(self.argument(&value.node));
                    }
                    let inner = self.set(&field.node.selection_set.node);
                    let within = inner.here.saturating_add(inner.within);
                    Held { here: 0, within, arguments: inner.arguments }
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            held = held.and(inner);
        }
        held
    }

    fn fragment(&mut self, name: &'d Name) -> Held {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Held::default() };
        let held = self.set(&fragment.node.selection_set.node);
        self.known.insert(name, held);
        held
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Held {
        let all = directives.iter().flat_map(|directive| &directive.node.arguments);
        all.fold(Held::default(), |held, (_, value)| held.and(self.argument(&value.node)))
    }

    /// What an argument holds.
    fn argument(&self, value: &Value) -> Held {
        Held { here: self.value(value), within: 0, arguments: 1 }
    }

    /// The same as [`items`], of a variable what it says.
    fn value(&self, value: &Value) -> u64 {
        match value {
            Value::Variable(name) => self.given.get(name).copied().unwrap_or_default(),
            Value::List(all) => all.iter().map(|item| self.value(item).saturating_add(1)).sum(),
            Value::Object(fields) => fields.values().map(|value| self.value(value).saturating_add(1)).sum(),
            Value::String(text) => (text.len() / BYTES_AN_ITEM) as u64,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Variables, parser::parse_query};

    use super::check;

    fn is_refused(document: &str, variables: serde_json::Value) -> bool {
        check(&parse_query(document).unwrap(), &Variables::from_json(variables)).is_err()
    }

    #[test]
    fn what_is_given_often_counts_as_often() {
        let ids: Vec<&str> = vec![""; 30_000];
        let ids = serde_json::json!({ "l": ids });
        assert!(!is_refused("query ($l: [ID!]!) { nodes(ids: $l) { id } }", ids.clone()));
        assert!(is_refused(
            "query ($l: [ID!]!) { nodes(ids: $l) { id } b: nodes(ids: $l) { id } }",
            ids.clone()
        ));
        assert!(is_refused(
            "query ($l: [ID!]!) { a: __typename @skip(if: $l) b: __typename @skip(if: $l) }",
            ids
        ));
        let fragments = "query ($l: [ID!]!) { ...a ...b } fragment a on Query { ...b } fragment b on Query { nodes(ids: $l) { id } }";
        assert!(is_refused(fragments, serde_json::json!({ "l": vec![""; 26_000] })));
        let defaults = "query ($l: [ID!]! = [\"a\"]) { nodes(ids: $l) { id } }";
        assert!(!is_refused(defaults, serde_json::json!({})));
        let text = serde_json::json!({ "t": "é".repeat(50_000) });
        assert!(!is_refused(
            "query ($t: String!) { territories(filter: { name: $t }) { totalCount } }",
            text.clone()
        ));
        let often = (0..40).map(|at| format!("a{at}: territories(filter: {{ name: $t }}) {{ totalCount }}"));
        assert!(is_refused(
            &format!("query ($t: String!) {{ {} }}", often.collect::<Vec<_>>().join(" ")),
            text
        ));
    }

    #[test]
    fn fields_of_objects_operations_and_arguments_count_too() {
        let fields: serde_json::Map<String, serde_json::Value> =
            (0..12_000).map(|at| (format!("k{at}"), 1.into())).collect();
        let many = (0..5)
            .map(|at| format!("a{at}: territories(filter: $f) {{ totalCount }}"))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(is_refused(
            &format!("query ($f: TerritoryFilter) {{ {many} }}"),
            serde_json::json!({ "f": fields })
        ));
        let ids = vec![r#""""#; 20_000].join(",");
        let operations = |count: usize| {
            let each = (0..count).map(|at| format!("query q{at} {{ ...f }}")).collect::<Vec<_>>().join(" ");
            format!("{each} fragment f on Query {{ nodes(ids: [{ids}]) {{ id }} }}")
        };
        assert!(
            !is_refused(&operations(2), serde_json::json!({}))
                && is_refused(&operations(3), serde_json::json!({}))
        );
        let arguments = (0..600).map(|at| format!("a{at}: 0")).collect::<Vec<_>>().join(" ");
        let spread = (0..90).map(|at| format!("p{at}: charter {{ ...f }}")).collect::<Vec<_>>().join(" ");
        let document = format!("{{ {spread} }} fragment f on Charter {{ title({arguments}) }}");
        assert!(is_refused(&document, serde_json::json!({})));
    }

    #[test]
    fn what_is_given_within_lists_counts_for_many_objects() {
        let of = |categories: usize| {
            let list = r#"{ dimension: "AGE", category: "F" }"#.repeat(categories);
            format!(
                r#"{{ territories(first: 500) {{ nodes {{ observation(indicator: "PRE03", breakdown: [{list}]) {{ value }} }} }} }}"#
            )
        };
        assert!(!is_refused(&of(800), serde_json::json!({})));
        assert!(is_refused(&of(900), serde_json::json!({})));
    }
}
