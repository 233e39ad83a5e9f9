//! The root of queries, one subject a file.

mod access;
mod catalogue;
mod charter;
pub mod charts;
mod deliveries;
pub mod maps;
mod nodes;
mod observations;
mod partners;
pub mod profiles;
mod studies;
pub mod tables;
mod territories;

use async_graphql::MergedObject;

/// What can be asked.
#[derive(Default, MergedObject)]
pub struct Query(
    nodes::NodeQuery,
    territories::TerritoryQuery,
    catalogue::CatalogueQuery,
    observations::ObservationQuery,
    tables::TableQuery,
    charts::ChartQuery,
    maps::MapQuery,
    profiles::ProfileQuery,
    studies::StudyQuery,
    partners::PartnerQuery,
    deliveries::DeliveryQuery,
    charter::CharterQuery,
    access::AccessQuery,
);
