//! A document of a study; its bytes are on the shelf.

use sea_orm::entity::prelude::*;

use crate::types::DocumentKind;

/// A document of a study; its bytes are on the shelf.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_document")]
pub struct Model {
    /// Row, in the order of attachment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Study.
    pub study_id: i32,
    /// Reference, drawn at random; also where its bytes are on the shelf.
    pub reference: String,
    /// Title.
    pub title: String,
    /// Name of the file.
    pub file_name: String,
    /// What it is, told from its content.
    pub kind: DocumentKind,
    /// Size, in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub checksum: String,
    /// Numbers that its text says, one a line, each once.
    pub numbers: String,
    /// Whether all that it says was read as text: not so with pictures, or what cannot be opened.
    pub read_whole: bool,
    /// Day of attachment.
    pub attached_on: Date,
}

/// Relations are resolved by the store, not by the mapper.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
