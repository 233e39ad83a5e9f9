//! The API as its callers see it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../contract/mod.rs"]
mod contract;

mod access_chain;
mod access_log;
mod acts;
mod agreements;
mod answers;
mod bad_input;
mod breadth;
mod breaks;
mod charter;
mod charts;
mod clients;
mod commands;
mod commitments;
mod costs;
mod deliveries;
mod examples;
mod exports;
mod formats;
mod fuzz;
mod given_again;
mod interrupted;
mod killed;
mod leaks;
mod maps;
mod merging;
mod network;
mod openings;
mod paging;
mod pictures;
mod plain_tables;
mod profiles;
mod programme;
mod protocol;
mod providers;
mod replica;
mod revoked_tokens;
mod roles;
mod security;
mod statements;
mod steps;
mod studies;
mod study_documents;
mod subscriptions;
mod subtraction;
mod tables;
mod third_parties;
mod tokens;
mod told;
mod traces;
