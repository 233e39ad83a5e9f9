//! Creates what the database says of itself.

use sea_orm_migration::{prelude::*, schema::text};

/// Creates what the database says of itself.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Setting::Table)
                    .col(text(Setting::Name))
                    .col(text(Setting::Value))
                    .primary_key(Index::create().col(Setting::Name))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Setting::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Setting {
    Table,
    Name,
    Value,
}
