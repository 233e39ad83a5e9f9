//! Text out of bytes: which encoding, then the text in pieces, in bounded memory.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};

use crate::fault::{ReadError, ReadFault};

/// How many bytes are decoded at once.
const PIECE: usize = 64 << 10;

/// The encoding that the first bytes declare.
pub(crate) fn declared(head: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(head).map(|(encoding, _)| encoding)
}

/// The encoding of a text that declares none: UTF-8 if it is that as a whole, or else Windows-1252.
pub(crate) fn guess(reader: &mut impl Read) -> Result<&'static Encoding, ReadFault> {
    let mut text = Text::new(reader, UTF_8);
    loop {
        match text.next_piece() {
            // No text at all: the reader of records will say where
            Ok(Some(Piece::Text(piece))) if piece.contains('\0') => return Ok(UTF_8),
            Ok(Some(Piece::Text(_))) => (),
            Ok(Some(Piece::Broken(_))) => return Ok(WINDOWS_1252),
            Ok(None) => return Ok(UTF_8),
            Err(fault) => return Err(fault),
        }
    }
}

/// A piece of a text.
pub(crate) enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// Text, then bytes that are none.
    Broken(&'a str),
}

impl<'a> Piece<'a> {
    /// The text, given to `take`; then the error of the broken bytes, at the line that `take` says it came to.
    pub(crate) fn whole<E: From<ReadError>>(
        self,
        take: impl FnOnce(&'a str) -> Result<u64, E>,
    ) -> Result<(), E> {
        match self {
            Self::Text(text) => take(text).map(|_| ()),
            Self::Broken(text) => Err(ReadFault::InvalidEncoding.at(take(text)?, None).into()),
        }
    }
}

/// A text, decoded piece by piece.
pub(crate) struct Text<R> {
    reader: R,
    decoder: Decoder,
    bytes: Vec<u8>,
    from: usize,
    until: usize,
    ended: bool,
    is_narrow: bool,
    text: String,
}

impl<R: Read> Text<R> {
    /// The text that `reader` gives, without the mark of its encoding.
    pub(crate) fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; PIECE],
            from: 0,
            until: 0,
            ended: false,
            is_narrow: encoding == WINDOWS_1252,
            text: String::with_capacity(3 * PIECE + 16),
        }
    }

    /// The reader below.
    pub(crate) const fn reader(&self) -> &R {
        &self.reader
    }

    /// The next piece; none at the end.
    pub(crate) fn next_piece(&mut self) -> Result<Option<Piece<'_>>, ReadFault> {
        if self.ended {
            return Ok(None);
        }
        if self.from == self.until {
            self.from = 0;
            self.until = fill(&mut self.reader, &mut self.bytes)?;
        }
        let last = self.until == 0;
        self.text.clear();
        let (result, taken) = self.decoder.decode_to_string_without_replacement(
            &self.bytes[self.from..self.until],
            &mut self.text,
            last,
        );
        self.from += taken;
        // Bytes that Windows-1252 gives no letter to come out as control characters of old
        let unknown = if self.is_narrow { self.text.find(is_old_control) } else { None };
        if let Some(at) = unknown {
            self.text.truncate(at);
        }
        if unknown.is_some() || matches!(result, DecoderResult::Malformed(..)) {
            self.ended = true;
            return Ok(Some(Piece::Broken(&self.text)));
        }
        self.ended = last;
        Ok(Some(Piece::Text(&self.text)))
    }
}

const fn is_old_control(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9f}')
}

/// Reads once, however often the system is interrupted.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ReadFault> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => (),
            other => return Ok(other?),
        }
    }
}
