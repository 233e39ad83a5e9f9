//! The shelf: where the bytes of documents are, in a folder or in an object store that speaks S3.

use std::{collections::HashSet, fs::File, io, path::Path as Folder, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use entity::types::DocumentKind;
use futures_util::{
    TryStreamExt as _,
    stream::{self, Stream, StreamExt as _},
};
use object_store::{
    ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    path::Path, prefix::PrefixStore,
};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{Findings, Reader};

/// Where documents are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a folder.
    Folder(std::path::PathBuf),
    /// In a bucket of an object store that speaks S3; its address and keys come from the usual `AWS_…` variables.
    Bucket {
        /// Name of the bucket.
        name: String,
        /// What the names of all documents begin with.
        prefix: String,
    },
}

impl Place {
    /// Reads `s3://bucket/prefix`, or the path of a folder.
    ///
    /// # Errors
    ///
    /// None is returned when the text names neither.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let Some(bucket) = text.strip_prefix("s3://") else {
            let folder = !text.trim().is_empty() && !text.contains("://");
            return folder.then(|| Self::Folder(text.into()));
        };
        let (name, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || ['-', '.'].contains(&letter);
        let fits = !name.is_empty() && name.chars().all(is_name);
        fits.then(|| Self::Bucket { name: name.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }
}

/// Why the shelf does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The object store.
    #[error("the store of documents: {0}")]
    Store(#[from] object_store::Error),
    /// The file system.
    #[error("the store of documents: {0}")]
    File(#[from] io::Error),
}

/// Where the bytes of documents are. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    store: Arc<dyn ObjectStore>,
    /// Largest document, in bytes.
    pub limit: u64,
    /// Reads what documents say.
    reader: Option<Reader>,
}

/// Documents that nobody knows of are this old before they count as abandoned: one that is being attached is younger.
const ABANDONED: TimeDelta = TimeDelta::hours(24);

impl Shelf {
    /// Opens the shelf at a place; a folder is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`ShelfError`] when the place cannot be used.
    pub fn open(
        place: &Place,
        limit: u64,
        make_folder: impl FnOnce(&Folder) -> io::Result<()>,
    ) -> Result<Self, ShelfError> {
        let store: Arc<dyn ObjectStore> = match place {
            Place::Folder(folder) => {
                make_folder(folder)?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
            }
            Place::Bucket { name, prefix } => {
                // One provider of cryptography for the whole process; that one is there already is no fault.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let bucket = AmazonS3Builder::from_env().with_bucket_name(name).build()?;
                Arc::new(PrefixStore::new(bucket, Path::from(prefix.as_str())))
            }
        };
        Ok(Self::over(store, limit))
    }

    /// The shelf over an object store.
    pub(super) fn over(store: Arc<dyn ObjectStore>, limit: u64) -> Self {
        Self { store, limit, reader: None }
    }

    /// Keeps a file under a reference that nothing has yet; whole, or not at all.
    ///
    /// # Errors
    ///
    /// [`ShelfError`].
    pub async fn keep(&self, reference: &str, file: File) -> Result<(), ShelfError> {
        let mut reader = tokio::fs::File::from_std(file);
        tokio::io::AsyncSeekExt::rewind(&mut reader).await?;
        let mut writer = BufWriter::new(Arc::clone(&self.store), Path::from(reference));
        match tokio::io::copy(&mut reader, &mut writer).await {
            Ok(_) => Ok(writer.shutdown().await?),
            Err(cause) => {
                let _ = writer.abort().await;
                Err(cause.into())
            }
        }
    }

    /// What a document says, read by a process of its own; nothing, and not whole, without one.
    pub async fn read(&self, file: File, kind: DocumentKind) -> Findings {
        match &self.reader {
            Some(reader) => reader.read(file, kind).await,
            None => Findings::default(),
        }
    }

    /// The same shelf, whose documents are read by this program.
    #[must_use]
    pub fn read_by(self, program: std::path::PathBuf) -> Self {
        Self { reader: Some(Reader::new(program)), ..self }
    }

    /// The bytes under a reference, as they come; the stream fails at its end when they are not those of the checksum.
    ///
    /// # Errors
    ///
    /// [`ShelfError`].
    pub async fn bytes(
        &self,
        reference: &str,
        checksum: String,
    ) -> Result<impl Stream<Item = Result<Bytes, ShelfError>> + Send + 'static, ShelfError> {
        let found = self.store.get(&Path::from(reference)).await?;
        let parts = found.into_stream().map_err(ShelfError::from);
        let checked =
            parts.map(Some).chain(stream::once(async { None })).scan(Sha256::new(), move |hash, part| {
                let told = match part {
                    Some(Ok(bytes)) => {
                        hash.update(&bytes);
                        Some(Ok(bytes))
                    }
                    Some(Err(cause)) => Some(Err(cause)),
                    None => {
                        let found: String =
                            hash.finalize_reset().iter().map(|byte| format!("{byte:02x}")).collect();
                        let spoilt = || {
                            io::Error::new(
                                io::ErrorKind::InvalidData,
                                "the bytes are not those that were kept",
                            )
                        };
                        (found != checksum).then(|| Err(spoilt().into()))
                    }
                };
                std::future::ready(Some(told))
            });
        Ok(checked.filter_map(std::future::ready))
    }

    /// Throws a document away; one that is gone already is no fault.
    ///
    /// # Errors
    ///
    /// [`ShelfError`].
    pub async fn remove(&self, reference: &str) -> Result<(), ShelfError> {
        match self.store.delete(&Path::from(reference)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(cause.into()),
        }
    }

    /// The references of what was left behind by attachments that were cut short: over a day old, named as documents are,
    /// and not among those that are known.
    ///
    /// # Errors
    ///
    /// [`ShelfError`].
    pub async fn abandoned(
        &self,
        known: &HashSet<String>,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>, ShelfError> {
        let ours = |name: &str| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let abandoned = self.store.list(None).try_filter_map(|object| {
            let name = object.location.to_string();
            let is = ours(&name) && !known.contains(&name) && object.last_modified < now - ABANDONED;
            std::future::ready(Ok(is.then_some(name)))
        });
        Ok(abandoned.try_collect().await?)
    }
}
