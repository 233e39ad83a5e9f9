//! Documents of studies, attached and taken off by their authors.

use std::fs::File;

use chacha20poly1305::aead::{OsRng, rand_core::RngCore as _};

use super::{About as _, Registrar, RegistrarError};
use crate::{
    charter::{CharterRefusal, Given, study::StudyAct, text},
    documents::{DocumentFault, ShelfError, sniff},
    store::{Document, Study},
};

/// Most documents of a study.
const MOST_DOCUMENTS: usize = 20;

impl Registrar<'_> {
    /// Attaches a file to a study, for one of its authors; what was submitted is a draft again. Gives the reference of
    /// the document. Its bytes are on the shelf before anybody knows of it.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn attach_document(
        &self,
        study: &Study,
        (title, file_name): (&str, &str),
        file: File,
    ) -> Result<String, RegistrarError> {
        self.expect_author(study)?;
        StudyAct::Revise.after(study.status)?;
        let title = text::line(title).about(Given::Title)?;
        if title.is_empty() {
            return Err((CharterRefusal::TitleMissing, Given::Title).into());
        }
        if study.documents.len() >= MOST_DOCUMENTS {
            return Err(CharterRefusal::TooLong.into());
        }
        if file.metadata().map_err(ShelfError::from)?.len() > self.shelf.limit {
            return Err(CharterRefusal::DocumentTooLarge.into());
        }
        let mut copy = file.try_clone().map_err(ShelfError::from)?;
        let sniffed = tokio::task::spawn_blocking(move || sniff(&mut copy)).await;
        let sniffed = sniffed.map_err(|cause| ShelfError::File(std::io::Error::other(cause)))?;
        let sniffed = sniffed.map_err(refused)?;
        let reference = reference();
        let copy = file.try_clone().map_err(ShelfError::from)?;
        self.shelf.keep(&reference, copy).await?;
        // After it is kept: the reading moves through the file.
        let read = self.shelf.read(file, sniffed.kind).await;
        let document = Document {
            reference: reference.clone(),
            title: title.to_owned(),
            file_name: file_name.to_owned(),
            kind: sniffed.kind,
            size: i64::try_from(sniffed.size).unwrap_or(i64::MAX),
            checksum: sniffed.checksum,
            numbers: read.numbers.join("\n"),
            read_whole: read.whole,
            attached_on: self.today(),
        };
        match self.write_down(study, document).await {
            Ok(()) => Ok(reference),
            Err(refusal) => {
                self.shelf.remove(&reference).await?;
                Err(refusal)
            }
        }
    }

    async fn write_down(&self, study: &Study, document: Document) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        let now = batch.study(study.id).await?.ok_or(CharterRefusal::Unknown)?;
        if now.documents.len() >= MOST_DOCUMENTS {
            return Err(CharterRefusal::TooLong.into());
        }
        let status = StudyAct::Revise.after(now.status)?;
        batch.add_document(study.id, document).await?;
        batch.set_study_status(study.id, status, now.published_on).await?;
        Ok(batch.commit().await?)
    }

    /// Takes a document off a study, for one of its authors, and throws it away; what was submitted is a draft again.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn detach_document(&self, study: &Study, reference: &str) -> Result<(), RegistrarError> {
        self.expect_author(study)?;
        let batch = self.store.writing().await?;
        let status = StudyAct::Revise.after(batch.study_status(study.id).await?)?;
        if !batch.remove_document(study.id, reference).await? {
            return Err(CharterRefusal::Unknown.into());
        }
        batch.set_study_status(study.id, status, study.published_on).await?;
        batch.commit().await?;
        Ok(self.shelf.remove(reference).await?)
    }
}

fn refused(fault: DocumentFault) -> RegistrarError {
    match fault {
        DocumentFault::Kind => CharterRefusal::DocumentKind.into(),
        DocumentFault::Programs => CharterRefusal::DocumentPrograms.into(),
        DocumentFault::File(cause) => ShelfError::from(cause).into(),
    }
}

/// A reference that nobody guesses, and that tells nothing of how many documents there are.
fn reference() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
