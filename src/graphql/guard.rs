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

/// Whether a viewer holds the right that a nullable field takes; where not, the refusal stands among the errors and the field
/// is null. A guard would have the engine take away all that stands around it.
///
/// # Errors
///
/// An internal refusal outside of a session.
pub fn holds(context: &Context<'_>, action: Action) -> Result<bool, Refusal> {
    if policy::allows(context.session()?.viewer(), action) {
        return Ok(true);
    }
    let refusal = async_graphql::Error::from(Refusal::forbidden(action.scope()));
    context.add_error(context.set_error_path(refusal.into_server_error(context.item.pos)));
    Ok(false)
}

/// The field takes this right; a guard stands on it.
#[TypeDirective(location = "FieldDefinition")]
pub fn scope(requires: String) {}
