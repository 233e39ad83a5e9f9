//! ODS: one cell at a time. Cells and rows that are repeated are counted before they are repeated: a few bytes may
//! stand for billions of cells.

use std::io::{BufRead, BufReader};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::{
    archive::Archive,
    doubt::WorkbookDoubt,
    fault::{Halt, ReadFault},
    gate::Gate,
    ods_cell::{Cell, attribute, cell},
    options::Options,
    sheet::Sheet,
    table::Format,
    workbook::broken,
};

/// Reads a sheet of a workbook of `OpenDocument`.
pub(crate) fn read(
    archive: &mut Archive<'_, '_>,
    options: &Options,
    gate: &mut Gate<'_>,
) -> Result<(), Halt> {
    let content = BufReader::with_capacity(64 << 10, archive.open_named("content.xml")?);
    let mut xml = Reader::from_reader(content);
    xml.config_mut().expand_empty_elements = true;
    find_sheet(&mut xml, options.sheet.as_deref())?;
    let mut sheet = Sheet::new(Format::Ods, &options.limits, gate);
    let mut row = 1_u64;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match event(&mut xml, &mut buffer)? {
            Event::Start(element) if element.name().as_ref() == "table:table-row" => {
                let repeats = repeats(&element, "table:number-rows-repeated")?;
                read_row(&mut xml, &mut sheet, row, repeats)?;
                row = row.saturating_add(repeats);
            }
            Event::End(element) if element.name().as_ref() == "table:table" => return sheet.end(),
            Event::Start(element) if element.name().as_ref() == "table:table" => return Err(broken().into()),
            Event::Eof => return Err(broken().into()),
            _ => (),
        }
    }
}

/// Goes to the beginning of a sheet: the one of this name, or the first one.
fn find_sheet(xml: &mut Reader<impl BufRead>, wanted: Option<&str>) -> Result<(), Halt> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match event(xml, &mut buffer)? {
            Event::Start(element) if element.name().as_ref() == "table:table" => {
                let name = attribute(&element, "table:name")?;
                if wanted.is_none_or(|wanted| name.as_deref() == Some(wanted)) {
                    return Ok(());
                }
            }
            Event::Eof => return Err(ReadFault::Workbook(WorkbookDoubt::NoSheet).into()),
            _ => (),
        }
    }
}

fn read_row(
    xml: &mut Reader<impl BufRead>,
    sheet: &mut Sheet<'_, '_>,
    row: u64,
    repeats_of_row: u64,
) -> Result<(), Halt> {
    let mut cells: Vec<(usize, String)> = Vec::new();
    let mut column = 1_usize;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match event(xml, &mut buffer)? {
            Event::Start(element)
                if matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
            {
                let repeats = repeats(&element, "table:number-columns-repeated")?;
                let repeats = usize::try_from(repeats).unwrap_or(usize::MAX);
                match cell(xml, &element, sheet, row, column)? {
                    Cell::Formula => return Err(Sheet::formula(row, column)),
                    Cell::Empty => (),
                    Cell::Text(text) => {
                        sheet.check(row, column.saturating_add(repeats - 1), text.len())?;
                        cells.extend((column..column + repeats).map(|column| (column, text.clone())));
                    }
                }
                column = column.saturating_add(repeats);
            }
            Event::End(element) if element.name().as_ref() == "table:table-row" => break,
            Event::Start(_) | Event::End(_) | Event::Eof => return Err(broken().into()),
            _ => (),
        }
    }
    if cells.is_empty() {
        return Ok(());
    }
    for repeated in 0..repeats_of_row {
        for (column, text) in &cells {
            sheet.set(row.saturating_add(repeated), *column, text.clone())?;
        }
    }
    Ok(())
}

/// How often an element stands for itself: once, unless it says otherwise.
fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u64, Halt> {
    match attribute(element, name)? {
        None => Ok(1),
        Some(text) => match text.trim().parse::<u64>() {
            Ok(0) => Ok(1),
            Ok(count) => Ok(count),
            Err(_) => Err(broken().into()),
        },
    }
}

/// The next event of a document, or the fault of what is below it.
pub(crate) fn event<'b>(
    xml: &mut Reader<impl BufRead>,
    buffer: &'b mut Vec<u8>,
) -> Result<Event<'b>, ReadFault> {
    xml.read_event_into(buffer).map_err(|error| match error {
        quick_xml::Error::Io(error) => ReadFault::from_io(&error, |_| broken()),
        _ => broken(),
    })
}
