//! Releases that come and go: what was shown when, and what is known of a delivery.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, integer, integer_null, text_null, timestamp_with_time_zone_null},
};

/// Releases that come and go: what was shown when, and what is known of a delivery.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Edition::Table)
                    .col(integer(Edition::Id))
                    .col(integer(Edition::Number))
                    .primary_key(Index::create().col(Edition::Id))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ReleaseShowing::Table)
                    .col(integer(ReleaseShowing::ReleaseId))
                    .col(integer(ReleaseShowing::FromEdition))
                    .col(integer_null(ReleaseShowing::UntilEdition))
                    .primary_key(
                        Index::create().col(ReleaseShowing::ReleaseId).col(ReleaseShowing::FromEdition),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(VaultProof::Table)
                    .col(integer(VaultProof::ReleaseId))
                    .col(binary(VaultProof::Locked))
                    .primary_key(Index::create().col(VaultProof::ReleaseId))
                    .to_owned(),
            )
            .await?;
        // SQLite takes one column a statement.
        for column in [
            timestamp_with_time_zone_null(Release::StagedOn),
            integer_null(Release::Generation),
            integer_null(Release::Rows),
            text_null(Release::FileName),
            text_null(Release::Digest),
            text_null(Release::Accepted),
            text_null(Release::Report),
            integer_null(Release::PlannedEdition),
        ] {
            manager.alter_table(Table::alter().table(Release::Table).add_column(column).to_owned()).await?;
        }
        let connection = manager.get_connection();
        connection.execute_unprepared("INSERT INTO edition (id, number) VALUES (1, 1)").await?;
        connection
            .execute_unprepared(
                "INSERT INTO release_showing (release_id, from_edition) SELECT id, 1 FROM release WHERE state = 'PUBLISHED'",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            Release::StagedOn,
            Release::Generation,
            Release::Rows,
            Release::FileName,
            Release::Digest,
            Release::Accepted,
            Release::Report,
            Release::PlannedEdition,
        ] {
            manager.alter_table(Table::alter().table(Release::Table).drop_column(column).to_owned()).await?;
        }
        manager.drop_table(Table::drop().table(VaultProof::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(ReleaseShowing::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Edition::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Edition {
    Table,
    Id,
    Number,
}

#[derive(DeriveIden)]
enum VaultProof {
    Table,
    ReleaseId,
    Locked,
}

#[derive(DeriveIden)]
enum ReleaseShowing {
    Table,
    ReleaseId,
    FromEdition,
    UntilEdition,
}

#[derive(DeriveIden)]
enum Release {
    Table,
    StagedOn,
    Generation,
    Rows,
    FileName,
    Digest,
    Accepted,
    Report,
    PlannedEdition,
}
