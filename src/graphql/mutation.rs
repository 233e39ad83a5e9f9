//! What changes something: each takes one `input` and answers a payload with `userErrors`.

mod agreements;
mod charter;
mod clients;
mod deliveries;
mod documents;
mod events;
mod programme;
mod releases;
mod studies;
mod tokens;
mod upload;
mod uses;

use async_graphql::MergedObject;

/// What changes something. Each field takes one `input` and answers a payload: what was asked is there, or
/// `userErrors` says why not, and nothing has changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    charter::People,
    tokens::Tokens,
    clients::Clients,
    uses::Uses,
    deliveries::Deliveries,
    releases::Releases,
    studies::Studies,
    documents::Documents,
    programme::Programme,
    agreements::Agreements,
    events::Events,
);
