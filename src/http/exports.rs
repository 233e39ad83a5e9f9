//! Tables as files: written whole into a file without a name, then streamed, so that neither a large table nor a slow
//! reader holds memory.

use std::{fs::File, io::Seek, path::Path, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header},
};
use bytes::{Bytes, BytesMut};
use tokio::{io::AsyncReadExt, sync::Semaphore};

use super::{App, Manner, ask};
use crate::{
    error::{Code, Refusal},
    export::{self, ExportError, Format, Sheet, Stamp},
    graphql::{
        self,
        context::{Doors, Session},
    },
    language::Language,
    present::{Grid, Names},
    registrar::Registry,
    store::Reading,
};

/// Most observations of a file.
const MOST_OBSERVATIONS: usize = 200_000;

/// Files written at once; others wait.
const WRITERS: usize = 2;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// What exports share.
#[derive(Clone)]
pub struct Exports {
    turns: Arc<Semaphore>,
}

impl Default for Exports {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(WRITERS)) }
    }
}

/// What is asked for: the format, the parameters of the address, with which method and headers.
pub struct Asked<'a> {
    /// Name of the format.
    pub format: &'a str,
    /// Parameters of the address.
    pub parameters: &'a [(String, String)],
    /// Method.
    pub method: &'a Method,
    /// Headers.
    pub headers: &'a HeaderMap,
}

/// Answers a table as a file.
///
/// # Errors
///
/// [`Code::NotFound`] for an unknown format, and those of the table.
pub async fn answer(
    app: &App,
    exports: &Exports,
    asked: Asked<'_>,
    (folder, manner): (&Path, Manner),
) -> Result<Response<Body>, Refusal> {
    let format = Format::parse(asked.format).ok_or_else(unknown_format)?;
    let viewer = ask::viewer(app, asked.headers).await?;
    let reading = Arc::new(Reading::new(app.store.clone(), app.reference.clone(), viewer));
    let registry = Registry::new(app.store.clone(), app.shelf.clone());
    let doors = Doors {
        desk: app.desk.clone(),
        registry,
        links: app.links.clone(),
        templates: Arc::clone(&app.templates),
    };
    let (parameters, language) = language(asked.parameters, manner.language)?;
    let session = Session::new(Arc::clone(&reading), doors, language);
    // Reading takes as long as writing: both wait for their turn.
    let turn = Arc::clone(&exports.turns).acquire_owned().await.or(Err(Refusal::unavailable()))?;
    let grid = graphql::table(&session, &parameters, MOST_OBSERVATIONS).await?;
    let stamp = Stamp::of(reading.viewer());
    // Nothing goes out before its record is kept.
    if let Some(entry) = reading.reached(Some(format!("export {}", format.word()))) {
        app.access_log.write(entry).await.or(Err(Refusal::unavailable()))?;
    }
    let written = {
        let (reading, stamp) = (Arc::clone(&reading), stamp.clone());
        let folder = folder.to_path_buf();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let names = Names { catalogue: reading.catalogue(), gazetteer: reading.gazetteer(), language };
            file(format, &grid, names, &stamp, &folder)
        })
    };
    let (file, length) = written.await.ok().and_then(Result::ok).ok_or_else(Refusal::internal)?;
    let body = if asked.method == Method::HEAD { Body::empty() } else { streamed(file) };
    let mut response = Response::new(body);
    describe(response.headers_mut(), (format, language), &stamp, length);
    Ok(response)
}

/// The parameters without `language`, and the language that they or the headers ask for.
fn language(
    parameters: &[(String, String)],
    negotiated: Language,
) -> Result<(Vec<(String, String)>, Language), Refusal> {
    let (named, rest): (Vec<_>, Vec<_>) =
        parameters.iter().cloned().partition(|(name, _)| name == "language");
    let language = match named.as_slice() {
        [] => negotiated,
        [(_, word)] if word == "fr" => Language::French,
        [(_, word)] if word == "en" => Language::English,
        _ => {
            return Err(Refusal::new(
                Code::BadRequest,
                "Le paramètre « language » vaut fr ou en.",
                "The parameter “language” is fr or en.",
            ));
        }
    };
    Ok((rest, language))
}

fn unknown_format() -> Refusal {
    let formats = Format::ALL.iter().map(|format| format.word()).collect::<Vec<_>>().join(", ");
    Refusal::new(
        Code::NotFound,
        format!("Ce format n’existe pas. Formats : {formats}."),
        format!("There is no such format. Formats: {formats}."),
    )
}

/// The written file, at its start, and its length.
fn file(
    format: Format,
    grid: &Grid,
    names: Names<'_>,
    stamp: &Stamp,
    folder: &Path,
) -> Result<(File, u64), ExportError> {
    let write = || {
        let mut file = tempfile::tempfile_in(folder)?;
        export::write(format, Sheet { grid, names, stamp }, &mut file)?;
        let length = file.metadata()?.len();
        file.rewind()?;
        Ok((file, length))
    };
    write().inspect_err(|cause: &ExportError| tracing::error!(%cause, "an export could not be written"))
}

fn streamed(file: File) -> Body {
    let file = tokio::fs::File::from_std(file);
    Body::from_stream(futures_util::stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok::<Option<(Bytes, tokio::fs::File)>, std::io::Error>((read > 0).then(|| (chunk.freeze(), file)))
    }))
}

fn describe(headers: &mut HeaderMap, (format, language): (Format, Language), stamp: &Stamp, length: u64) {
    let mut insert = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    let partner = stamp.partner.as_deref().map_or_else(String::new, |partner| format!("-{partner}"));
    let day = stamp.made_at.date_naive();
    let name = format!("observatoire{partner}-{day}-{}.{}", format.word(), format.extension());
    insert(header::CONTENT_TYPE, format.media_type());
    insert(header::CONTENT_LENGTH, &length.to_string());
    insert(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    insert(header::CACHE_CONTROL, "private, no-store");
    insert(header::CONTENT_LANGUAGE, language.tag());
    insert(header::VARY, "Accept-Language, Authorization, X-Purpose");
    insert(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    for (name, value) in stamp.headers() {
        insert(HeaderName::from_static(name), &value);
    }
}
