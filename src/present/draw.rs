//! What charts and maps are drawn with: SVG, colours, and how wide text is.

pub mod colour;
pub mod svg;
pub mod text;
