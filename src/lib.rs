//! Observatory.
