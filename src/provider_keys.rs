//! Keys of OpenID Connect providers: asked for over the network, kept, and asked for again.
//!
//! A provider that is away stops nothing but its own tokens, and these only while none of its keys is known.

mod fetch;
mod kept;

use std::{sync::Arc, time::Duration};

use crate::auth::{
    providers::{Provider, ProviderSettings},
    token::Verifier,
};

/// First and longest pause between two tries at start.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The machine has nothing to connect with.
#[derive(Debug, thiserror::Error)]
#[error(
    "fournisseurs d’identité (providers) : aucune connexion possible / identity providers: no connection is possible: {0}"
)]
pub struct NoConnection(#[from] reqwest::Error);

/// The providers of the settings, whose keys are asked for when their first token comes.
///
/// # Errors
///
/// [`NoConnection`] where the machine has no certificates to trust, for instance.
pub fn open(providers: &[ProviderSettings]) -> Result<Vec<Provider>, NoConnection> {
    let provider = |settings: &ProviderSettings| {
        let network = fetch::Network::new(&settings.issuer)?;
        let kept = kept::Kept::new(settings.issuer.clone(), Box::new(network));
        Ok(Provider::new(settings.clone(), Arc::new(kept)))
    };
    providers.iter().map(provider).collect()
}

/// Asks all providers for their keys in the background, those that are away again until they answer.
pub fn ask_at_start(verifier: &Verifier) {
    for provider in verifier.providers() {
        let provider = provider.clone();
        tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            while !provider.is_ready().await {
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        });
    }
}
