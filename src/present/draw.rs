//! What charts and maps are drawn with: SVG, colours, how wide text is, and what every drawing has.

pub mod colour;
pub mod page;
pub mod svg;
pub mod text;
