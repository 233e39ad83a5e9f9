//! Documents attached to studies, and taken off.

use async_graphql::{Context, InputObject, Object, SimpleObject, Upload};

use super::{
    studies::{found, told},
    upload,
};
use crate::{
    charter::{CharterRefusal, Given},
    error::Refusal,
    graphql::{
        context::InSession,
        types::{CharterError, Document, Study},
    },
};

/// A document that is attached to a study.
#[derive(InputObject)]
pub struct AttachDocumentInput {
    /// Reference of the study.
    study: String,
    /// Title; 200 characters at most.
    title: String,
    /// The file: PDF, ODT, DOCX, XLSX or PNG by its content, without password and macros. Sent as a GraphQL multipart
    /// request.
    file: Upload,
}

/// A document that is taken off a study.
#[derive(InputObject)]
pub struct DetachDocumentInput {
    /// Reference of the study.
    study: String,
    /// Reference of the document.
    document: String,
}

/// A document that was attached.
#[derive(SimpleObject, Default)]
pub struct AttachDocumentPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// The document; null when it was not done.
    pub document: Option<Document>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// A document that was taken off.
#[derive(SimpleObject, Default)]
pub struct DetachDocumentPayload {
    /// The study; null when it was not done.
    pub study: Option<Study>,
    /// Why it was not done.
    pub user_errors: Vec<CharterError>,
}

/// Documents attached to studies, and taken off.
#[derive(Default)]
pub struct Documents;

/// Documents attached to studies, and taken off.
#[Object]
impl Documents {
    /// Attaches a document to a draft; what was submitted is a draft again. At most 20 a study. For its authors.
    async fn attach_document(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The document, and the study.")] input: AttachDocumentInput,
    ) -> Result<AttachDocumentPayload, Refusal> {
        let session = context.acting()?;
        let file = upload::received(context, &input.file)?;
        let study = found(session, &input.study).await?;
        let mut attached = None;
        let done = match study {
            Some(study) => {
                let names = (input.title.as_str(), upload::printable(&file.filename));
                let registrar = session.registrar();
                let done = registrar.attach_document(&study, (names.0, &names.1), file.content).await;
                done.map(|document| {
                    attached = Some(document);
                    study.reference.clone()
                })
            }
            None => Err(CharterRefusal::Unknown.into()),
        };
        let (study, user_errors) = told(session, done, Some(Given::Study)).await?;
        let document = study.as_ref().zip(attached).and_then(|(study, reference)| study.document(&reference));
        Ok(AttachDocumentPayload { study, document, user_errors })
    }

    /// Takes a document off a draft, and throws it away; what was submitted is a draft again. For its authors.
    async fn detach_document(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which document.")] input: DetachDocumentInput,
    ) -> Result<DetachDocumentPayload, Refusal> {
        let session = context.acting()?;
        let done = match found(session, &input.study).await? {
            Some(study) => {
                let done = session.registrar().detach_document(&study, &input.document).await;
                done.map(|()| study.reference.clone())
            }
            None => Err(CharterRefusal::Unknown.into()),
        };
        let (study, user_errors) = told(session, done, Some(Given::Study)).await?;
        Ok(DetachDocumentPayload { study, user_errors })
    }
}
