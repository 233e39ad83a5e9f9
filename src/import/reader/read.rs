//! From a file to a sink: what it is, then by the reader of that format.

use std::fs::File;

use crate::{
    archive::{Archive, Role},
    columnar, dataset, delimited,
    detect::{Kind, kind},
    doubt::{ArchiveDoubt, Size, TableDoubt},
    fault::{Halt, ReadError, ReadFault},
    gate::Gate,
    meter::Meter,
    options::Options,
    table::{Format, Read, Sink},
    unpack::{Packing, Source},
    workbook,
};

/// Reads a file, whatever its format, and hands its table to a sink.
///
/// `progress` is told how many bytes of the file as it was sent are dealt with, out of how many.
///
/// # Errors
/// [`ReadError`] if the file exceeds the limits, is damaged or is no table.
pub fn read(
    file: &mut File,
    options: &Options,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Read, ReadError> {
    let length = file.metadata().map_err(ReadFault::from)?.len();
    let limit = options.limits.file_bytes;
    if length > limit {
        return Err(ReadFault::TooLarge { size: Size::File, limit }.into());
    }
    if length == 0 {
        return Err(ReadFault::Empty.into());
    }
    let meter = Meter::new(length, progress);
    let mut gate = Gate::new(&options.limits, sink);
    let mut seen = Seen { format: Format::Csv, bytes: length };
    let outcome = dispatch(file, &meter, options, &mut gate, &mut seen);
    let stopped = match outcome {
        Ok(()) => false,
        Err(Halt::Stop) => true,
        Err(Halt::Error(error)) => return Err(error),
    };
    if !stopped {
        meter.end();
    }
    Ok(Read { format: seen.format, rows: gate.rows(), bytes: seen.bytes, stopped })
}

/// What became known of a file on the way.
pub(crate) struct Seen {
    /// Its format.
    pub(crate) format: Format,
    /// The bytes of its table, once unpacked.
    pub(crate) bytes: u64,
}

fn dispatch(
    file: &File,
    meter: &Meter<'_>,
    options: &Options,
    gate: &mut Gate<'_>,
    seen: &mut Seen,
) -> Result<(), Halt> {
    let limits = &options.limits;
    let limit = limits.unpacked_bytes;
    let plain = || Source { file, meter, packing: Packing::Plain, limit: limits.file_bytes };
    // Looking at the beginning, and at the directory of an archive, is hardly any of the work
    meter.phase(0, 0);
    let head = plain().head()?;
    let (mut source, packed) = match kind(&head) {
        Kind::Gzip => (Source { packing: Packing::Gzip, limit, ..plain() }, true),
        Kind::Zip => {
            let mut archive = Archive::new(file, meter)?;
            match archive.role()? {
                Role::Around(index) => {
                    if archive.declared(index)? > limit {
                        return Err(ReadFault::TooLarge { size: Size::Unpacked, limit }.into());
                    }
                    (Source { packing: Packing::Zip(Box::new(archive), index), limit, ..plain() }, true)
                }
                role => {
                    seen.format = format(role);
                    return workbook::read(file, meter, archive, role, options, gate);
                }
            }
        }
        _ => (plain(), false),
    };
    let head = if packed { source.head()? } else { head };
    match kind(&head) {
        Kind::Gzip => Err(ReadFault::ArchiveContent(ArchiveDoubt::Nested).into()),
        Kind::Foreign => Err(ReadFault::NotATable(TableDoubt::Document).into()),
        // Here only what is packed can be a zip
        Kind::Zip => {
            meter.phase(0, 10);
            let unpacked = source.unpacked()?;
            seen.bytes = length(&unpacked)?;
            read_workbook(&unpacked, meter, options, gate, seen)
        }
        Kind::Parquet => {
            meter.phase(0, 30);
            let unpacked = source.unpacked()?;
            seen.bytes = length(&unpacked)?;
            seen.format = Format::Parquet;
            meter.phase(30, 100);
            columnar::read(&unpacked, meter, limits, gate)
        }
        Kind::Json => {
            seen.format = Format::JsonStat;
            meter.phase(0, 100);
            seen.bytes = dataset::read(source.open()?, limits, gate)?;
            Ok(())
        }
        Kind::Text => {
            meter.phase(0, 100);
            delimited::read(&mut source, &head, limits, gate, seen)
        }
    }
}

/// Reads a workbook that was itself packed.
fn read_workbook(
    file: &File,
    meter: &Meter<'_>,
    options: &Options,
    gate: &mut Gate<'_>,
    seen: &mut Seen,
) -> Result<(), Halt> {
    let nested = || ReadFault::ArchiveContent(ArchiveDoubt::Nested);
    let mut archive = Archive::new(file, meter)?;
    match archive.role() {
        Ok(Role::Around(_)) | Err(ReadFault::ArchiveContent(_)) => Err(nested().into()),
        Ok(role) => {
            seen.format = format(role);
            workbook::read(file, meter, archive, role, options, gate)
        }
        Err(fault) => Err(fault.into()),
    }
}

const fn format(role: Role) -> Format {
    match role {
        Role::Ods => Format::Ods,
        Role::Xlsx | Role::Around(_) => Format::Xlsx,
    }
}

fn length(file: &File) -> Result<u64, ReadFault> {
    Ok(file.metadata()?.len())
}
