//! Which selections `@skip` and `@include` leave out of a document, before it is executed: the engine leaves out too late for the
//! order of keys, and does not ask for defaults of variables.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value as ConstValue, Variables,
    parser::types::{Directive, OperationDefinition},
};
use async_graphql_value::Value;

/// What the variables of an operation say, their defaults included.
pub struct Conditions<'a> {
    variables: &'a Variables,
    defaults: HashMap<&'a Name, &'a ConstValue>,
}

impl<'a> Conditions<'a> {
    /// Those of an operation with these variables.
    pub fn of(operation: &'a OperationDefinition, variables: &'a Variables) -> Self {
        let defaults = operation.variable_definitions.iter().filter_map(|definition| {
            Some((&definition.node.name.node, &definition.node.default_value.as_ref()?.node))
        });
        Self { variables, defaults: defaults.collect() }
    }

    /// Whether directives leave out what they stand on.
    pub fn leave_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let included = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return false,
            };
            let is_true = |value: &ConstValue| *value == ConstValue::Boolean(true);
            directive.node.get_argument("if").is_some_and(|condition| {
                let holds = match &condition.node {
                    Value::Boolean(said) => *said,
                    Value::Variable(name) => self
                        .variables
                        .get(name)
                        .or_else(|| self.defaults.get(name).copied())
                        .is_some_and(is_true),
                    _ => false,
                };
                holds != included
            })
        })
    }
}
