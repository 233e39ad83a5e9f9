//! Workbooks: weighed before they are read, by decoders that may fail in any way.

use std::{fs::File, panic};

use crate::{
    archive::{Archive, Role},
    doubt::WorkbookDoubt,
    fault::{Halt, ReadFault},
    gate::Gate,
    meter::Meter,
    ods,
    options::Options,
    xlsx,
};

/// Reads a workbook out of a file that is one.
pub(crate) fn read(
    file: &File,
    meter: &Meter<'_>,
    mut archive: Archive<'_, '_>,
    role: Role,
    options: &Options,
    gate: &mut Gate<'_>,
) -> Result<(), Halt> {
    meter.phase(10, 40);
    archive.weigh(options.limits.workbook_bytes)?;
    meter.phase(40, 100);
    match role {
        Role::Ods => ods::read(&mut archive, options, gate),
        Role::Xlsx | Role::Around(_) => xlsx::read(file, meter, options, gate),
    }
}

/// The fault of a damaged workbook.
pub(crate) const fn broken() -> ReadFault {
    ReadFault::Workbook(WorkbookDoubt::Broken)
}

/// Runs a decoder of others: if it panics on a hostile file, the file is refused.
pub(crate) fn guarded<T>(
    fault: ReadFault,
    decode: impl FnOnce() -> Result<T, ReadFault>,
) -> Result<T, ReadFault> {
    panic::catch_unwind(panic::AssertUnwindSafe(decode)).unwrap_or(Err(fault))
}
