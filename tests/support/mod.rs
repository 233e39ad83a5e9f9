//! What the test binaries share.

pub mod app;
pub mod documents;
pub mod model;
pub mod postgres;
