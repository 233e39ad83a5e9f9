//! Tokens of OpenID Connect providers: who is believed, with which keys, and what a token says of its bearer.
//!
//! Where keys come from is somebody else's: a [`KeySource`].

mod address;
mod claims;
pub mod discovery;
mod keys;
mod settings;
mod unique;

use std::{pin::Pin, sync::Arc};

use entity::types::Purpose;
use jsonwebtoken::{Header, Validation, decode, get_current_timestamp};

pub use keys::PublicKeys;
pub use settings::{ProviderSettings, Unfit};

use self::unique::Unique;
use super::token::{Bearer, LEEWAY_SECONDS, TokenFault, fault};

/// Something that is had later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the keys of one provider come from.
pub trait KeySource: Send + Sync {
    /// The keys as they are known; asked for where none are, or where they have grown old. Nothing where none can be had.
    fn known(&self) -> Later<'_, Option<Arc<PublicKeys>>>;

    /// The keys after asking again, because one is not among those that were seen; these where it is too soon to ask, or
    /// nobody answers.
    fn after(&self, seen: Arc<PublicKeys>) -> Later<'_, Arc<PublicKeys>>;
}

/// A provider whose tokens are accepted.
#[derive(Clone)]
pub struct Provider {
    settings: Arc<ProviderSettings>,
    keys: Arc<dyn KeySource>,
}

impl Provider {
    /// A provider of these settings, with its keys.
    #[must_use]
    pub fn new(settings: ProviderSettings, keys: Arc<dyn KeySource>) -> Self {
        Self { settings: Arc::new(settings), keys }
    }

    /// `iss` of its tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether its keys are known, after asking for them where they are not.
    pub async fn is_ready(&self) -> bool {
        self.keys.known().await.is_some()
    }

    /// Verifies a token that says it is this provider's.
    pub(super) async fn verify(
        &self,
        token: &str,
        header: &Header,
        declared: Option<Purpose>,
    ) -> Result<Bearer, TokenFault> {
        // Before any key is looked at: what is not in the list is never tried, HS256 with a public key least of all.
        if !self.settings.algorithms.contains(&header.alg) {
            return Err(TokenFault::Algorithm);
        }
        let known = self.keys.known().await.ok_or(TokenFault::Unavailable)?;
        let claims = match self.read(token, header, &known) {
            Err(fault) if may_be_renewed(header, fault) => {
                self.read(token, header, &*self.keys.after(known).await)
            }
            read => read,
        }?;
        claims::bearer(&self.settings, &claims.0, declared, get_current_timestamp())
    }

    /// The claims of a token that one of these keys signed, for us, and that is valid now.
    fn read(&self, token: &str, header: &Header, keys: &PublicKeys) -> Result<Unique, TokenFault> {
        let key = keys.find(header.kid.as_deref(), header.alg)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(decode::<Unique>(token, key, &validation).map_err(|error| fault(error.kind()))?.claims)
    }
}

/// Whether newer keys may make a token good: its key is unknown, or it names none and the only one that fits is another.
fn may_be_renewed(header: &Header, fault: TokenFault) -> bool {
    fault == TokenFault::UnknownKey || (header.kid.is_none() && fault == TokenFault::Signature)
}
