//! Tables as files: written whole into a file without a name, then streamed, so that neither a large table nor a slow
//! reader holds memory.

use std::{fs::File, io::Seek, path::Path};

use axum::{
    body::Body,
    http::{Method, Response},
};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;

use super::{
    App, Manner,
    files::{self, Asked, Described, Making, Turns},
};
use crate::{
    error::Refusal,
    export::{self, Contours, ExportError, Format, Sheet},
    graphql::address::TableAddress,
    present::Names,
};

/// Most observations of a file.
const MOST_OBSERVATIONS: usize = 200_000;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// Answers a table as a file.
///
/// # Errors
///
/// [`Code::NotFound`](crate::error::Code::NotFound) for an unknown format, and those of the table.
pub async fn answer(
    app: &App,
    turns: &Turns,
    asked: Asked<'_>,
    (folder, manner): (&Path, Manner),
) -> Result<Response<Body>, Refusal> {
    let known = Format::parse(asked.format);
    let format =
        known.ok_or_else(|| files::unknown_format(Format::ALL.iter().map(|format| format.word())))?;
    let address = TableAddress::read(asked.parameters)?;
    let language = address.language.unwrap_or(manner.language);
    let making = Making::begin(app, turns, asked.headers, language).await?;
    let grid = address.grid(&making.session, MOST_OBSERVATIONS).await?;
    let contours = if format.has_contours() {
        making.contours(&grid.layout().members().territories).await?
    } else {
        Contours::new()
    };
    let folder = folder.to_path_buf();
    let written = making.write(app, format!("export {}", format.word()), move |reading, stamp| {
        let names = Names { catalogue: reading.catalogue(), gazetteer: reading.gazetteer(), language };
        file(format, Sheet { grid: &grid, names, stamp }, &contours, &folder)
    });
    let (written, (stamp, facts)) = written.await?;
    let (file, length) = written.map_err(|cause| files::failed(&cause))?;
    let body = if asked.method == Method::HEAD { Body::empty() } else { streamed(file) };
    let mut response = Response::new(body);
    let name = (format.word(), format.extension());
    Described { name, media_type: format.media_type(), language, stamp: &stamp, length }
        .insert(response.headers_mut());
    response.extensions_mut().insert(facts);
    Ok(response)
}

/// The written file, at its start, and its length.
fn file(
    format: Format,
    sheet: Sheet<'_>,
    contours: &Contours,
    folder: &Path,
) -> Result<(File, u64), ExportError> {
    let mut file = tempfile::tempfile_in(folder)?;
    export::write(format, sheet, contours, &mut file)?;
    let length = file.metadata()?.len();
    file.rewind()?;
    Ok((file, length))
}

fn streamed(file: File) -> Body {
    let file = tokio::fs::File::from_std(file);
    Body::from_stream(futures_util::stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok::<Option<(Bytes, tokio::fs::File)>, std::io::Error>((read > 0).then(|| (chunk.freeze(), file)))
    }))
}
