//! Documents of studies.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    error::Refusal,
    graphql::{
        context::InSession,
        scalars::{Date, DateTime},
        words::DocumentKind,
    },
    store,
};

/// A document of a study that exists for this viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    document: store::Document,
    study: Arc<store::Study>,
}

/// Where a document is had without a token, for a few minutes.
#[derive(SimpleObject)]
pub struct DocumentLink {
    /// Path, after the address of the API. Whoever has it reads the document as the caller would; rights are decided again
    /// when it is used.
    url: String,
    /// Until when it is good.
    expires_at: DateTime,
}

impl Document {
    /// A document of a study.
    #[must_use]
    pub const fn new(document: store::Document, study: Arc<store::Study>) -> Self {
        Self { document, study }
    }

    /// Its reference.
    #[must_use]
    pub fn is(&self, reference: &str) -> bool {
        self.document.reference == reference
    }

    fn path(&self) -> String {
        format!("/documents/{}", self.document.reference)
    }
}

/// A document of a study that exists for this viewer.
#[Object]
impl Document {
    /// Reference.
    async fn reference(&self) -> &str {
        &self.document.reference
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.document.title
    }

    /// Name of the file.
    async fn file_name(&self) -> &str {
        &self.document.file_name
    }

    /// What it is, told from its content.
    async fn kind(&self) -> DocumentKind {
        self.document.kind.into()
    }

    /// Media type.
    async fn media_type(&self) -> &str {
        self.document.kind.media_type()
    }

    /// Size, in bytes.
    async fn size(&self) -> i32 {
        i32::try_from(self.document.size).unwrap_or(i32::MAX)
    }

    /// SHA-256 of its bytes, in hexadecimal.
    async fn checksum(&self) -> &str {
        &self.document.checksum
    }

    /// Day of attachment.
    async fn attached_on(&self) -> Date {
        self.document.attached_on.into()
    }

    /// Path, after the address of the API, where it is had with the same token and purpose.
    async fn url(&self) -> String {
        self.path()
    }

    /// Where it is had without a token, for a few minutes. Null without a token, and where a purpose must be declared and
    /// is not.
    async fn link(&self, context: &Context<'_>) -> Result<Option<DocumentLink>, Refusal> {
        let session = context.session()?;
        let Some(identity) = session.viewer().identity() else { return Ok(None) };
        if !session.reading().may_open(&self.study) {
            return Ok(None);
        }
        let signed = session.links().sign(identity, &self.document.reference, session.viewer().now);
        let (link, until) = signed.map_err(|cause| {
            tracing::error!(%cause, "a link cannot be signed");
            Refusal::internal()
        })?;
        Ok(Some(DocumentLink { url: format!("{}?link={link}", self.path()), expires_at: until.into() }))
    }
}
