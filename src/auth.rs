//! Who asks, and what they may do.
//!
//! A bearer token becomes a [`Viewer`]; [`policy`] is the one place that decides what a viewer may see
//! and do; nothing else mints a [`Clearance`]. Pure: no database, no file, no clock.

mod keys;
pub mod matrix;
pub mod policy;
pub mod providers;
pub mod token;
mod viewer;

pub use keys::IssuerKey;
pub use policy::{Access, Action, Clearance, ExplainLeave, LogReach, Step, StepLeave};
pub use viewer::{AgreementTerms, Caller, GrantTerms, Identity, Membership, SourceTerms, Viewer};
