//! Records out of delimited text that comes in pieces.
//!
//! One record is held at a time, within the limits of fields and columns: an open quote cannot take the whole file into
//! memory. Lines are counted as an editor does, so that an error can be found.

use crate::{
    doubt::TableDoubt,
    fault::{Halt, ReadFault},
    options::Limits,
};

/// Where in a record the last piece ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between records.
    Between,
    /// At the beginning of a field.
    Begin,
    /// In a field without quotes.
    Bare,
    /// In a field with quotes.
    Quoted,
    /// After a quote in a field with quotes: the end of the field, or half of a doubled quote.
    Quote,
}

/// What takes records: the line where one begins, and its fields.
pub(crate) type Take<'a> = dyn FnMut(u64, &[&str]) -> Result<(), Halt> + 'a;

/// Splits text into records.
pub(crate) struct Splitter {
    separator: u8,
    columns: usize,
    field_bytes: usize,
    state: State,
    /// A carriage return came last: the line feed that may follow is the same line break.
    returned: bool,
    line: u64,
    begin: u64,
    record: String,
    ends: Vec<usize>,
}

impl Splitter {
    /// A splitter at a separator.
    pub(crate) fn new(separator: u8, limits: &Limits) -> Self {
        Self {
            separator,
            columns: limits.columns,
            field_bytes: limits.field_bytes,
            state: State::Between,
            returned: false,
            line: 1,
            begin: 1,
            record: String::new(),
            ends: Vec::new(),
        }
    }

    /// The line that the text came to.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// Splits a piece.
    pub(crate) fn piece(&mut self, piece: &str, take: &mut Take<'_>) -> Result<(), Halt> {
        let bytes = piece.as_bytes();
        let mut from = 0;
        while from < bytes.len() {
            let plain = self.plain(&bytes[from..]);
            if plain > 0 {
                self.push(&piece[from..from + plain])?;
                from += plain;
            }
            if let Some(&sign) = bytes.get(from) {
                self.sign(sign, take)?;
                from += 1;
            }
        }
        Ok(())
    }

    /// Ends the text.
    pub(crate) fn end(&mut self, take: &mut Take<'_>) -> Result<(), Halt> {
        match self.state {
            State::Between => Ok(()),
            State::Quoted => Err(self.quotes()),
            State::Begin | State::Bare | State::Quote => self.end_record(take),
        }
    }

    /// How many bytes mean nothing but themselves.
    fn plain(&self, bytes: &[u8]) -> usize {
        let separator = if self.state == State::Quoted { b'"' } else { self.separator };
        let means = |byte: &u8| {
            *byte == separator || *byte == b'"' || (*byte < b' ' && (*byte != b'\t' || separator == b'\t'))
        };
        bytes.iter().position(means).unwrap_or(bytes.len())
    }

    fn push(&mut self, text: &str) -> Result<(), Halt> {
        self.returned = false;
        match self.state {
            State::Quote => return Err(self.quotes()),
            State::Between => self.begin_record(),
            State::Begin | State::Bare | State::Quoted => (),
        }
        if self.state != State::Quoted {
            self.state = State::Bare;
        }
        let start = self.ends.last().copied().unwrap_or(0);
        if self.record.len() - start + text.len() > self.field_bytes {
            let fault = ReadFault::FieldTooLong { limit: self.field_bytes };
            return Err(fault.at(self.begin, self.ends.len() + 1).into());
        }
        self.record.push_str(text);
        Ok(())
    }

    fn sign(&mut self, sign: u8, take: &mut Take<'_>) -> Result<(), Halt> {
        let was_returned = std::mem::replace(&mut self.returned, sign == b'\r');
        let is_break = matches!(sign, b'\r' | b'\n');
        let same_break = sign == b'\n' && was_returned;
        match self.state {
            State::Quoted if sign == b'"' => self.state = State::Quote,
            State::Quoted if is_break => {
                self.push(if sign == b'\r' { "\r" } else { "\n" })?;
                self.returned = sign == b'\r';
            }
            State::Quote if sign == b'"' => {
                self.state = State::Quoted;
                self.push("\"")?;
            }
            State::Bare if sign == b'"' => self.push("\"")?,
            State::Between | State::Begin if sign == b'"' => {
                self.begin_record();
                self.state = State::Quoted;
            }
            State::Between if is_break => (),
            State::Begin | State::Bare | State::Quote if is_break => self.end_record(take)?,
            State::Between | State::Begin | State::Bare | State::Quote if sign == self.separator => {
                self.begin_record();
                self.end_field()?;
                self.state = State::Begin;
            }
            _ => return Err(ReadFault::NotATable(TableDoubt::Control).at(self.line, None).into()),
        }
        if is_break && !same_break {
            self.line += 1;
        }
        Ok(())
    }

    fn begin_record(&mut self) {
        if self.state == State::Between {
            self.begin = self.line;
        }
    }

    fn end_field(&mut self) -> Result<(), Halt> {
        if self.ends.len() >= self.columns {
            return Err(ReadFault::TooManyColumns { limit: self.columns }.at(self.begin, None).into());
        }
        self.ends.push(self.record.len());
        Ok(())
    }

    fn end_record(&mut self, take: &mut Take<'_>) -> Result<(), Halt> {
        self.end_field()?;
        self.state = State::Between;
        let mut start = 0;
        let fields: Vec<&str> = self
            .ends
            .iter()
            .map(|end| {
                let field = &self.record[start..*end];
                start = *end;
                field
            })
            .collect();
        take(self.begin, &fields)?;
        self.record.clear();
        self.ends.clear();
        Ok(())
    }

    fn quotes(&self) -> Halt {
        ReadFault::NotATable(TableDoubt::Quotes).at(self.begin, self.ends.len() + 1).into()
    }
}
