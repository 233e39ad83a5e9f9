//! Whether what a document gives fits where it is given, as far as the engine lets by what does not: variables by the types that
//! they are declared with, texts where words of an enum are asked for, other values than objects where objects are.
//!
//! # Citations
//!
//! GraphQL specification, October 2021: 5.6.1 *Values of Correct Type*, 5.8.5 *All Variable Usages Are Allowed*.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use async_graphql::{
    Name, Positioned, Value as ConstValue, Variables,
    parser::types::{
        BaseType, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::shapes::{self, Place, Shapes};
use crate::error::{Code, Refusal};

/// What `@skip` and `@include` ask for.
static CONDITION: LazyLock<Place> = LazyLock::new(|| {
    let kind = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
    Place { kind, has_default: false }
});

/// Checks a document whose size was checked.
///
/// # Errors
///
/// [`Code::ValidationFailed`].
pub fn check(document: &ExecutableDocument) -> Result<(), Refusal> {
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
        let mut usages = Usages { document, variables: HashMap::new(), spread: HashSet::new() };
        for definition in definitions {
            if let Some(default) = &definition.default_value {
                let name = format!("${}", definition.name.node);
                usages.value(
                    &name,
                    (&definition.var_type.node, false),
                    &default.node.clone().into_value(),
                )?;
            }
            usages.variables.insert(&definition.name.node, definition);
        }
        usages.set(&operation.selection_set.node, shapes::root(operation.ty))?;
    }
    Ok(())
}

/// Checks that variables for input objects have objects for values: the engine lets others by until it executes.
///
/// # Errors
///
/// [`Code::ValidationFailed`].
pub fn check_values(operation: &OperationDefinition, variables: &Variables) -> Result<(), Refusal> {
    for Positioned { node: definition, .. } in &operation.variable_definitions {
        if let Some(value) = variables.get(&definition.name.node) {
            given(&format!("${}", definition.name.node), &definition.var_type.node, value)?;
        }
    }
    Ok(())
}

fn given(at: &str, kind: &Type, value: &ConstValue) -> Result<(), Refusal> {
    match (&kind.base, value) {
        (_, ConstValue::Null) => Ok(()),
        (BaseType::List(of), ConstValue::List(items)) => {
            items.iter().try_for_each(|item| given(at, of, item))
        }
        (BaseType::List(of), item) => given(at, of, item),
        (BaseType::Named(name), value) => match (Shapes::known().input(name), value) {
            (None, _) => Ok(()),
            (Some(fields), ConstValue::Object(all)) => all.iter().try_for_each(|(name, value)| {
                fields.get(name).map_or(Ok(()), |place| given(name, &place.kind, value))
            }),
            (Some(_), _) => Err(no_object(at)),
        },
    }
}

struct Usages<'d> {
    document: &'d ExecutableDocument,
    variables: HashMap<&'d Name, &'d VariableDefinition>,
    /// Fragments that were looked at: what they give is the same wherever they are spread.
    spread: HashSet<&'d Name>,
}

