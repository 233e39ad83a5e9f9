//! OpenDocument spreadsheets: the table as people read it, the observations, numbers as numbers, the notes, and for whom the
//! document was made.
//!
//! # Citations
//!
//! OASIS, *Open Document Format for Office Applications 1.3*, part 3.

use std::{
    fs::File,
    io::{self, Write},
};

use quick_xml::escape::escape;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    ExportError, Sheet,
    xlsx::{MOST_COLUMNS, depth},
};
use crate::{present::Header, store::Told};

const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\"><manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/><manifest:file-entry manifest:full-path=\"meta.xml\" manifest:media-type=\"text/xml\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>\n";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\"><office:body><office:spreadsheet>";

const FOOT: &str = "</office:spreadsheet></office:body></office:document-content>\n";

const META_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-meta xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" office:version=\"1.3\"><office:meta>";

const META_FOOT: &str = "</office:meta></office:document-meta>\n";

/// What wrote the document.
const GENERATOR: &str = concat!("observatoire/", env!("CARGO_PKG_VERSION"));

/// Writes a table as a spreadsheet.
///
/// # Errors
///
/// [`ExportError::File`].
pub fn write(sheet: Sheet<'_>, file: &mut File) -> Result<(), ExportError> {
    let mut archive = ZipWriter::new(io::BufWriter::new(file));
    // First and as it is, so that its kind is told from its first bytes.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file("mimetype", stored).map_err(io::Error::other)?;
    archive.write_all(MEDIA_TYPE.as_bytes())?;
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file("META-INF/manifest.xml", packed).map_err(io::Error::other)?;
    archive.write_all(MANIFEST.as_bytes())?;
    archive.start_file("meta.xml", packed).map_err(io::Error::other)?;
    properties(sheet, &mut archive)?;
    archive.start_file("content.xml", packed).map_err(io::Error::other)?;
    content(sheet, &mut archive)?;
    archive.finish().map_err(io::Error::other)?.flush()?;
    Ok(())
}

/// What the document is called, who made it and when, and for whom.
fn properties(sheet: Sheet<'_>, out: &mut impl Write) -> io::Result<()> {
    let (language, stamp) = (sheet.names.language, sheet.stamp);
    let (title, note, made_at) = (sheet.grid.title(sheet.names), stamp.text(language), stamp.made_at());
    let author = language.pick("Observatoire de la cohésion sociale", "Social cohesion observatory");
    out.write_all(META_HEAD.as_bytes())?;
    for (element, text) in [
        ("meta:generator", GENERATOR),
        ("dc:title", title.as_str()),
        ("dc:description", note.as_str()),
        ("dc:creator", author),
        ("dc:language", language.tag()),
        ("meta:creation-date", made_at.as_str()),
        ("dc:date", made_at.as_str()),
    ] {
        write!(out, "<{element}>{}</{element}>", escape(text))?;
    }
    out.write_all(META_FOOT.as_bytes())
}

fn content(sheet: Sheet<'_>, out: &mut impl Write) -> io::Result<()> {
    let language = sheet.names.language;
    out.write_all(HEAD.as_bytes())?;
    if sheet.grid.layout().column_count() <= MOST_COLUMNS {
        open(out, language.pick("Tableau", "Table"))?;
        table(sheet, out)?;
        close(out)?;
    }
    open(out, language.pick("Données", "Data"))?;
    row(out, sheet.columns().iter().map(|name| Cell::Text(name)))?;
    for record in sheet.records() {
        let texts = record.texts(language);
        let value = record.told.disclosed.value().map_or(Cell::Empty, Cell::Number);
        let cells = texts.iter().map(|text| Cell::Text(text)).chain([value]);
        row(out, cells.chain(record.texts_after(language).into_iter().map(Cell::Text)))?;
    }
    close(out)?;
    open(out, "Notes")?;
    let title = sheet.grid.title(sheet.names);
    for line in [title].into_iter().chain(sheet.remarks()) {
        row(out, [Cell::Text(&line)].into_iter())?;
    }
    close(out)?;
    out.write_all(FOOT.as_bytes())
}

/// The table as it is read: a number where one is shown, else its sign; each axis has headers of its own.
fn table(sheet: Sheet<'_>, out: &mut impl Write) -> io::Result<()> {
    let (rows, columns) = (sheet.grid.row_headers(sheet.names), sheet.grid.column_headers(sheet.names));
    for level in 0..depth(&columns) {
        let aside = (0..depth(&rows)).map(|_| Cell::Empty);
        let label = |headers: &'_ Vec<Header>| headers.get(level).map(|header| header.label.clone());
        let labels: Vec<String> = columns.iter().filter_map(label).collect();
        row(out, aside.chain(labels.iter().map(|label| Cell::Text(label))))?;
    }
    for (headers, cells) in rows.iter().zip(sheet.grid.rows()) {
        let headers = headers.iter().map(|header| Cell::Text(&header.label));
        let cell = |told: &Told| match (told.disclosed.value(), told.disclosed.symbol()) {
            (Some(value), _) => Cell::Number(value),
            (None, symbol) => Cell::Text(symbol.unwrap_or_default()),
        };
        row(out, headers.chain(cells.iter().map(cell)))?;
    }
    Ok(())
}

/// What stands in a cell.
enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Empty,
}

fn open(out: &mut impl Write, name: &str) -> io::Result<()> {
    write!(out, "<table:table table:name=\"{}\">", escape(name))
}

fn close(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</table:table>")
}

fn row<'a>(out: &mut impl Write, cells: impl Iterator<Item = Cell<'a>>) -> io::Result<()> {
    out.write_all(b"<table:table-row>")?;
    for cell in cells {
        match cell {
            Cell::Text("") | Cell::Empty => out.write_all(b"<table:table-cell/>")?,
            Cell::Text(text) => write!(
                out,
                "<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
                escape(text)
            )?,
            Cell::Number(number) => write!(
                out,
                "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
            )?,
        }
    }
    out.write_all(b"</table:table-row>")
}
