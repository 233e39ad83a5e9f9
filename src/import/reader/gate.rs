//! Between the formats and the sink: what every table must respect.

use std::collections::HashSet;

use crate::{
    fault::{Halt, ReadFault},
    options::Limits,
    table::{Format, Header, Record, Sink},
};

/// Checks a table on its way to the sink.
pub(crate) struct Gate<'a> {
    limits: &'a Limits,
    sink: &'a mut dyn Sink,
    columns: usize,
    rows: u64,
}

impl<'a> Gate<'a> {
    /// A gate before a sink.
    pub(crate) fn new(limits: &'a Limits, sink: &'a mut dyn Sink) -> Self {
        Self { limits, sink, columns: 0, rows: 0 }
    }

    /// Rows that the sink received.
    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Columns of the header; 0 before it.
    pub(crate) const fn columns(&self) -> usize {
        self.columns
    }

    /// Passes the header on.
    pub(crate) fn header(&mut self, format: Format, line: u64, names: &[&str]) -> Result<(), Halt> {
        let limit = self.limits.columns;
        if names.len() > limit {
            return Err(ReadFault::TooManyColumns { limit }.at(line, None).into());
        }
        let columns: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let mut seen = HashSet::with_capacity(columns.len());
        for (index, name) in columns.iter().enumerate() {
            self.check_length(line, index, name)?;
            if name.is_empty() {
                return Err(ReadFault::NoHeader.at(line, index + 1).into());
            }
            if !seen.insert(name.as_str()) {
                return Err(ReadFault::DuplicateColumn.at(line, index + 1).into());
            }
        }
        if columns.is_empty() {
            return Err(ReadFault::Empty.into());
        }
        self.columns = columns.len();
        Ok(self.sink.header(&Header { format, columns: &columns })?)
    }

    /// Passes a row on.
    pub(crate) fn record(&mut self, line: u64, fields: &[&str]) -> Result<(), Halt> {
        if fields.len() != self.columns {
            let fault = ReadFault::RaggedRow { expected: self.columns, found: fields.len() };
            return Err(fault.at(line, None).into());
        }
        if self.rows >= self.limits.rows {
            return Err(ReadFault::TooManyRows { limit: self.limits.rows }.at(line, None).into());
        }
        for (index, field) in fields.iter().enumerate() {
            self.check_length(line, index, field)?;
        }
        self.rows += 1;
        Ok(self.sink.record(&Record { line, fields })?)
    }

    fn check_length(&self, line: u64, index: usize, field: &str) -> Result<(), Halt> {
        let limit = self.limits.field_bytes;
        if field.len() > limit {
            return Err(ReadFault::FieldTooLong { limit }.at(line, index + 1).into());
        }
        Ok(())
    }
}
