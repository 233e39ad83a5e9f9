//! Meetings, contributions, and what an agreement demands and when it was ended.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, date, integer, integer_null, string, text, timestamp_with_time_zone_null},
};

/// Meetings, contributions, and what an agreement demands and when it was ended.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let events = Table::create()
            .table(Event::Table)
            .col(integer(Event::Id))
            .col(string(Event::Reference).unique_key())
            .col(string(Event::Kind))
            .col(text(Event::Title))
            .col(text(Event::Agenda))
            .col(date(Event::OnDate))
            .primary_key(Index::create().col(Event::Id))
            .to_owned();
        let studies = Table::create()
            .table(EventStudy::Table)
            .col(integer(EventStudy::EventId))
            .col(integer(EventStudy::StudyId))
            .primary_key(Index::create().col(EventStudy::EventId).col(EventStudy::StudyId))
            .to_owned();
        let attendances = Table::create()
            .table(EventAttendance::Table)
            .col(integer(EventAttendance::EventId))
            .col(integer(EventAttendance::PartnerId))
            .col(string(EventAttendance::Subject))
            .col(boolean(EventAttendance::Attended))
            .primary_key(
                Index::create()
                    .col(EventAttendance::EventId)
                    .col(EventAttendance::PartnerId)
                    .col(EventAttendance::Subject),
            )
            .to_owned();
        let contributions = Table::create()
            .table(Contribution::Table)
            .col(integer(Contribution::Id))
            .col(integer(Contribution::PartnerId))
            .col(text(Contribution::Title))
            .col(date(Contribution::OnDate))
            .col(string(Contribution::RecordedBy))
            .primary_key(Index::create().col(Contribution::Id))
            .to_owned();
        for table in [events, studies, attendances, contributions] {
            manager.create_table(table).await?;
        }
        // Asked with every request: the last training of whoever asks.
        let by_subject = Index::create()
            .name("event_attendance_by_subject")
            .table(EventAttendance::Table)
            .col(EventAttendance::Subject)
            .to_owned();
        manager.create_index(by_subject).await?;
        // SQLite takes one column a statement.
        for column in
            [integer_null(Agreement::TrainingMonths), timestamp_with_time_zone_null(Agreement::EndedOn)]
        {
            manager.alter_table(Table::alter().table(Agreement::Table).add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Agreement::TrainingMonths, Agreement::EndedOn] {
            manager
                .alter_table(Table::alter().table(Agreement::Table).drop_column(column).to_owned())
                .await?;
        }
        manager.drop_table(Table::drop().table(Contribution::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(EventAttendance::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(EventStudy::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Event::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Event {
    Table,
    Id,
    Reference,
    Kind,
    Title,
    Agenda,
    OnDate,
}

#[derive(DeriveIden)]
enum EventStudy {
    Table,
    EventId,
    StudyId,
}

#[derive(DeriveIden)]
enum EventAttendance {
    Table,
    EventId,
    PartnerId,
    Subject,
    Attended,
}

#[derive(DeriveIden)]
enum Contribution {
    Table,
    Id,
    PartnerId,
    Title,
    OnDate,
    RecordedBy,
}

#[derive(DeriveIden)]
enum Agreement {
    Table,
    TrainingMonths,
    EndedOn,
}
