//! Zip archives: looked over before they are opened, then opened as one file or as a workbook.

use std::{
    fs::File,
    io::{self, BufReader, Read},
};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::{
    doubt::{ArchiveDoubt, Size, TableDoubt},
    fault::ReadFault,
    meter::{Meter, Metered},
    unpack::Counted,
};

/// Entries that an archive may have: each one costs memory as soon as its directory is read.
const ENTRIES: usize = 4096;

/// Bytes that the names, extra fields and comments of all entries may have.
const NAMES: usize = 4 << 20;

/// How an entry of the central directory begins, how long its fixed part is, and where that holds the three lengths
/// of what follows.
const ENTRY: &[u8] = b"PK\x01\x02";
const FIXED: usize = 46;
const LENGTHS: [usize; 3] = [28, 30, 32];

const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// What a zip archive turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of `OpenDocument`.
    Ods,
    /// Around one file, which is at this place.
    Around(usize),
}

/// An archive.
pub(crate) struct Archive<'a, 't>(ZipArchive<BufReader<Metered<'a, 't>>>);

impl<'a, 't> Archive<'a, 't> {
    /// Reads the directory of an archive.
    pub(crate) fn new(file: &'a File, meter: &'a Meter<'t>) -> Result<Self, ReadFault> {
        look_over(Metered::new(file, meter)?)?;
        let archive =
            ZipArchive::new(BufReader::new(Metered::new(file, meter)?)).map_err(|error| fault(&error))?;
        if archive.has_duplicate_names() {
            return Err(ReadFault::ArchiveBroken);
        }
        archive.file_names_raw().try_for_each(check_name)?;
        Ok(Self(archive))
    }

    /// Says what the archive is.
    pub(crate) fn role(&mut self) -> Result<Role, ReadFault> {
        if self.has("[Content_Types].xml") {
            let is_workbook = self.0.file_names_raw().any(|name| name == b"xl/workbook.xml");
            return if is_workbook {
                Ok(Role::Xlsx)
            } else {
                Err(ReadFault::NotATable(TableDoubt::Document))
            };
        }
        if let Some(index) = self.0.index_for_name("mimetype") {
            let mut kind = Vec::new();
            self.open(index)?.take(256).read_to_end(&mut kind).map_err(|error| broken(&error))?;
            return match kind.strip_prefix(ODS) {
                Some(b"") if self.has("content.xml") => Ok(Role::Ods),
                _ => Err(ReadFault::NotATable(TableDoubt::Document)),
            };
        }
        self.only_file().map(Role::Around)
    }

    /// Opens an entry.
    pub(crate) fn open(&mut self, index: usize) -> Result<impl Read + '_, ReadFault> {
        self.0.by_index(index).map_err(|error| fault(&error))
    }

    /// Opens an entry by name.
    pub(crate) fn open_named(&mut self, name: &str) -> Result<impl Read + '_, ReadFault> {
        self.0.by_name(name).map_err(|error| fault(&error))
    }

    /// Refuses entries that unpack to more than a limit: as declared, then as they really are.
    pub(crate) fn weigh(&mut self, limit: u64) -> Result<u64, ReadFault> {
        let too_large = ReadFault::TooLarge { size: Size::Workbook, limit };
        let declared = (0..self.0.len()).try_fold(0_u64, |sum, index| {
            let entry = self.0.by_index_data(index).map_err(|error| fault(&error))?;
            Ok::<_, ReadFault>(sum.saturating_add(entry.size()))
        })?;
        if declared > limit {
            return Err(too_large);
        }
        (0..self.0.len()).try_fold(0_u64, |sum, index| {
            let mut entry = Counted::new(self.open(index)?, limit - sum, Size::Workbook);
            io::copy(&mut entry, &mut io::sink()).map_err(|error| {
                match ReadFault::from_io(&error, |_| ReadFault::ArchiveBroken) {
                    ReadFault::TooLarge { .. } => too_large.clone(),
                    other => other,
                }
            })?;
            Ok(sum + entry.count())
        })
    }

    /// The size that an entry declares.
    pub(crate) fn declared(&self, index: usize) -> Result<u64, ReadFault> {
        self.0.by_index_data(index).map(|entry| entry.size()).map_err(|error| fault(&error))
    }

    fn has(&self, name: &str) -> bool {
        self.0.index_for_name(name).is_some()
    }

    fn only_file(&self) -> Result<usize, ReadFault> {
        let mut files =
            (0..self.0.len()).filter(|index| self.0.by_index_data(*index).is_ok_and(|entry| !entry.is_dir()));
        match (files.next(), files.next()) {
            (None, _) => Err(ReadFault::ArchiveContent(ArchiveDoubt::Empty)),
            (Some(_), Some(_)) => Err(ReadFault::ArchiveContent(ArchiveDoubt::Several)),
            (Some(index), None) => {
                let entry = self.0.by_index_data(index).map_err(|error| fault(&error))?;
                match entry.compression() {
                    _ if entry.encrypted() => Err(ReadFault::ArchiveContent(ArchiveDoubt::Encrypted)),
                    CompressionMethod::STORE | CompressionMethod::DEFLATE => Ok(index),
                    _ => Err(ReadFault::ArchiveContent(ArchiveDoubt::Method)),
                }
            }
        }
    }
}

/// Refuses a name that leads out of the archive, or would on some system.
fn check_name(name: &[u8]) -> Result<(), ReadFault> {
    let leads_out = name.first() == Some(&b'/')
        || name.contains(&b'\\')
        || name.windows(2).any(|pair| pair == b"..")
        || matches!(name, [drive, b':', ..] if drive.is_ascii_alphabetic());
    if leads_out { Err(ReadFault::ArchivePath) } else { Ok(()) }
}

/// Refuses archives of very many entries, or of very long names, before their directory is taken into memory.
/// Entries are counted by their mark, wherever it appears: a directory cannot hide more of them than that.
fn look_over(mut reader: impl Read) -> Result<(), ReadFault> {
    let mut window = Vec::with_capacity(128 << 10);
    let (mut entries, mut names) = (0, 0);
    loop {
        let count = reader.by_ref().take(64 << 10).read_to_end(&mut window)?;
        // An entry whose fixed part is not all there yet waits for the next round
        let ready = window.len().saturating_sub(FIXED - 1);
        let mut from = 0;
        while let Some(skipped) = window[from..ready].iter().position(|byte| *byte == ENTRY[0]) {
            let start = from + skipped;
            if window[start..].starts_with(ENTRY) {
                entries += 1;
                names += LENGTHS.iter().map(|offset| short(&window, start + offset)).sum::<usize>();
            }
            from = start + 1;
        }
        if entries > ENTRIES || names > NAMES {
            return Err(ReadFault::ArchiveContent(ArchiveDoubt::Several));
        }
        if count == 0 {
            return Ok(());
        }
        window.drain(..ready);
    }
}

fn short(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn broken(error: &io::Error) -> ReadFault {
    ReadFault::from_io(error, |_| ReadFault::ArchiveBroken)
}

fn fault(error: &ZipError) -> ReadFault {
    match error {
        ZipError::Io(error) => ReadFault::from_io(error, |_| ReadFault::ArchiveBroken),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            ReadFault::ArchiveContent(ArchiveDoubt::Encrypted)
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            ReadFault::ArchiveContent(ArchiveDoubt::Method)
        }
        _ => ReadFault::ArchiveBroken,
    }
}
