//! Delimited text: CSV and SDMX-CSV.

use crate::{
    decode::{Text, declared, guess},
    doubt::TableDoubt,
    fault::{Halt, ReadError, ReadFault},
    gate::Gate,
    options::Limits,
    read::Seen,
    separator::{self, Guess, OPENING},
    split::{Splitter, Take},
    table::Format,
    unpack::Source,
};
use encoding_rs::Encoding;

/// Reads delimited text.
pub(crate) fn read(
    source: &mut Source<'_, '_>,
    head: &[u8],
    limits: &Limits,
    gate: &mut Gate<'_>,
    seen: &mut Seen,
) -> Result<(), Halt> {
    let encoding = encoding(source, head)?;
    let mut text = Text::new(source.open()?, encoding);
    let mut opening = String::new();
    let mut splitter: Option<Splitter> = None;
    let mut take = |line: u64, fields: &[&str]| {
        if let Some(index) = fields.iter().position(|field| is_formula(field)) {
            return Err(ReadFault::Formula { cell: None }.at(line, index + 1).into());
        }
        if gate.columns() == 0 {
            seen.format = format(fields);
            gate.header(seen.format, line, fields)
        } else {
            gate.record(line, fields)
        }
    };
    let outcome = loop {
        let piece = match text.next_piece() {
            Ok(Some(piece)) => piece,
            Ok(None) => break Ok(()),
            Err(fault) => break Err(fault.into()),
        };
        let outcome = piece.whole(|piece| match &mut splitter {
            Some(splitter) => splitter.piece(piece, &mut take).map(|()| splitter.line()),
            None => {
                opening.push_str(piece);
                begin(&mut opening, false, limits, &mut splitter, &mut take)
            }
        });
        if outcome.is_err() {
            break outcome;
        }
    };
    let count = text.reader().count();
    let outcome = outcome.and_then(|()| {
        begin(&mut opening, true, limits, &mut splitter, &mut take)?;
        match &mut splitter {
            Some(splitter) => splitter.end(&mut take),
            None => Ok(()),
        }
    });
    seen.bytes = count;
    outcome?;
    if gate.columns() == 0 { Err(ReadFault::Empty.into()) } else { Ok(()) }
}

/// Begins to split as soon as the opening tells the separator; gives the line that the text came to.
fn begin(
    opening: &mut String,
    ended: bool,
    limits: &Limits,
    splitter: &mut Option<Splitter>,
    take: &mut Take<'_>,
) -> Result<u64, Halt> {
    if let Some(splitter) = splitter {
        return Ok(splitter.line());
    }
    match separator::guess(opening, ended) {
        Guess::Separator(separator) => {
            let splitter = splitter.insert(Splitter::new(separator, limits));
            splitter.piece(opening, take)?;
            *opening = String::new();
            Ok(splitter.line())
        }
        Guess::None if opening.len() > OPENING || !opening.trim().is_empty() => {
            Err(not_delimited(opening).into())
        }
        // Here the header line is not complete, or there is nothing at all
        Guess::More | Guess::None => Ok(1 + opening.matches('\n').count() as u64),
    }
}

/// Without a separator: no text at all, or a text of one column.
fn not_delimited(opening: &str) -> ReadError {
    let is_control = |letter: char| letter.is_ascii_control() && !matches!(letter, '\t' | '\r' | '\n');
    let doubt = if opening.contains(is_control) { TableDoubt::Control } else { TableDoubt::Separator };
    ReadFault::NotATable(doubt).at(1, None)
}

fn encoding(source: &mut Source<'_, '_>, head: &[u8]) -> Result<&'static Encoding, ReadFault> {
    if let Some(encoding) = declared(head) {
        return Ok(encoding);
    }
    source.meter.phase(0, 40);
    let encoding = guess(&mut source.open()?)?;
    source.meter.phase(40, 100);
    Ok(encoding)
}

/// Whether a spreadsheet would take the field as a formula.
fn is_formula(field: &str) -> bool {
    let text = field.trim_start();
    text.starts_with('=')
        || text.starts_with("+=")
        || text.strip_prefix('@').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// SDMX-CSV is told by its first columns: 2.0 by two, 1.0 by one.
fn format(names: &[&str]) -> Format {
    // `STRUCTURE[;]` announces a separator within fields, `DATAFLOW:Name` a label
    let name = |index: usize| {
        names.get(index).map(|name| name.trim().split(['[', ':']).next().unwrap_or_default().trim_end())
    };
    let is_sdmx =
        name(0) == Some("DATAFLOW") || (name(0) == Some("STRUCTURE") && name(1) == Some("STRUCTURE_ID"));
    if is_sdmx { Format::SdmxCsv } else { Format::Csv }
}
