//! Creates the part of the vault that says why figures are masked.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, integer},
};

/// Creates the part of the vault that says why figures are masked.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(VaultExplanation::Table)
            .col(integer(VaultExplanation::ReleaseId))
            .col(integer(VaultExplanation::IndicatorId))
            .col(binary(VaultExplanation::Locked))
            .primary_key(Index::create().col(VaultExplanation::ReleaseId).col(VaultExplanation::IndicatorId))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(VaultExplanation::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum VaultExplanation {
    Table,
    ReleaseId,
    IndicatorId,
    Locked,
}
