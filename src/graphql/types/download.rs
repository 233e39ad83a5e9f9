//! Where something is had as a file.

use async_graphql::SimpleObject;

use crate::{
    export::{DrawingFormat, Format},
    graphql::words::DownloadFormat,
};

/// Where the same is had as a file, with the same rights.
#[derive(SimpleObject)]
pub struct Download {
    /// Format.
    format: DownloadFormat,
    /// Media type.
    media_type: &'static str,
    /// Path, after the address of the API.
    url: String,
}

impl Download {
    /// A table.
    #[must_use]
    pub fn of_table(format: Format, query: &str) -> Self {
        let url = format!("/export/{}{query}", format.word());
        Self { format: format.into(), media_type: format.media_type(), url }
    }

    /// A chart or a map, by the name of its path.
    #[must_use]
    pub fn of_drawing(path: &str, format: DrawingFormat, query: &str) -> Self {
        let url = format!("/{path}/{}{query}", format.word());
        Self { format: format.into(), media_type: format.media_type(), url }
    }
}
