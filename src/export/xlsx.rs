//! Workbooks: a sheet of observations whose number column holds numbers alone, the table as people read it, and the notes.

use std::fs::File;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

use super::{ExportError, Sheet};
use crate::present::{Header, words::Printing};

/// Widest table that is also laid out as people read it; wider ones are in the sheet of observations alone.
pub(super) const MOST_COLUMNS: usize = 256;

/// Writes a table as a workbook.
///
/// # Errors
///
/// [`ExportError::Workbook`].
pub fn write(sheet: Sheet<'_>, file: &mut File) -> Result<(), ExportError> {
    let language = sheet.names.language;
    let mut workbook = Workbook::new();
    let title = sheet.grid.title(sheet.names);
    let author = language.pick("Observatoire de la cohésion sociale", "Social cohesion observatory");
    let properties = DocProperties::new()
        .set_title(&title)
        .set_comment(sheet.stamp.text(language))
        .set_author(author)
        .set_company(author)
        .set_creation_datetime(&ExcelDateTime::from_timestamp(sheet.stamp.made_at.timestamp())?);
    workbook.set_properties(&properties);
    if sheet.grid.layout().column_count() <= MOST_COLUMNS {
        let page = workbook.add_worksheet();
        page.set_name(language.pick("Tableau", "Table"))?;
        table(sheet, page)?;
    }
    let page = workbook.add_worksheet_with_constant_memory()?;
    page.set_name(language.pick("Données", "Data"))?;
    data(sheet, page)?;
    let page = workbook.add_worksheet();
    page.set_name("Notes")?;
    notes(sheet, &title, page)?;
    workbook.save_to_writer(file)?;
    Ok(())
}

/// The table as it is read: a number where one is shown, else its sign.
fn table(sheet: Sheet<'_>, page: &mut Worksheet) -> Result<(), ExportError> {
    let bold = Format::new().set_bold();
    let right = Format::new().set_align(FormatAlign::Right);
    let (rows, columns) = (sheet.grid.row_headers(sheet.names), sheet.grid.column_headers(sheet.names));
    let (aside, above) = (depth(&rows), depth(&columns));
    for (column, headers) in columns.iter().enumerate() {
        for (row, header) in headers.iter().enumerate() {
            page.write_string_with_format(row as u32, narrow(column + aside), &header.label, &bold)?;
        }
    }
    for column in 0..aside {
        page.set_column_width(narrow(column), 40)?;
    }
    page.set_freeze_panes(above as u32, narrow(aside))?;
    for (row, (headers, cells)) in rows.iter().zip(sheet.grid.rows()).enumerate() {
        let at = (row + above) as u32;
        for (column, header) in headers.iter().enumerate() {
            page.write_string_with_format(at, narrow(column), &header.label, &bold)?;
        }
        for (column, told) in cells.iter().enumerate() {
            let indicator = sheet.names.catalogue.indicator_by_id(told.key.indicator_id);
            let decimals = indicator.map_or(0, |indicator| Printing::of(indicator).decimals);
            let column = narrow(column + aside);
            match told.disclosed.value() {
                Some(value) => {
                    page.write_number_with_format(at, column, value, &number_format(decimals))?;
                }
                None => {
                    let symbol = told.disclosed.symbol().unwrap_or_default();
                    page.write_string_with_format(at, column, symbol, &right)?;
                }
            }
        }
    }
    Ok(())
}

/// How many headers stand before the first cell of a row, or above that of a column: one for each axis.
pub(super) fn depth(headers: &[Vec<Header>]) -> usize {
    headers.first().map_or(0, Vec::len)
}

fn number_format(decimals: usize) -> Format {
    Format::new().set_num_format(match decimals {
        0 => "#,##0",
        1 => "#,##0.0",
        _ => "#,##0.00",
    })
}

/// A column's number as workbooks count them; tables are narrower.
fn narrow(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// One row an observation.
fn data(sheet: Sheet<'_>, page: &mut Worksheet) -> Result<(), ExportError> {
    let language = sheet.names.language;
    let bold = Format::new().set_bold();
    let columns = sheet.columns();
    for (column, name) in columns.iter().enumerate() {
        page.write_string_with_format(0, narrow(column), name, &bold)?;
    }
    for (row, record) in sheet.records().enumerate() {
        let at = row as u32 + 1;
        let texts = record.texts(language);
        for (column, text) in texts.iter().enumerate() {
            page.write_string(at, narrow(column), text)?;
        }
        let value = texts.len();
        if let Some(number) = record.told.disclosed.value() {
            page.write_number(at, narrow(value), number)?;
        }
        for (offset, text) in record.texts_after(language).into_iter().enumerate() {
            page.write_string(at, narrow(value + 1 + offset), text)?;
        }
    }
    Ok(())
}

/// Title, notes, sources, for whom.
fn notes(sheet: Sheet<'_>, title: &str, page: &mut Worksheet) -> Result<(), ExportError> {
    let bold = Format::new().set_bold();
    page.set_column_width(0, 120)?;
    page.write_string_with_format(0, 0, title, &bold)?;
    for (row, line) in sheet.remarks().iter().enumerate() {
        page.write_string(row as u32 + 2, 0, line)?;
    }
    Ok(())
}
