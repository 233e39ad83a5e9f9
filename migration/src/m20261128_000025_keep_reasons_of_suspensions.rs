//! Why a use is suspended stands beside why it was granted, in whose place it came before.

use sea_orm_migration::{prelude::*, schema::text_null};

/// Why a use is suspended stands beside why it was granted, in whose place it came before.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text_null(UseRequest::SuspensionReason).take();
        manager.alter_table(Table::alter().table(UseRequest::Table).add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped =
            Table::alter().table(UseRequest::Table).drop_column(UseRequest::SuspensionReason).to_owned();
        manager.alter_table(dropped).await
    }
}

#[derive(DeriveIden)]
enum UseRequest {
    Table,
    SuspensionReason,
}
