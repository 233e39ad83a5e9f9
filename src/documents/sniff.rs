//! What a file is, told from its bytes and never from its name.

use std::{
    fs::File,
    io::{Read, Seek as _},
};

use entity::types::DocumentKind;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::DocumentFault;

/// Entries that an archive may have: each costs memory as soon as its directory is read.
const ENTRIES: usize = 4_096;

/// How an entry of the directory of an archive begins.
const ENTRY: &[u8] = b"PK\x01\x02";

/// How each kind begins.
const PDF: &[u8] = b"%PDF-";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const ZIP: &[u8] = b"PK\x03\x04";

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sniffed {
    /// Kind.
    pub kind: DocumentKind,
    /// Size, in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub checksum: String,
}

/// Tells what a file is from its bytes, which are read once.
///
/// # Errors
///
/// [`DocumentFault`].
pub fn sniff(file: &mut File) -> Result<Sniffed, DocumentFault> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let (mut size, mut entries) = (0_u64, 0_usize);
    let (mut begins, mut tail) = (Vec::new(), Vec::new());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        size += part.len() as u64;
        if begins.len() < PNG.len() {
            begins.extend(part.iter().take(PNG.len()));
        }
        // What lies across two parts counts too.
        tail.extend_from_slice(part);
        entries += tail.windows(ENTRY.len()).filter(|window| *window == ENTRY).count();
        tail.drain(..tail.len().saturating_sub(ENTRY.len() - 1));
    }
    file.rewind()?;
    let kind = if begins.starts_with(PDF) {
        DocumentKind::Pdf
    } else if begins.starts_with(PNG) {
        DocumentKind::Png
    } else if begins.starts_with(ZIP) && entries <= ENTRIES {
        archive(file)?
    } else {
        return Err(DocumentFault::Kind);
    };
    let checksum = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Sniffed { kind, size, checksum })
}

fn archive(file: &mut File) -> Result<DocumentKind, DocumentFault> {
    let mut archive = ZipArchive::new(&mut *file).ok().ok_or(DocumentFault::Kind)?;
    let has = |archive: &ZipArchive<&mut File>, name: &str| archive.index_for_name(name).is_some();
    let programs = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b"vbaproject.bin") || name.starts_with(b"basic/") || name.starts_with(b"scripts/")
    };
    if archive.has_duplicate_names() {
        return Err(DocumentFault::Kind);
    }
    if archive.file_names_raw().any(programs) {
        return Err(DocumentFault::Programs);
    }
    if has(&archive, "[Content_Types].xml") {
        return match (has(&archive, "word/document.xml"), has(&archive, "xl/workbook.xml")) {
            (true, false) => Ok(DocumentKind::Docx),
            (false, true) => Ok(DocumentKind::Xlsx),
            _ => Err(DocumentFault::Kind),
        };
    }
    let mut media = Vec::new();
    if let Ok(entry) = archive.by_name("mimetype") {
        entry.take(256).read_to_end(&mut media)?;
    }
    let is_text = media == DocumentKind::Odt.media_type().as_bytes() && has(&archive, "content.xml");
    if is_text { Ok(DocumentKind::Odt) } else { Err(DocumentFault::Kind) }
}
