//! Programs of third parties that ask for a partner: issued, renewed, revoked.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::types::Role;

use crate::{
    auth::Identity,
    charter::Given,
    error::Refusal,
    graphql::{
        codes,
        context::{InSession, Session},
        scalars::Date,
        types::{CharterError, GivenAs as _, ThirdPartyClient, Undone},
        words::Purpose,
    },
    store::{self, Partner},
};

/// A program of a third party that is to ask for a partner.
#[derive(InputObject)]
pub struct IssueClientInput {
    /// Code of the partner.
    partner: String,
    /// Its name among the partner’s, such as `tableau-de-bord`: small letters without accents, digits, `-`, `.` and `_`, 60 at
    /// most; never given twice.
    client: String,
    /// For what it may ask.
    purposes: Vec<Purpose>,
    /// Last day of its token, within a year.
    until: Date,
}

/// A program whose token is replaced.
#[derive(InputObject)]
pub struct RotateClientInput {
    /// Code of the partner.
    partner: String,
    /// Its name.
    client: String,
    /// Last day of the new token, within a year.
    until: Date,
}

/// A program that asks no more.
#[derive(InputObject)]
pub struct RevokeClientInput {
    /// Code of the partner.
    partner: String,
    /// Its name.
    client: String,
}

/// A program with its token.
#[derive(SimpleObject, Default)]
pub struct IssueClientPayload {
    /// The program; null when it was not done.
    pub client: Option<ThirdPartyClient>,
    /// Its token, told this once: give it to whoever runs the program, and to nobody else.
    pub token: Option<String>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A program with its new token.
#[derive(SimpleObject, Default)]
pub struct RotateClientPayload {
    /// The program; null when it was not done.
    pub client: Option<ThirdPartyClient>,
    /// Its token, told this once; the one before is refused from the next request on.
    pub token: Option<String>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A program that was revoked.
#[derive(SimpleObject, Default)]
pub struct RevokeClientPayload {
    /// The program; null when it was not done.
    pub client: Option<ThirdPartyClient>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Programs of third parties that ask for a partner: issued, renewed, revoked.
#[derive(Default)]
pub struct Clients;

/// Programs of third parties that ask for a partner: issued, renewed, revoked.
#[Object]
impl Clients {
    /// Lets a program of a third party ask for the partner, as a reader of it does, and gives its token. For a referent of a
    /// partner that has signed the charter.
    async fn issue_client(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The program.")] input: IssueClientInput,
    ) -> Result<IssueClientPayload, Refusal> {
        let session = context.acting()?;
        let purposes = input.purposes.iter().map(|purpose| entity::types::Purpose::from(*purpose)).collect();
        let done = async {
            let code = codes::partner(&input.partner)?;
            let until = input.until.read().given_as(Given::Until)?;
            Ok(session.registrar().issue_client(&code, &input.client, (purposes, until)).await?)
        };
        let done = done.await;
        Ok(match signed(session, done)? {
            Ok((client, token)) => {
                IssueClientPayload { client: Some(client), token: Some(token), ..Default::default() }
            }
            Err(error) => IssueClientPayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Gives a program another token, in place of the one that it has. For a referent of a partner that has signed the
    /// charter.
    async fn rotate_client(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which program.")] input: RotateClientInput,
    ) -> Result<RotateClientPayload, Refusal> {
        let session = context.acting()?;
        let done = async {
            let code = codes::partner(&input.partner)?;
            let until = input.until.read().given_as(Given::Until)?;
            Ok(session.registrar().rotate_client(&code, &input.client, until).await?)
        };
        let done = done.await;
        Ok(match signed(session, done)? {
            Ok((client, token)) => {
                RotateClientPayload { client: Some(client), token: Some(token), ..Default::default() }
            }
            Err(error) => RotateClientPayload { user_errors: vec![error], ..Default::default() },
        })
    }

    /// Revokes a program: its token is refused from the next request on. For a referent of the partner, and the operator.
    async fn revoke_client(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which program.")] input: RevokeClientInput,
    ) -> Result<RevokeClientPayload, Refusal> {
        let session = context.acting()?;
        let done = match codes::partner(&input.partner) {
            Ok(code) => session.registrar().revoke_client(&code, &input.client).await,
            Err(unknown) => Err(unknown.into()),
        };
        Ok(match CharterError::sort(done, session.anew().language(), Some(Given::Partner))? {
            Ok((_, client)) => {
                RevokeClientPayload { client: Some(ThirdPartyClient(client)), ..Default::default() }
            }
            Err(error) => RevokeClientPayload { user_errors: vec![error], ..Default::default() },
        })
    }
}

/// A program and its token, or the user’s error.
fn signed(
    session: &Session,
    done: Result<(Partner, store::ThirdPartyClient), Undone>,
) -> Result<Result<(ThirdPartyClient, String), CharterError>, Refusal> {
    let sorted = CharterError::sort(done, session.anew().language(), Some(Given::Partner))?;
    let (partner, client) = match sorted {
        Ok(done) => done,
        Err(error) => return Ok(Err(error)),
    };
    let identity = Identity {
        subject: client.subject(),
        client: Some(client.name.clone()),
        partner: partner.code,
        roles: vec![Role::Reader],
        purposes: client.purposes,
        purpose: None,
    };
    let token = session
        .client_tokens()
        .sign(&identity, &client.token_id, (client.issued_at, client.expires_at))
        .or(Err(Refusal::internal()))?;
    Ok(Ok((ThirdPartyClient(client), token)))
}
