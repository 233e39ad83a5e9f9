//! XLSX: one cell at a time, so that no sheet is ever held as a whole.

use std::{fs::File, io::BufReader};

use calamine::{DataRef, Reader, SheetType, Xlsx, XlsxError};

use crate::{
    cell::text,
    doubt::WorkbookDoubt,
    fault::{Halt, ReadFault},
    gate::Gate,
    meter::{Meter, Metered},
    options::Options,
    sheet::Sheet,
    table::Format,
    workbook::{broken, guarded},
};

/// Reads a sheet of a workbook of Excel.
pub(crate) fn read(
    file: &File,
    meter: &Meter<'_>,
    options: &Options,
    gate: &mut Gate<'_>,
) -> Result<(), Halt> {
    let reader = BufReader::new(Metered::new(file, meter)?);
    let mut workbook: Xlsx<_> = guarded(broken(), || Xlsx::new(reader).map_err(|error| fault(&error)))?;
    let name = name(&workbook, options.sheet.as_deref())?;
    let mut cells =
        guarded(broken(), || workbook.worksheet_cells_reader(&name).map_err(|error| fault(&error)))?;
    let mut sheet = Sheet::new(Format::Xlsx, &options.limits, gate);
    while let Some(cell) =
        guarded(broken(), || cells.next_cell_with_formula_metadata().map_err(|error| fault(&error)))?
    {
        let (row, column) = (u64::from(cell.pos.0) + 1, cell.pos.1 as usize + 1);
        if cell.formula.is_some() {
            return Err(Sheet::formula(row, column));
        }
        if cell.value == DataRef::Empty {
            continue;
        }
        if !sheet.is_next(row, column) {
            return Err(ReadFault::Workbook(WorkbookDoubt::Order).at(row, column).into());
        }
        sheet.set(row, column, text(&cell.value))?;
    }
    sheet.end()
}

fn name<R: std::io::Read + std::io::Seek>(
    workbook: &Xlsx<R>,
    wanted: Option<&str>,
) -> Result<String, ReadFault> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .find(|sheet| wanted.is_none_or(|wanted| sheet.name == wanted))
        .map(|sheet| sheet.name.clone())
        .ok_or(ReadFault::Workbook(WorkbookDoubt::NoSheet))
}

/// What went wrong, without the words of the decoder: they may quote a cell.
fn fault(error: &XlsxError) -> ReadFault {
    match error {
        XlsxError::Io(error) => ReadFault::from_io(error, |_| broken()),
        XlsxError::WorksheetNotFound(_) => ReadFault::Workbook(WorkbookDoubt::NoSheet),
        _ => broken(),
    }
}
