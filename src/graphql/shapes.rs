//! The types of the schema's fields, as its text says them.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use async_graphql::{
    Name,
    parser::{
        parse_schema,
        types::{BaseType, Type, TypeKind, TypeSystemDefinition},
    },
};

/// The schema's types, read once.
pub struct Shapes {
    /// The types of fields, by the types that have them.
    fields: HashMap<Name, HashMap<Name, Type>>,
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
        let mut shapes = Self { fields: HashMap::new(), possible: HashMap::new(), enums: HashSet::new() };
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
                _ => continue,
            };
            let fields = fields.into_iter().map(|field| (field.node.name.node, field.node.ty.node));
            shapes.fields.insert(name, fields.collect());
        }
        shapes
    }

    /// The type of a field; none where the schema's text does not say it, as of the introspection.
    pub fn of(&self, type_name: &str, field: &str) -> Option<&Type> {
        self.fields.get(type_name)?.get(field)
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
