//! Files that come with a request.

use async_graphql::{Context, Upload, UploadValue};

use crate::error::{Code, Refusal};

/// The file that comes with a request.
///
/// # Errors
///
/// [`Code::BadRequest`] when none does.
pub fn received(context: &Context<'_>, file: &Upload) -> Result<UploadValue, Refusal> {
    // The engine takes a text that looks like a file for one, and looks for it.
    if context.query_env.uploads.get(file.0).is_none() {
        return Err(Refusal::new(
            Code::BadRequest,
            "Aucun fichier n’accompagne la requête : envoyez-la comme requête GraphQL multipart.",
            "No file comes with the request: send it as a GraphQL multipart request.",
        ));
    }
    file.value(context).map_err(|cause| {
        tracing::error!(%cause, "an upload is not there");
        Refusal::internal()
    })
}

/// The last part of a name, without what a terminal takes for an order.
pub fn printable(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().map(|letter| if letter.is_control() { '?' } else { letter }).take(200).collect()
}
