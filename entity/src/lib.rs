//! The observatory's tables, one a file, and its vocabulary as parsed types ([`types`]).
//!
//! The table of true numbers is not here: it is private to the store.

pub mod access_chain;
pub mod access_record;
pub mod access_source;
pub mod agreement;
pub mod agreement_source;
pub mod breakdown;
pub mod category;
pub mod charter_signature;
pub mod delivery;
pub mod delivery_finding;
pub mod dimension;
pub mod edition;
pub mod figure;
pub mod indicator;
pub mod partner;
pub mod partner_territory;
pub mod referent;
pub mod release;
pub mod release_opening;
pub mod release_showing;
pub mod secrecy_rule;
pub mod setting;
pub mod source;
pub mod study;
pub mod study_author;
pub mod study_citation;
pub mod study_indicator;
pub mod study_territory;
pub mod study_theme;
pub mod territory;
pub mod territory_geometry;
pub mod territory_membership;
pub mod territory_overlap;
pub mod territory_succession;
pub mod types;
pub mod use_grant;
pub mod use_grant_territory;
pub mod use_request;
pub mod use_request_source;
pub mod use_request_territory;
pub mod work;
