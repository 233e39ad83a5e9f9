//! Gives each revision a mark by chance: as many changes after a copy was restored are not those that were made before.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Gives each revision a mark by chance.
#[derive(DeriveMigrationName)]
pub struct Migration;

const POSTGRES: &str = "ALTER TABLE revision ADD COLUMN mark BIGINT NOT NULL DEFAULT floor(random() * 4611686018427387904)::bigint";

/// SQLite adds no column whose default differs from row to row.
const SQLITE: [&str; 3] = [
    "ALTER TABLE revision ADD COLUMN mark BIGINT NOT NULL DEFAULT 0",
    "UPDATE revision SET mark = random() / 2",
    "CREATE TRIGGER mark_revision AFTER INSERT ON revision BEGIN UPDATE revision SET mark = random() / 2 WHERE id = NEW.id; END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES).await?;
            return Ok(());
        }
        for statement in SQLITE {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Sqlite {
            db.execute_unprepared("DROP TRIGGER mark_revision").await?;
        }
        db.execute_unprepared("ALTER TABLE revision DROP COLUMN mark").await?;
        Ok(())
    }
}
