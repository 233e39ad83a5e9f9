//! The headers of Parquet pages, read before the pages are: each one declares how much memory it will take.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use crate::{
    doubt::{ParquetDoubt, Size},
    fault::ReadFault,
};

/// Types of the compact protocol of Thrift.
const BOOLEANS: [u8; 2] = [1, 2];
const BYTE: u8 = 3;
const INTEGERS: [u8; 3] = [4, 5, 6];
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LISTS: [u8; 2] = [9, 10];
const STRUCT: u8 = 12;

/// Fields of a page header: the bytes of its page, unpacked and packed.
const UNPACKED: i64 = 2;
const PACKED: i64 = 3;

/// How deep structures may be.
const DEPTH: u32 = 8;

/// The bytes that the pages between two places of a file unpack to; an error if one page alone exceeds `most`.
pub(crate) fn unpacked(file: &File, from: u64, length: u64, most: u64) -> Result<u64, ReadFault> {
    let mut reader = Reader { inner: BufReader::new(file.try_clone()?), left: length };
    reader.inner.seek(SeekFrom::Start(from))?;
    let mut sum = 0_u64;
    while reader.left > 0 {
        let [unpacked, packed] = reader.page_header()?;
        if unpacked > most {
            return Err(ReadFault::TooLarge { size: Size::Unpacked, limit: most });
        }
        reader.skip(packed)?;
        sum = sum.saturating_add(unpacked);
    }
    Ok(sum)
}

const fn broken() -> ReadFault {
    ReadFault::Parquet(ParquetDoubt::Broken)
}

struct Reader {
    inner: BufReader<File>,
    left: u64,
}

impl Reader {
    fn page_header(&mut self) -> Result<[u64; 2], ReadFault> {
        let mut sizes = [None; 2];
        self.structure(DEPTH, &mut |field, value| {
            if field == UNPACKED {
                sizes[0] = u64::try_from(value).ok();
            } else if field == PACKED {
                sizes[1] = u64::try_from(value).ok();
            }
        })?;
        match sizes {
            [Some(unpacked), Some(packed)] => Ok([unpacked, packed]),
            _ => Err(broken()),
        }
    }

    /// Reads a structure; its own integers go to `integer`.
    fn structure(&mut self, depth: u32, integer: &mut dyn FnMut(i64, i64)) -> Result<(), ReadFault> {
        let depth = depth.checked_sub(1).ok_or_else(broken)?;
        let mut field = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            field = match i64::from(head >> 4) {
                0 => self.integer()?,
                delta => field.saturating_add(delta),
            };
            let kind = head & 0x0F;
            if INTEGERS.contains(&kind) {
                let value = self.integer()?;
                integer(field, value);
            } else if !BOOLEANS.contains(&kind) {
                self.skip_value(kind, depth)?;
            }
        }
    }

    fn skip_value(&mut self, kind: u8, depth: u32) -> Result<(), ReadFault> {
        match kind {
            BYTE => self.skip(1),
            DOUBLE => self.skip(8),
            BINARY => {
                let length = self.varint()?;
                self.skip(length)
            }
            STRUCT => self.structure(depth, &mut |_, _| ()),
            _ if INTEGERS.contains(&kind) => self.varint().map(|_| ()),
            _ if LISTS.contains(&kind) => {
                let depth = depth.checked_sub(1).ok_or_else(broken)?;
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                let kind = head & 0x0F;
                // In a list, a boolean is a byte
                let kind = if BOOLEANS.contains(&kind) { BYTE } else { kind };
                (0..count).try_for_each(|_| self.skip_value(kind, depth))
            }
            _ => Err(broken()),
        }
    }

    fn byte(&mut self) -> Result<u8, ReadFault> {
        let mut byte = [0];
        self.left = self.left.checked_sub(1).ok_or_else(broken)?;
        self.inner.read_exact(&mut byte).map_err(cut)?;
        Ok(byte[0])
    }

    fn varint(&mut self) -> Result<u64, ReadFault> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(broken())
    }

    /// An integer in zigzag: the sign in its last bit.
    fn integer(&mut self) -> Result<i64, ReadFault> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn skip(&mut self, count: u64) -> Result<(), ReadFault> {
        self.left = self.left.checked_sub(count).ok_or_else(broken)?;
        self.inner.seek_relative(i64::try_from(count).map_err(|_error| broken())?)?;
        Ok(())
    }
}

fn cut(error: io::Error) -> ReadFault {
    if error.kind() == io::ErrorKind::UnexpectedEof { broken() } else { error.into() }
}