impl<'d> Usages<'d> {
    fn set(&mut self, set: &'d SelectionSet, of: &'d str) -> Result<(), Refusal> {
        let shapes = Shapes::known();
        for selection in &set.items {
            self.conditions(selection.node.directives())?;
            let (inner, inner_of) = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    for (name, value) in &field.arguments {
                        if let Some(place) = shapes.argument(of, &field.name.node, &name.node) {
                            self.value(&name.node, (&place.kind, place.has_default), &value.node)?;
                        }
                    }
                    let kind = shapes.of(of, &field.name.node);
                    (&field.selection_set.node, kind.map_or("", |kind| shapes::named(&kind.base)))
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref();
                    let set = &fragment.node.selection_set.node;
                    (set, on.map_or(of, |condition| condition.node.on.node.as_str()))
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = self.document.fragments.get(name).filter(|_| self.spread.insert(name));
                    let Some(fragment) = fragment else { continue };
                    (&fragment.node.selection_set.node, fragment.node.type_condition.node.on.node.as_str())
                }
            };
            self.set(inner, inner_of)?;
        }
        Ok(())
    }

    fn conditions(&self, directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
        let usual = |directive: &&Positioned<Directive>| {
            matches!(directive.node.name.node.as_str(), "include" | "skip")
        };
        for directive in directives.iter().filter(usual) {
            match directive.node.get_argument("if").map(|condition| &condition.node) {
                Some(Value::Variable(name)) => self.variable("if", (&CONDITION.kind, false), name)?,
                Some(Value::Boolean(_)) | None => {}
                Some(_) => {
                    return Err(Refusal::new(
                        Code::ValidationFailed,
                        "Une condition est « true », « false » ou une variable.",
                        "A condition is “true”, “false” or a variable.",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Checks what is given under a name, where a type is asked for and something may stand that is not given.
    fn value(&self, at: &str, (kind, has_default): (&Type, bool), value: &Value) -> Result<(), Refusal> {
        match (&kind.base, value) {
            (_, Value::Variable(name)) => self.variable(at, (kind, has_default), name),
            (_, Value::Null) => Ok(()),
            (BaseType::List(of), Value::List(items)) => {
                items.iter().try_for_each(|item| self.value(at, (of, false), item))
            }
            // One value stands for a list of it.
            (BaseType::List(of), item) => self.value(at, (of, false), item),
            (BaseType::Named(name), Value::String(_)) if Shapes::known().is_enum(name) => {
                Err(text_for_word(at))
            }
            (BaseType::Named(name), value) => match (Shapes::known().input(name), value) {
                (Some(fields), Value::Object(given)) => {
                    given.iter().try_for_each(|(name, value)| match fields.get(name) {
                        Some(place) => self.value(name, (&place.kind, place.has_default), value),
                        None => Err(unknown(at, name)),
                    })
                }
                (Some(_), _) => Err(no_object(at)),
                (None, _) => Ok(()),
            },
        }
    }

    /// Whether a variable may stand where a type is asked for.
    fn variable(&self, at: &str, (kind, has_default): (&Type, bool), name: &Name) -> Result<(), Refusal> {
        // One that is not declared is another fault.
        let Some(definition) = self.variables.get(name) else { return Ok(()) };
        let declared = &definition.var_type.node;
        let default = definition.default_value.as_ref().map(|default| &default.node);
        let is_said = has_default || default.is_some_and(|default| *default != ConstValue::Null);
        let asked = Type { nullable: kind.nullable || is_said, base: kind.base.clone() };
        if fits(declared, &asked) {
            return Ok(());
        }
        // The type that is asked for is told to those alone who may read the schema: it stands there.
        let always = Type { nullable: false, base: declared.base.clone() };
        Err(if fits(&always, &asked) {
            may_be_null(at, name, declared)
        } else {
            no_place(at, name, declared)
        })
    }
}

/// Whether whatever has the one type may be given where the other one is asked for.
fn fits(declared: &Type, asked: &Type) -> bool {
    if declared.nullable && !asked.nullable {
        return false;
    }
    match (&declared.base, &asked.base) {
        (BaseType::List(declared), BaseType::List(asked)) => fits(declared, asked),
        (BaseType::Named(declared), BaseType::Named(asked)) => declared == asked,
        _ => false,
    }
}

fn may_be_null(at: &str, name: &Name, declared: &Type) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!(
            "La variable « ${name} », de type {declared}, peut être nulle ; « {at} » ne peut l’être : « {declared}! » convient."
        ),
        format!(
            "The variable “${name}” of type {declared} may be null, which “{at}” may not: “{declared}!” fits."
        ),
    )
}

fn no_place(at: &str, name: &Name, declared: &Type) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!(
            "La variable « ${name} », de type {declared}, ne convient pas à « {at} », qui est d’un autre type."
        ),
        format!("The variable “${name}” of type {declared} does not fit “{at}”, which has another type."),
    )
}

fn text_for_word(at: &str) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!("La valeur de « {at} » est un mot de l’énumération, sans guillemets."),
        format!("The value of “{at}” is a word of the enum, without quotes."),
    )
}

fn unknown(at: &str, name: &Name) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!("« {at} » n’a pas de champ « {name} »."),
        format!("“{at}” has no field “{name}”."),
    )
}

fn no_object(at: &str) -> Refusal {
    Refusal::new(
        Code::ValidationFailed,
        format!("La valeur de « {at} » est un objet, entre accolades."),
        format!("The value of “{at}” is an object, in braces."),
    )
}

#[cfg(test)]
mod tests {
    use async_graphql::{Variables, parser::parse_query};
    use serde_json::json;

    use super::{check, check_values};
    use crate::language::Language;

    fn refused(document: &str) -> Option<String> {
        let refusal = check(&parse_query(document).unwrap()).err();
        refusal.map(|refusal| refusal.message(Language::English).to_owned())
    }

    /// Checks that a document is refused with words that begin so; that it is not, where those are empty.
    fn expect(document: &str, beginning: &str) {
        match (refused(document), beginning) {
            (None, "") => {}
            (Some(said), beginning) if !beginning.is_empty() && said.starts_with(beginning) => {}
            (said, _) => panic!("{document}: {said:?}"),
        }
    }

