//! Turns a file that a data provider sends into rows of text fields, within limits.
//!
//! [`read`] finds out by content what the file is (never by its name), unpacks it if need be, and hands its header
//! and its rows to a [`Sink`], one at a time. [`value`] then says what the text of a figure means. What is wrong with
//! a file is told by place and kind only: no error ever holds the content of a cell.

mod archive;
mod cell;
mod columnar;
mod dataset;
mod dataset_dimension;
mod dataset_parts;
mod date;
mod decode;
mod delimited;
mod detect;
mod doubt;
mod english;
mod fault;
mod french;
mod gate;
mod message;
mod meter;
mod ods;
mod ods_cell;
mod options;
mod page;
mod read;
mod separator;
mod sheet;
mod split;
mod table;
mod unpack;
mod value;
mod workbook;
mod xlsx;

pub use doubt::{ArchiveDoubt, JsonDoubt, ParquetDoubt, Size, TableDoubt, WorkbookDoubt};
pub use fault::{ReadError, ReadFault};
pub use options::{Limits, Options};
pub use read::read;
pub use table::{Format, Header, Read, Record, Sink, Stop};
pub use value::{NotANumber, Sign, Value, value};

#[cfg(test)]
mod tests;
