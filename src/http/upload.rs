//! Files in a request: the GraphQL multipart request, for deliveries. Streamed to a file without a name, which is gone
//! with the request whatever happens.

use std::{collections::HashMap, path::Path, time::Duration};

use async_graphql::{Request, UploadValue};
use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use multer::{Constraints, Field, Multipart, SizeLimit};
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use super::ask::{self, Operations};
use crate::error::{Code, Refusal};

/// What a multipart request may hold.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Bytes of the document and its variables, and of the map.
    pub document: usize,
    /// Bytes of a file.
    pub file: u64,
    /// Longest silence while a file comes in.
    pub silence: Duration,
}

/// Headers of which one must be there: a page of another site cannot send them without asking first.
pub const PREFLIGHT: [&str; 3] =
    ["graphql-require-preflight", "apollo-require-preflight", "graphql-preflight"];

/// Whether a request says that it is a multipart one; refuses one that a form of another site could send.
///
/// # Errors
///
/// [`Code::PreflightRequired`].
pub fn is_multipart(headers: &HeaderMap) -> Result<bool, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Ok(false);
    }
    if PREFLIGHT.iter().any(|name| headers.get(*name).is_some_and(|value| !value.is_empty())) {
        return Ok(true);
    }
    Err(Refusal::new(
        Code::PreflightRequired,
        "Un envoi de fichier demande l’en-tête « GraphQL-Require-Preflight: 1 ».",
        "Sending a file takes the header “GraphQL-Require-Preflight: 1”.",
    ))
}

/// Reads a multipart request: `operations`, then `map`, then one file at most.
///
/// # Errors
///
/// [`Code::BadRequest`], [`Code::BodyTooLarge`], [`Code::TimedOut`].
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    folder: &Path,
    limits: Limits,
) -> Result<Request, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).ok().ok_or_else(shape)?;
    let sizes = SizeLimit::new()
        .for_field("operations", limits.document as u64)
        .for_field("map", 4_096)
        .per_field(limits.file)
        .whole_stream(limits.file.saturating_add(limits.document as u64 + 65_536));
    let mut parts =
        Multipart::with_constraints(body.into_data_stream(), boundary, Constraints::new().size_limit(sizes));
    let operations = text(&mut parts, "operations", limits).await?;
    let Operations::One(asked) = ask::from_body(&operations, 0)? else { return Err(shape()) };
    let mut request = asked.request(asked.query.as_deref().ok_or_else(shape)?);
    let map = text(&mut parts, "map", limits).await?;
    let map: HashMap<String, Vec<String>> = serde_json::from_slice(&map).ok().ok_or_else(shape)?;
    let mut paths = map.into_iter();
    let (Some((name, paths)), None) = (paths.next(), paths.next()) else { return Err(shape()) };
    let [path] = paths.as_slice() else { return Err(shape()) };
    let mut field = next(&mut parts, limits).await?;
    if field.name() != Some(name.as_str()) {
        return Err(shape());
    }
    let file_name = field.file_name().unwrap_or_default().to_owned();
    let content_type = field.content_type().map(ToString::to_string);
    let content = spool(&mut field, folder, limits).await?;
    drop(field);
    if waited(limits, parts.next_field()).await?.map_err(|fault| refused(&fault, limits))?.is_some() {
        return Err(shape());
    }
    request.set_upload(path, UploadValue { filename: file_name, content_type, content });
    Ok(request)
}

async fn next<'r>(parts: &mut Multipart<'r>, limits: Limits) -> Result<Field<'r>, Refusal> {
    let field = waited(limits, parts.next_field()).await?;
    field.map_err(|fault| refused(&fault, limits))?.ok_or_else(shape)
}

/// The bytes of a part that must come next.
async fn text(parts: &mut Multipart<'_>, name: &str, limits: Limits) -> Result<Vec<u8>, Refusal> {
    let field = next(parts, limits).await?;
    if field.name() != Some(name) {
        return Err(shape());
    }
    let bytes = waited(limits, field.bytes()).await?;
    Ok(bytes.map_err(|fault| refused(&fault, limits))?.to_vec())
}

/// Writes a part into a file that has no name, so that a kill leaves nothing behind.
async fn spool(field: &mut Field<'_>, folder: &Path, limits: Limits) -> Result<std::fs::File, Refusal> {
    let failed = |cause: std::io::Error| {
        tracing::error!(%cause, "a delivery cannot be written to disk");
        Refusal::internal()
    };
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(folder).map_err(failed)?);
    while let Some(chunk) = waited(limits, field.chunk()).await?.map_err(|fault| refused(&fault, limits))? {
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    file.rewind().await.map_err(failed)?;
    Ok(file.into_std().await)
}

/// What comes within the longest silence.
async fn waited<T>(limits: Limits, coming: impl Future<Output = T>) -> Result<T, Refusal> {
    tokio::time::timeout(limits.silence, coming).await.or(Err(Refusal::timed_out()))
}

fn refused(fault: &multer::Error, limits: Limits) -> Refusal {
    match fault {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => Refusal::new(
            Code::BodyTooLarge,
            format!(
                "L’envoi dépasse une limite : {} octets pour le fichier, {} pour la requête. Comprimez le fichier (gzip) ou prenez-le en charge par la ligne de commande.",
                limits.file, limits.document
            ),
            format!(
                "What was sent is over a limit: {} bytes for the file, {} for the request. Compress the file (gzip), or take it in by the command line.",
                limits.file, limits.document
            ),
        ),
        _ => shape(),
    }
}

fn shape() -> Refusal {
    Refusal::new(
        Code::BadRequest,
        "Attendu : une requête GraphQL multipart, dans cet ordre « operations » (JSON), « map » (JSON, un fichier, une variable) et le fichier.",
        "Expected: a GraphQL multipart request, in this order “operations” (JSON), “map” (JSON, one file, one variable) and the file.",
    )
}
