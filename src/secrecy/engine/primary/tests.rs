//! Rules together, presets, and thousands of cells held against arithmetic that shares nothing with the rules.

mod arithmetic;
mod planned;
mod presets;
mod sets;
