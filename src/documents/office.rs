//! What documents of office programs say: the text of the XML parts of their archives.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _, Seek as _},
};

use entity::types::DocumentKind;
use quick_xml::{Reader, events::Event};
use zip::ZipArchive;

use super::{DocumentFault, MOST_TEXT, Said};

/// What a document says; not whole when it holds pictures, other documents, or parts that do not open.
pub(super) fn said(file: &mut File, kind: DocumentKind) -> Result<Said, DocumentFault> {
    file.rewind()?;
    let mut archive = ZipArchive::new(&mut *file).ok().ok_or(DocumentFault::Kind)?;
    let mut said = Said { text: String::new(), whole: true };
    let mut left = MOST_TEXT;
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index(index) else {
            said.whole = false;
            continue;
        };
        let part = entry.name().map_or(Part::Unread, |name| Part::of(&name.to_ascii_lowercase(), kind));
        match part {
            Part::Furniture => {}
            Part::Unread => said.whole &= entry.is_dir(),
            Part::Text => {
                let mut limited = BufReader::new(entry.take(left));
                let read = text(&mut limited, &mut said.text, kind == DocumentKind::Xlsx);
                left = limited.into_inner().limit();
                said.whole &= read.is_some() && left > 0;
            }
        }
    }
    Ok(said)
}

/// What a part of an archive is for.
enum Part {
    /// It says something, as XML.
    Text,
    /// It says nothing that a reader sees.
    Furniture,
    /// It may say something that is not read: pictures, other documents.
    Unread,
}

impl Part {
    fn of(name: &str, kind: DocumentKind) -> Self {
        let furniture = match kind {
            DocumentKind::Odt => {
                name == "mimetype"
                    || ["settings.xml", "manifest.rdf"].contains(&name)
                    || ["meta-inf/", "configurations2/", "thumbnails/"]
                        .iter()
                        .any(|folder| name.starts_with(folder))
            }
            _ => {
                name.ends_with(".rels")
                    || [
                        "[content_types].xml",
                        "word/settings.xml",
                        "word/fonttable.xml",
                        "word/websettings.xml",
                    ]
                    .contains(&name)
                    || ["word/styles.xml", "word/numbering.xml", "xl/styles.xml", "xl/calcchain.xml"]
                        .contains(&name)
                    || name.contains("/theme/")
                    || name.contains("/printersettings/")
            }
        };
        if furniture {
            Self::Furniture
        } else if name.ends_with(".xml") {
            Self::Text
        } else {
            Self::Unread
        }
    }
}

/// Appends the text of an XML part, a space where an element that breaks words ends; none when it is no XML.
fn text(part: &mut impl BufRead, out: &mut String, is_workbook: bool) -> Option<()> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    // Cells of a workbook that point to a shared text hold its number, not one that is shown.
    let mut pointer = false;
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Eof => {
                out.push('\n');
                return Some(());
            }
            Event::Start(element) if is_workbook && element.local_name().as_ref() == "c" => {
                let kind = element.try_get_attribute("t").ok().flatten();
                pointer = kind.is_some_and(|kind| kind.value.as_ref() == "s");
            }
            // `text:s` is a space, `text:tab` and `w:tab` a tab, `w:br` a break.
            Event::Empty(element) => match element.local_name().as_ref() {
                "s" => out.push(' '),
                "tab" | "br" | "line-break" => out.push('\n'),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                // A run is a piece of a word: a number may be written in several.
                "t" | "r" | "span" | "rPr" => {}
                "c" => {
                    pointer = false;
                    out.push('\n');
                }
                _ => out.push('\n'),
            },
            Event::Text(written) if !pointer => out.push_str(&written.xml10_content()),
            Event::CData(written) => out.push_str(&written.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(letter) => out.push(letter),
                None => out.push('\u{fffd}'),
            },
            _ => {}
        }
        buffer.clear();
    }
}
