//! How far reading has come, and a file that tells it.

use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use crate::fault::ReadFault;

/// Tells how far reading has come, in bytes of the file as it was sent. A file may be read several times over, once
/// for each phase; what is told never goes back.
pub(crate) struct Meter<'a> {
    tell: RefCell<&'a mut dyn FnMut(u64, u64)>,
    total: u64,
    told: Cell<u64>,
    phase: Cell<(u64, u64)>,
}

/// The least share of the file that is worth telling.
const STEPS: u64 = 200;

impl<'a> Meter<'a> {
    /// A meter for a file of `total` bytes.
    pub(crate) fn new(total: u64, tell: &'a mut dyn FnMut(u64, u64)) -> Self {
        Self { tell: RefCell::new(tell), total, told: Cell::new(0), phase: Cell::new((0, 100)) }
    }

    /// What follows goes from one percentage of the work to another.
    pub(crate) fn phase(&self, from: u64, to: u64) {
        self.phase.set((from, to));
    }

    /// Reading is at `position` out of `of` within its phase.
    pub(crate) fn at(&self, position: u64, of: u64) {
        let (from, to) = self.phase.get();
        let share =
            |part: u64, whole: u64| u128::from(self.total) * u128::from(part) / u128::from(whole.max(1));
        let width = share(to - from, 100);
        let within = width * u128::from(position.min(of)) / u128::from(of.max(1));
        let done = u64::try_from(share(from, 100) + within).unwrap_or(self.total);
        if done >= self.told.get() + (self.total / STEPS).max(1) {
            self.say(done);
        }
    }

    /// Everything is read.
    pub(crate) fn end(&self) {
        self.say(self.total);
    }

    fn say(&self, done: u64) {
        self.told.set(done);
        (self.tell.borrow_mut())(done, self.total);
    }
}

/// A file that tells the meter how far it was read.
pub(crate) struct Metered<'a, 't> {
    file: &'a File,
    meter: &'a Meter<'t>,
    position: u64,
    length: u64,
}

impl<'a, 't> Metered<'a, 't> {
    /// The file, from its beginning.
    pub(crate) fn new(mut file: &'a File, meter: &'a Meter<'t>) -> Result<Self, ReadFault> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { file, meter, position: 0, length })
    }
}

/// Marks an error as one of the disk, so that no decoder above can be blamed for it.
fn of_disk(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::Interrupted { error } else { ReadFault::Io(error.kind()).into_io() }
}

impl Read for Metered<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer).map_err(of_disk)?;
        self.position += count as u64;
        self.meter.at(self.position, self.length);
        Ok(count)
    }
}

impl Seek for Metered<'_, '_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        // A place before the beginning is the doing of a broken archive, not of the disk
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}
