//! The rows of a sheet, from its cells.

use crate::{
    cell::place,
    fault::{Halt, ReadFault},
    gate::Gate,
    options::Limits,
    table::Format,
};

/// Gathers the cells of one row after the other. The first row that is not empty is the header; empty rows are none.
pub(crate) struct Sheet<'a, 'b> {
    format: Format,
    limits: &'a Limits,
    gate: &'a mut Gate<'b>,
    row: u64,
    fields: Vec<String>,
}

impl<'a, 'b> Sheet<'a, 'b> {
    /// A sheet whose rows go to a gate.
    pub(crate) const fn new(format: Format, limits: &'a Limits, gate: &'a mut Gate<'b>) -> Self {
        Self { format, limits, gate, row: 0, fields: Vec::new() }
    }

    /// Takes a cell that is not empty, at a row and a column from 1. Within a row, columns go up.
    pub(crate) fn set(&mut self, row: u64, column: usize, text: String) -> Result<(), Halt> {
        if text.is_empty() {
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        self.check(row, column, text.len())?;
        // Nothing was skipped but empty cells
        self.fields.resize(column - 1, String::new());
        self.fields.push(text);
        Ok(())
    }

    /// Whether a cell comes after those that were taken.
    pub(crate) fn is_next(&self, row: u64, column: usize) -> bool {
        row > self.row || (row == self.row && column > self.fields.len())
    }

    /// Refuses a cell that is too far to the right, or too long.
    pub(crate) fn check(&self, row: u64, column: usize, length: usize) -> Result<(), Halt> {
        if column > self.limits.columns {
            return Err(ReadFault::TooManyColumns { limit: self.limits.columns }.at(row, None).into());
        }
        self.check_length(row, column, length)
    }

    /// Refuses a cell that is too long.
    pub(crate) fn check_length(&self, row: u64, column: usize, length: usize) -> Result<(), Halt> {
        if length > self.limits.field_bytes {
            return Err(ReadFault::FieldTooLong { limit: self.limits.field_bytes }.at(row, column).into());
        }
        Ok(())
    }

    /// The error of a formula.
    pub(crate) fn formula(row: u64, column: usize) -> Halt {
        ReadFault::Formula { cell: Some(place(column, row)) }.at(row, column).into()
    }

    /// Passes the row on, if it is not empty.
    pub(crate) fn end_row(&mut self) -> Result<(), Halt> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let columns = self.gate.columns();
        if columns > self.fields.len() {
            self.fields.resize(columns, String::new());
        }
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        let outcome = if columns == 0 {
            self.gate.header(self.format, self.row, &fields)
        } else {
            self.gate.record(self.row, &fields)
        };
        self.fields.clear();
        outcome
    }

    /// Ends the sheet.
    pub(crate) fn end(mut self) -> Result<(), Halt> {
        self.end_row()?;
        if self.gate.columns() == 0 { Err(ReadFault::Empty.into()) } else { Ok(()) }
    }
}
