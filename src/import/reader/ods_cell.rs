//! One cell of an ODS sheet.

use std::{borrow::Cow, io::BufRead};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use crate::{
    cell::number,
    fault::{Halt, ReadFault},
    ods::event,
    sheet::Sheet,
    workbook::broken,
};

/// What a cell holds.
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A value.
    Text(String),
    /// A formula, whatever its value.
    Formula,
}

/// An attribute of an element.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, ReadFault> {
    let found = element.try_get_attribute(name).map_err(|_error| broken())?;
    found
        .map(|found| found.normalized_value(XmlVersion::Implicit1_0).map(Cow::into_owned))
        .transpose()
        .map_err(|_error| broken())
}

/// Reads a cell to its end.
pub(crate) fn cell(
    xml: &mut Reader<impl BufRead>,
    element: &BytesStart<'_>,
    sheet: &Sheet<'_, '_>,
    row: u64,
    column: usize,
) -> Result<Cell, Halt> {
    if attribute(element, "table:formula")?.is_some() {
        return Ok(Cell::Formula);
    }
    let typed = typed(element)?;
    let content = content(xml, sheet, row, column)?;
    Ok(match typed.unwrap_or(content) {
        text if text.is_empty() => Cell::Empty,
        text => Cell::Text(text),
    })
}

/// The value that the attributes of a cell say; none for text, which is its content.
fn typed(element: &BytesStart<'_>) -> Result<Option<String>, Halt> {
    let value = |name| attribute(element, name);
    Ok(match attribute(element, "office:value-type")?.as_deref() {
        Some("float" | "percentage" | "currency") => {
            let text = value("office:value")?.ok_or_else(broken)?;
            let parsed = text.trim().parse::<f64>().map_err(|_error| broken())?;
            Some(number(parsed))
        }
        Some("date") => Some(value("office:date-value")?.ok_or_else(broken)?),
        Some("time") => Some(value("office:time-value")?.ok_or_else(broken)?),
        Some("boolean") => Some(value("office:boolean-value")?.ok_or_else(broken)?.to_ascii_lowercase()),
        Some("string") => value("office:string-value")?,
        _ => None,
    })
}

/// The text of a cell: its paragraphs, without its annotation.
fn content(
    xml: &mut Reader<impl BufRead>,
    sheet: &Sheet<'_, '_>,
    row: u64,
    column: usize,
) -> Result<String, Halt> {
    let (mut text, mut depth, mut paragraphs) = (String::new(), 0_usize, 0_usize);
    // Depth from which all is an annotation or a drawing
    let mut aside: Option<usize> = None;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = event(xml, &mut buffer)?;
        match &event {
            Event::Start(inner) => {
                depth += 1;
                let name = inner.name();
                if matches!(name.as_ref(), "office:annotation" | "draw:frame" | "draw:g" | "table:shapes") {
                    aside = aside.or(Some(depth));
                }
                match name.as_ref() {
                    _ if aside.is_some() => (),
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let count =
                            attribute(inner, "text:c")?.map_or(Ok(1), |count| count.trim().parse::<usize>());
                        let count = count.map_err(|_error| broken())?;
                        sheet.check_length(row, column, text.len().saturating_add(count))?;
                        text.extend(std::iter::repeat_n(' ', count));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => (),
                }
            }
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => {
                if aside == Some(depth) {
                    aside = None;
                }
                depth -= 1;
            }
            Event::Eof => return Err(broken().into()),
            _ if aside.is_some() || paragraphs == 0 => (),
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().map_err(|_error| broken())?;
                match (letter, resolve_predefined_entity(reference.as_ref())) {
                    (Some(letter), _) => text.push(letter),
                    (None, Some(known)) => text.push_str(known),
                    (None, None) => return Err(broken().into()),
                }
            }
            _ => (),
        }
        sheet.check_length(row, column, text.len())?;
    }
}
