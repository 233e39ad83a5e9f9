//! Observatoire de la cohésion sociale: a GraphQL API over confidential local social data.
//!
//! What a caller sees is already masked (at rest, by [`secrecy`]) and scoped (by [`auth::policy`]).
//! The README holds the map of these rooms; a test holds the map against the code.

pub mod access_log;
pub mod auth;
pub mod catalogue;
pub mod charter;
pub mod cli;
pub mod config;
pub mod demonstration;
pub mod documents;
pub mod error;
pub mod export;
pub mod geography;
pub mod geometry;
pub mod graphql;
pub mod http;
pub mod import;
pub mod keys;
pub mod language;
pub mod present;
pub mod provider_keys;
pub mod registrar;
pub mod release;
pub mod secrecy;
pub mod store;
pub mod telemetry;
