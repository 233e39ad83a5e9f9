//! Keys over the network: the document of discovery, then the set that it names; within limits of time and size.

use std::time::Duration;

use reqwest::{
    Client, Response,
    header::{ACCEPT, CACHE_CONTROL, HeaderMap},
    redirect::Policy,
};
use url::Url;

use super::kept::{Fetch, Fetched};
use crate::auth::providers::{
    Later, PublicKeys,
    discovery::{self, DiscoveryFault},
};

/// Longest time for all that one refresh asks.
const TIME: Duration = Duration::from_secs(5);

/// Most bytes of an answer.
const MOST_BYTES: usize = 512 * 1024;

/// Most redirections of a request, all on the host that was asked.
const MOST_REDIRECTIONS: usize = 3;

/// Why keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    /// Nobody answers, or the answer breaks off.
    #[error("no answer: {}", innermost(.0))]
    Network(#[from] reqwest::Error),
    /// Another status than 200: a redirection to another host, too.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// An answer over the limit.
    #[error("the answer is over {MOST_BYTES} bytes")]
    TooLarge,
    /// No whole answer in time.
    #[error("no whole answer within {TIME:?}")]
    TooSlow,
    /// The document of discovery does not say where the keys are.
    #[error(transparent)]
    Discovery(#[from] DiscoveryFault),
    /// What is there is no set of keys.
    #[error("there is no set of keys")]
    Keys,
}

/// What it came from: the outermost only names the address.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The provider of an issuer, over the network.
pub struct Network {
    client: Client,
    issuer: String,
}

impl Network {
    /// Connects to nobody yet.
    pub fn new(issuer: &str) -> Result<Self, reqwest::Error> {
        // One provider of cryptography for the whole process; that one is there already is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let same_host = Policy::custom(|attempt| {
            let first = attempt.previous().first().map(Url::origin);
            let stays = first.is_some_and(|first| first == attempt.url().origin());
            if stays && attempt.previous().len() <= MOST_REDIRECTIONS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let mut client = Client::builder().redirect(same_host).timeout(TIME);
        if issuer.starts_with("http://") {
            // This very machine: no proxy leads back to it.
            client = client.no_proxy();
        }
        Ok(Self { client: client.build()?, issuer: issuer.to_owned() })
    }

    async fn keys(&self, known: Option<Url>) -> Result<Fetched, FetchFault> {
        let address = match known {
            Some(address) => address,
            None => {
                let (document, _) = self.answer(discovery::address(&self.issuer)?).await?;
                discovery::keys_address(&document, &self.issuer)?
            }
        };
        let (set, good_for) = self.answer(address.clone()).await?;
        Ok(Fetched { keys: PublicKeys::read(&set).ok_or(FetchFault::Keys)?, address, good_for })
    }

    /// What an address answers, and for how long that is good as it says.
    async fn answer(&self, address: Url) -> Result<(Vec<u8>, Option<Duration>), FetchFault> {
        let mut response = self.client.get(address).header(ACCEPT, "application/json").send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchFault::Status(response.status().as_u16()));
        }
        let good_for = good_for(response.headers());
        Ok((body(&mut response).await?, good_for))
    }
}

impl Fetch for Network {
    fn fetch(&self, known: Option<Url>) -> Later<'_, Result<Fetched, FetchFault>> {
        Box::pin(async move {
            let asked = tokio::time::timeout(TIME, self.keys(known)).await;
            asked.unwrap_or(Err(FetchFault::TooSlow))
        })
    }
}

/// The whole body, read no further than the limit whatever it announces.
async fn body(response: &mut Response) -> Result<Vec<u8>, FetchFault> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await? {
        if body.len() + part.len() > MOST_BYTES {
            return Err(FetchFault::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// How long an answer is good, as its `Cache-Control` says: not at all where it may not be kept.
fn good_for(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        said.flat_map(|text| text.split(',')).map(|part| part.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| ["no-store", "no-cache"].contains(&directive.as_str())) {
        return Some(Duration::ZERO);
    }
    let age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="))?;
    age.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue};

    use super::good_for;

    #[test]
    fn an_answer_is_good_for_as_long_as_it_says() {
        let said = |text: &'static str| {
            good_for(&HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static(text))]))
        };
        assert_eq!(said("public, max-age=600"), Some(Duration::from_secs(600)));
        assert_eq!(said("Max-Age=\"7\""), Some(Duration::from_secs(7)));
        assert_eq!(said("max-age=600, no-store"), Some(Duration::ZERO));
        assert_eq!(said("No-Cache"), Some(Duration::ZERO));
        for none in ["public", "max-age=-1", "max-age=soon", "s-maxage=5"] {
            assert_eq!(said(none), None, "{none}");
        }
        assert_eq!(good_for(&HeaderMap::new()), None);
    }
}
