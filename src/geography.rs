//! Territories in memory: versions, vintages, and how they hang together.
//!
//! A [`Territory`] is one version: the stretch of time in which its code, level and extent stay the same.
//! A vintage is the geography of 1 January of a year. The gazetteer is loaded once and never changes
//! while the server runs; contours are not in it.

mod gazetteer;
pub mod partition;
pub mod passage;
pub mod surroundings;
mod vintage;

pub use gazetteer::{Gazetteer, Overlap, Parts, Territory};
pub use vintage::{FIRST_VINTAGE, LAST_VINTAGE, Vintage, VintageUnknown};
