//! The types of the schema's fields, as its text says them.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};

/// Where something is given: an argument, or a field of an input object.
pub struct Place {
    /// What is asked for there.
    pub kind: Type,
    /// Whether something stands there where nothing is given.
    pub has_default: bool,
}

/// A field: its type, and where it is given what.
struct Field {
    kind: Type,
    arguments: HashMap<Name, Place>,
}

/// The schema's types, read once.
pub struct Shapes {
    /// The fields, by the types that have them.
    fields: HashMap<Name, HashMap<Name, Field>>,
    /// What input objects are given, by their types.
    inputs: HashMap<Name, HashMap<Name, Place>>,
    /// The types of objects that an interface or a union stands for.
    possible: HashMap<Name, Vec<Name>>,
    enums: HashSet<Name>,
}

impl Shapes {
    /// Those of the schema.
    pub fn known() -> &'static Self {
        static KNOWN: OnceLock<Shapes> = OnceLock::new();
        KNOWN.get_or_init(|| Self::read(&super::Schema::new().sdl()))
    }

    fn read(text: &str) -> Self {
        let mut shapes = Self {
            fields: HashMap::new(),
            inputs: HashMap::new(),
            possible: HashMap::new(),
            enums: HashSet::new(),
        };
        let Ok(document) = parse_schema(text) else { return shapes };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node;
            let fields = match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in object.implements {
                        shapes.possible.entry(interface.node).or_default().push(name.clone());
                    }
                    object.fields
                }
                TypeKind::Interface(interface) => {
                    shapes.possible.entry(name.clone()).or_default();
                    interface.fields
                }
                TypeKind::Union(union) => {
                    let members = union.members.into_iter().map(|member| member.node);
                    shapes.possible.entry(name).or_default().extend(members);
                    continue;
                }
                TypeKind::Enum(_) => {
                    shapes.enums.insert(name);
                    continue;
                }
                TypeKind::InputObject(input) => {
                    shapes.inputs.insert(name, places(input.fields));
                    continue;
                }
                TypeKind::Scalar => continue,
            };
            let field = |Positioned { node: FieldDefinition { name, arguments, ty, .. }, .. }| {
                (name.node, Field { kind: ty.node, arguments: places(arguments) })
            };
            shapes.fields.insert(name, fields.into_iter().map(field).collect());
        }
        shapes
    }

    /// The type of a field; none where the schema's text does not say it, as of the introspection.
    pub fn of(&self, type_name: &str, field: &str) -> Option<&Type> {
        self.fields.get(type_name)?.get(field).map(|field| &field.kind)
    }

    /// Where an argument of a field is given; none where the schema's text does not say it.
    pub fn argument(&self, type_name: &str, field: &str, argument: &str) -> Option<&Place> {
        self.fields.get(type_name)?.get(field)?.arguments.get(argument)
    }

    /// What an input object is given, by its fields; none of what is no input object.
    pub fn input(&self, type_name: &str) -> Option<&HashMap<Name, Place>> {
        self.inputs.get(type_name)
    }

    /// The types of objects that a type stands for, where it is an interface or a union.
    pub fn possible(&self, type_name: &str) -> Option<&[Name]> {
        self.possible.get(type_name).map(Vec::as_slice)
    }

    /// Whether an object of a type is one of another, that or an interface; of types that are not known each is.
    pub fn is_one(&self, type_name: &str, other: &str) -> bool {
        type_name == other
            || !self.has_fields(type_name)
            || self.possible(other).is_some_and(|types| types.iter().any(|known| known == type_name))
    }

    /// Whether a type has words for values.
    pub fn is_enum(&self, type_name: &str) -> bool {
        self.enums.contains(type_name)
    }

    /// Whether a type has fields.
    pub fn has_fields(&self, type_name: &str) -> bool {
        self.fields.contains_key(type_name) || self.possible.contains_key(type_name)
    }
}

fn places(definitions: Vec<Positioned<InputValueDefinition>>) -> HashMap<Name, Place> {
    let place = |Positioned { node: InputValueDefinition { name, ty, default_value, .. }, .. }| {
        let has_default = default_value.is_some();
        (name.node, Place { kind: ty.node, has_default })
    };
    definitions.into_iter().map(place).collect()
}

/// The type within all lists.
pub fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(of) => named(&of.base),
    }
}

/// The type that an operation begins with.
pub const fn root(kind: async_graphql::parser::types::OperationType) -> &'static str {
    use async_graphql::parser::types::OperationType;
    match kind {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}
