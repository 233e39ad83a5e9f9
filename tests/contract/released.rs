//! What clients were promised: nothing of the schema that was last released is gone or asks for more. A deliberate break copies
//! `schema.graphql` over `released.graphql`, and takes a new major version.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, InputValueDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition},
};

/// What must stay of a schema: each place with what is promised of it.
type Promises = BTreeMap<String, Promise>;

#[derive(Clone, Debug, PartialEq)]
enum Promise {
    /// It is there: a type, a value, a type among others.
    There,
    /// It gives this type.
    Gives(Type),
    /// It takes this type; whether it can be left out.
    Takes(Type, bool),
}

fn promises(text: &str) -> Promises {
    let document: ServiceDocument = parse_schema(text).unwrap();
    let mut promises = Promises::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        promises.insert(name.clone(), Promise::There);
        let (fields, implements) = match definition.node.kind {
            TypeKind::Object(object) => (object.fields, object.implements),
            TypeKind::Interface(interface) => (interface.fields, interface.implements),
            TypeKind::Enum(values) => {
                for value in values.values {
                    promises.insert(format!("{name}.{}", value.node.value.node), Promise::There);
                }
                continue;
            }
            TypeKind::InputObject(input) => {
                input.fields.iter().for_each(|field| take(&mut promises, &name, &field.node));
                continue;
            }
            TypeKind::Union(union) => {
                for member in union.members {
                    promises.insert(format!("{name} | {}", member.node), Promise::There);
                }
                continue;
            }
            TypeKind::Scalar => continue,
        };
        for interface in implements {
            promises.insert(format!("{name} & {}", interface.node), Promise::There);
        }
        for field in fields {
            let place = format!("{name}.{}", field.node.name.node);
            field.node.arguments.iter().for_each(|argument| take(&mut promises, &place, &argument.node));
            promises.insert(place, Promise::Gives(field.node.ty.node));
        }
    }
    promises
}

fn take(promises: &mut Promises, place: &str, value: &InputValueDefinition) {
    let optional = value.ty.node.nullable || value.default_value.is_some();
    let promise = Promise::Takes(value.ty.node.clone(), optional);
    promises.insert(format!("{place}({})", value.name.node), promise);
}

/// Whether whoever reads the old type can read the new one: never null where it never was.
fn reads(old: &Type, new: &Type) -> bool {
    let same = match (&old.base, &new.base) {
        (BaseType::Named(old), BaseType::Named(new)) => old == new,
        (BaseType::List(old), BaseType::List(new)) => reads(old, new),
        _ => false,
    };
    same && (old.nullable || !new.nullable)
}

/// What is broken of what was promised.
fn broken(old: &Promises, new: &Promises) -> Vec<String> {
    let kept = |place: &String, promise: &Promise| match (promise, new.get(place)) {
        (Promise::There, Some(Promise::There)) => true,
        (Promise::Gives(old), Some(Promise::Gives(new))) => reads(old, new),
        // What was sent is still taken: the roles are the other way round.
        (Promise::Takes(old, optional), Some(Promise::Takes(new, now_optional))) => {
            reads(new, old) && (!optional || *now_optional)
        }
        _ => false,
    };
    let gone = old.iter().filter(|(place, promise)| !kept(place, promise)).map(|(place, _)| place.clone());
    let demanded = new.iter().filter(|(place, promise)| {
        let owner = place.split('(').next().unwrap();
        let is_new = !old.contains_key(*place) && old.contains_key(owner);
        is_new && matches!(promise, Promise::Takes(_, false))
    });
    gone.chain(demanded.map(|(place, _)| place.clone())).collect()
}

#[test]
fn nothing_that_was_released_is_broken() {
    let released = promises(include_str!("released.graphql"));
    assert!(released.len() > 1_000);
    let broken = broken(&released, &promises(&observatoire::graphql::sdl()));
    assert!(broken.is_empty(), "clients of the last release would break: {broken:#?}");
}

#[test]
fn each_kind_of_break_is_found() {
    let old = "type A { b(c: Int): [String!] d: Int! } enum E { F G } input I { j: Int } union U = A | B type B { k: Int }";
    let cases = [
        ("type A { d: Int! } enum E { F G } input I { j: Int } union U = A | B type B { k: Int }", "A.b"),
        (&old.replace("d: Int!", "d: Int"), "A.d"),
        (&old.replace("[String!]", "[String]"), "A.b"),
        (&old.replace("(c: Int)", ""), "A.b(c)"),
        (&old.replace("c: Int", "c: Int!"), "A.b(c)"),
        (&old.replace("c: Int", "c: Int, l: Int!"), "A.b(l)"),
        (&old.replace("F G", "F"), "E.G"),
        (&old.replace("j: Int", "j: Int!"), "I(j)"),
        (&old.replace("j: Int", "j: Int m: Int!"), "I(m)"),
        (&old.replace("U = A | B", "U = A"), "U | B"),
    ];
    for (new, place) in cases {
        let found = broken(&promises(old), &promises(new));
        assert!(found.iter().any(|found| found == place), "{new}: {found:?}");
    }
    let more = old
        .replace("[String!]", "[String!]!")
        .replace("c: Int", "c: Int, n: Int = 1")
        .replace("F G", "F G H");
    assert!(broken(&promises(old), &promises(&more)).is_empty());
}