    #[test]
    fn a_condition_is_a_boolean_that_is_always_said() {
        let asked = |kind: &str| {
            format!("query ($b: {kind}) {{ ...f }} fragment f on Query {{ a: __typename @skip(if: $b) }}")
        };
        for kind in ["Boolean!", "Boolean! = true", "Boolean = false"] {
            expect(&asked(kind), "");
        }
        for kind in ["Boolean", "[Boolean!]!", "String!", "Boolean = null"] {
            expect(&asked(kind), "The variable “$b” of type ");
        }
        for condition in ["[$b]", "{ x: $b }", "1", "\"true\"", "[true]"] {
            let document = format!("query ($b: Boolean! = true) {{ a: __typename @skip(if: {condition}) }}");
            expect(&document, "A condition is “true”, “false” or a variable.");
        }
    }

    #[test]
    fn a_variable_has_the_type_that_is_asked_for_where_it_is_given() {
        let code = |kind: &str| format!("query ($c: {kind}) {{ territory(code: $c) {{ name }} }}");
        for kind in ["String!", "String! = \"21231\"", "String = \"21231\""] {
            expect(&code(kind), "");
        }
        for kind in ["String", "Int!", "ID!", "[String!]!", "Boolean!", "String = null"] {
            expect(&code(kind), "The variable “$c” of type ");
        }
        // Within lists and objects, and within fragments and what they are on.
        let given = |kind: &str, value: &str| {
            format!(
                "mutation ($l: {kind}) {{ ...f }} fragment f on Mutation {{ ... {{ issueClient(input: {{ purposes: {value} }}) {{ __typename }} }} }}"
            )
        };
        expect(&given("[Purpose!]!", "$l"), "");
        expect(
            &given("[Purpose!]", "$l"),
            "The variable “$l” of type [Purpose!] may be null, which “purposes” may not: “[Purpose!]!” fits.",
        );
        expect(&given("Purpose!", "$l"), "The variable “$l” of type ");
        expect(
            &given("[String!]!", "$l"),
            "The variable “$l” of type [String!]! does not fit “purposes”, which has another type.",
        );
        expect(&given("Purpose!", "[URBAN_POLICY, $l]"), "");
        expect(&given("Purpose", "[URBAN_POLICY, $l]"), "The variable “$l” of type ");
        expect(&given("Purpose = URBAN_POLICY", "[$l]"), "");
        // What has a default may be left out.
        expect("query ($n: Int) { territories(first: $n) { totalCount } }", "");
    }

    #[test]
    fn a_variable_for_an_object_has_an_object_for_value() {
        let document =
            parse_query("query ($f: TerritoryFilter, $l: [CategoryInput!]) { a(f: $f, l: $l) }").unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let check = |variables: serde_json::Value| {
            check_values(&operation.node, &Variables::from_json(variables)).is_ok()
        };
        for good in [
            json!({}),
            json!({ "f": null, "l": null }),
            json!({ "f": {}, "l": [{}, null] }),
            json!({ "l": {} }),
        ] {
            assert!(check(good.clone()), "{good}");
        }
        for bad in [json!({ "f": [] }), json!({ "f": "a" }), json!({ "l": [1] }), json!({ "l": [[{}]] })] {
            assert!(!check(bad.clone()), "{bad}");
        }
    }

    #[test]
    fn words_have_no_quotes_and_objects_have_braces() {
        let purposes = |purposes: &str| {
            format!("mutation {{ issueClient(input: {{ purposes: {purposes} }}) {{ __typename }} }}")
        };
        expect(&purposes("[URBAN_POLICY]"), "");
        expect(&purposes("URBAN_POLICY"), "");
        expect(
            &purposes("[URBAN_POLICY, \"NEEDS_ANALYSIS\"]"),
            "The value of “purposes” is a word of the enum",
        );
        expect(&purposes("\"URBAN_POLICY\""), "The value of “purposes” is a word of the enum");
        expect("{ territories(filter: { lvl: IRIS }) { totalCount } }", "“filter” has no field “lvl”.");
        // The engine looks at nothing beside a variable that is not given.
        let beside = "query ($n: String) { territories(filter: { name: $n, lvl: IRIS }) { totalCount } }";
        expect(beside, "“filter” has no field “lvl”.");
        expect("{ territories(filter: 1) { totalCount } }", "The value of “filter” is an object");
        let default = |default: &str| format!("query ($l: [TerritoryLevel!] = {default}) {{ __typename }}");
        expect(&default("[COMMUNE]"), "");
        expect(&default("[COMMUNE, \"IRIS\"]"), "The value of “$l” is a word of the enum");
        expect(&default("\"IRIS\""), "The value of “$l” is a word of the enum");
    }
}
