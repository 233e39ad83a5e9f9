//! Shapes: the schematic cells of the demonstration, overlays, and real contours from GeoJSON.
//!
//! Every coordinate is a longitude and a latitude in degrees (WGS 84), in that order; lengths are in
//! metres unless a name says degrees. Nothing here reads or writes a file.

pub mod cells;
pub mod contours;
pub mod geojson_text;
pub mod overlay;
mod planar;
