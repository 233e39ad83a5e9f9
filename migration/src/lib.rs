//! The database schema, one step a file; the same steps on SQLite and PostgreSQL.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

mod m20261123_000001_create_geography;
mod m20261123_000002_create_catalogue;
mod m20261123_000003_create_charter;
mod m20261123_000004_create_releases;
mod m20261123_000005_create_studies;
mod m20261123_000006_create_settings;
mod m20261124_000007_create_explanations;
mod m20261124_000008_create_editions;
mod m20261124_000009_create_deliveries;
mod m20261124_000010_create_access_log;
mod m20261124_000011_create_use_requests;
mod m20261125_000012_create_events;
mod m20261126_000013_tie_grants_to_agreements;
mod m20261126_000014_keep_mappings;
mod m20261126_000015_create_documents;
mod m20261127_000016_create_token_revocations;
mod m20261127_000017_create_programme;
mod m20261127_000018_create_study_groups;
mod m20261128_000019_create_series_breaks;
mod m20261128_000020_create_happenings;
mod m20261128_000021_mark_schematic_contours;
mod m20261128_000022_open_releases_to_partners;
mod m20261128_000023_name_who_drafted;
mod m20261128_000024_create_third_party_clients;
mod m20261128_000025_keep_reasons_of_suspensions;
mod m20261128_000026_round_indicators;
mod m20261128_000027_name_territories_in_english;
mod m20261128_000028_count_revisions;
mod m20261128_000029_decide_openings_as_they_are_read;
mod m20261129_000030_note_each_figure_that_is_read;
mod m20261129_000031_mark_revisions;

/// All steps in their order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_geography::Migration),
            Box::new(m20261123_000002_create_catalogue::Migration),
            Box::new(m20261123_000003_create_charter::Migration),
            Box::new(m20261123_000004_create_releases::Migration),
            Box::new(m20261123_000005_create_studies::Migration),
            Box::new(m20261123_000006_create_settings::Migration),
            Box::new(m20261124_000007_create_explanations::Migration),
            Box::new(m20261124_000008_create_editions::Migration),
            Box::new(m20261124_000009_create_deliveries::Migration),
            Box::new(m20261124_000010_create_access_log::Migration),
            Box::new(m20261124_000011_create_use_requests::Migration),
            Box::new(m20261125_000012_create_events::Migration),
            Box::new(m20261126_000013_tie_grants_to_agreements::Migration),
            Box::new(m20261126_000014_keep_mappings::Migration),
            Box::new(m20261126_000015_create_documents::Migration),
            Box::new(m20261127_000016_create_token_revocations::Migration),
            Box::new(m20261127_000017_create_programme::Migration),
            Box::new(m20261127_000018_create_study_groups::Migration),
            Box::new(m20261128_000019_create_series_breaks::Migration),
            Box::new(m20261128_000020_create_happenings::Migration),
            Box::new(m20261128_000021_mark_schematic_contours::Migration),
            Box::new(m20261128_000022_open_releases_to_partners::Migration),
            Box::new(m20261128_000023_name_who_drafted::Migration),
            Box::new(m20261128_000024_create_third_party_clients::Migration),
            Box::new(m20261128_000025_keep_reasons_of_suspensions::Migration),
            Box::new(m20261128_000026_round_indicators::Migration),
            Box::new(m20261128_000027_name_territories_in_english::Migration),
            Box::new(m20261128_000028_count_revisions::Migration),
            Box::new(m20261128_000029_decide_openings_as_they_are_read::Migration),
            Box::new(m20261129_000030_note_each_figure_that_is_read::Migration),
            Box::new(m20261129_000031_mark_revisions::Migration),
        ]
    }
}
