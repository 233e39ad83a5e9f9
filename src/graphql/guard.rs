//! Guards on fields that take a right, and the directive that says so in the schema.

use async_graphql::{Context, Guard, TypeDirective};

use super::context::InSession;
use crate::{
    auth::{Action, policy},
    error::Refusal,
};

/// Lets a field through when the policy allows its action.
pub struct Requires(pub Action);

impl Guard for Requires {
    async fn check(&self, context: &Context<'_>) -> async_graphql::Result<()> {
        if policy::allows(context.session()?.viewer(), self.0) {
            Ok(())
        } else {
            Err(Refusal::forbidden(self.0.scope()).into())
        }
    }
}

/// The field takes this right; a guard stands on it.
#[TypeDirective(location = "FieldDefinition")]
pub fn scope(requires: String) {}
