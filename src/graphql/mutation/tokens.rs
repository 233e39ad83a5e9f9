//! Tokens of a partner, revoked.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    charter::Given,
    error::Refusal,
    graphql::{
        codes,
        context::InSession,
        types::{CharterError, Partner},
    },
};

/// Whose tokens are revoked; all of the partner’s where neither a subject nor a client is named.
#[derive(InputObject)]
pub struct RevokeTokensInput {
    /// Code of the partner.
    partner: String,
    /// Subject of the tokens, letter by letter: one that has never asked is revoked too, and nobody is told whether it has.
    subject: Option<String>,
    /// Third-party client of the tokens.
    client: Option<String>,
}

/// Tokens that were revoked.
#[derive(SimpleObject, Default)]
pub struct RevokeTokensPayload {
    /// The partner; null when it was not done.
    pub partner: Option<Partner>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Tokens of a partner, revoked.
#[derive(Default)]
pub struct Tokens;

/// Tokens of a partner, revoked.
#[Object]
impl Tokens {
    /// Revokes the tokens that were issued until now, and links to documents with them: refused from the next request on.
    /// A new token must be issued at least 30 seconds later. For a referent of the partner, and the operator.
    async fn revoke_tokens(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose tokens.")] input: RevokeTokensInput,
    ) -> Result<RevokeTokensPayload, Refusal> {
        let session = context.acting()?;
        let whose = (input.subject.as_deref(), input.client.as_deref());
        let done = match codes::partner(&input.partner) {
            Ok(code) => session.registrar().revoke_tokens(&code, whose).await,
            Err(unknown) => Err(unknown.into()),
        };
        Ok(match CharterError::sort(done, session.anew().language(), Some(Given::Partner))? {
            Ok(partner) => RevokeTokensPayload { partner: Some(Partner(partner)), ..Default::default() },
            Err(error) => RevokeTokensPayload { user_errors: vec![error], ..Default::default() },
        })
    }
}
