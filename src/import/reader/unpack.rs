//! A file as it was sent, opened as what it holds: as it is, out of gzip, or out of a zip of one file.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use flate2::read::MultiGzDecoder;

use crate::{
    archive::Archive,
    detect::HEAD,
    doubt::Size,
    fault::ReadFault,
    meter::{Meter, Metered},
};

/// How a file is packed.
pub(crate) enum Packing<'a, 't> {
    /// Not at all.
    Plain,
    /// By gzip.
    Gzip,
    /// In a zip of one file, at this place of it.
    Zip(Box<Archive<'a, 't>>, usize),
}

/// A file that can be opened over and over as what it holds.
pub(crate) struct Source<'a, 't> {
    /// The file as it was sent.
    pub(crate) file: &'a File,
    /// What is told how far it was read.
    pub(crate) meter: &'a Meter<'t>,
    /// How it is packed.
    pub(crate) packing: Packing<'a, 't>,
    /// How many bytes it may hold.
    pub(crate) limit: u64,
}

impl Source<'_, '_> {
    /// Opens it at the beginning.
    pub(crate) fn open(&mut self) -> Result<Counted<Box<dyn Read + '_>>, ReadFault> {
        let inner: Box<dyn Read + '_> = match &mut self.packing {
            Packing::Plain => Box::new(Metered::new(self.file, self.meter)?),
            Packing::Gzip => {
                let packed = BufReader::with_capacity(64 << 10, Metered::new(self.file, self.meter)?);
                Box::new(MultiGzDecoder::new(packed))
            }
            Packing::Zip(archive, index) => Box::new(archive.open(*index)?),
        };
        Ok(Counted::new(inner, self.limit, Size::Unpacked))
    }

    /// The first bytes of what it holds.
    pub(crate) fn head(&mut self) -> Result<Vec<u8>, ReadFault> {
        let mut head = Vec::with_capacity(HEAD);
        self.open()?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// What it holds, as a file: an unnamed one if it is packed, which the system forgets as soon as it is closed.
    pub(crate) fn unpacked(&mut self) -> Result<File, ReadFault> {
        if matches!(self.packing, Packing::Plain) {
            return Ok(self.file.try_clone()?);
        }
        let mut unpacked = tempfile::tempfile()?;
        io::copy(&mut self.open()?, &mut unpacked)?;
        unpacked.seek(SeekFrom::Start(0))?;
        Ok(unpacked)
    }
}

/// A reader that refuses to give more than a limit, and blames the archive for what fails within it.
pub(crate) struct Counted<R> {
    inner: R,
    limit: u64,
    size: Size,
    count: u64,
}

impl<R: Read> Counted<R> {
    /// Counts what comes out of `inner`.
    pub(crate) const fn new(inner: R, limit: u64, size: Size) -> Self {
        Self { inner, limit, size, count: 0 }
    }

    /// Bytes that came out.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            ReadFault::from_io(&error, |_| ReadFault::ArchiveBroken).into_io()
        })?;
        self.count += count as u64;
        if self.count > self.limit {
            return Err(ReadFault::TooLarge { size: self.size, limit: self.limit }.into_io());
        }
        Ok(count)
    }
}
