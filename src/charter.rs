//! What the partners of the charter do with each other: signatures, referents, and uses that a provider agrees to. Each
//! is a state machine: where something stands and an act in, where it stands then or a refusal out. Pure; the
//! [`registrar`](crate::registrar) asks the policy and runs them against the store.

pub mod agreement;
pub mod event;
mod given;
pub mod programme;
pub mod referents;
mod refusal;
pub mod signature;
pub mod standing;
pub mod study;
pub mod text;
pub mod use_request;

#[cfg(test)]
mod tests;

pub use given::Given;
pub use refusal::CharterRefusal;
