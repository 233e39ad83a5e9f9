//! Counts the revisions of what answers depend on, so that what was read once is read again when, and only when, it changed.
//!
//! Triggers of the database count, so that nobody who writes can forget to: neither another instance nor a command, nor
//! whoever mends a row by hand.

use sea_orm_migration::{
    prelude::*,
    schema::big_pk_auto,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Counts the revisions of what answers depend on.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables that answers depend on. Figures and the vault are not among them: releases say which of them are read; nor the log of
/// access, what happened and works under way, whose readers are never answered from memory.
const WATCHED: &[&str] = &[
    "agreement",
    "agreement_source",
    "breakdown",
    "category",
    "charter_signature",
    "contribution",
    "delivery",
    "delivery_finding",
    "dimension",
    "event",
    "event_attendance",
    "event_study",
    "indicator",
    "partner",
    "partner_territory",
    "planned_study",
    "referent",
    "release",
    "release_opening",
    "release_showing",
    "secrecy_rule",
    "series_break",
    "setting",
    "source",
    "source_mapping",
    "study",
    "study_author",
    "study_citation",
    "study_document",
    "study_indicator",
    "study_territory",
    "study_theme",
    "territory",
    "territory_geometry",
    "territory_membership",
    "territory_overlap",
    "territory_succession",
    "third_party_client",
    "token_revocation",
    "use_grant",
    "use_grant_territory",
    "use_request",
    "use_request_source",
    "use_request_territory",
];

const EVENTS: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

/// Has the database count every change of a table.
///
/// # Errors
///
/// Those of the database.
pub(crate) async fn count(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let statement = format!(
            "CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON \"{table}\" \
             FOR EACH STATEMENT EXECUTE FUNCTION count_revision()"
        );
        db.execute_unprepared(&statement).await?;
        return Ok(());
    }
    for event in EVENTS {
        let statement = format!(
            "CREATE TRIGGER count_revision_{table}_{event} AFTER {event} ON \"{table}\" \
             BEGIN INSERT INTO revision (id) VALUES (NULL); END"
        );
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create().table(Revision::Table).col(big_pk_auto(Revision::Id)).to_owned();
        manager.create_table(table).await?;
        let db = manager.get_connection();
        match manager.get_database_backend() {
            DbBackend::Postgres => {
                // A row for each statement: those who write at the same time never wait for one another here.
                db.execute_unprepared(
                    "CREATE FUNCTION count_revision() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN INSERT INTO revision DEFAULT VALUES; RETURN NULL; END $$",
                )
                .await?;
                // It is written to take a lock too, which changes nothing.
                db.execute_unprepared(
                    "CREATE TRIGGER count_revision AFTER UPDATE ON edition FOR EACH ROW \
                     WHEN (OLD.number IS DISTINCT FROM NEW.number) EXECUTE FUNCTION count_revision()",
                )
                .await?;
            }
            _ => {
                db.execute_unprepared(
                    "CREATE TRIGGER count_revision_edition AFTER UPDATE ON edition \
                     WHEN OLD.number IS NOT NEW.number BEGIN INSERT INTO revision (id) VALUES (NULL); END",
                )
                .await?;
            }
        }
        for table in WATCHED {
            count(manager, table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared("DROP FUNCTION count_revision() CASCADE").await?;
        } else {
            for table in WATCHED {
                for event in EVENTS {
                    db.execute_unprepared(&format!("DROP TRIGGER count_revision_{table}_{event}")).await?;
                }
            }
            db.execute_unprepared("DROP TRIGGER count_revision_edition").await?;
        }
        manager.drop_table(Table::drop().table(Revision::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Revision {
    Table,
    Id,
}
