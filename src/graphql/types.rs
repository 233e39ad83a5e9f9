//! The objects of the API, one subject a file. They wrap what a viewer's reading hands out, never rows.

pub mod access;
pub mod agreement;
pub mod chart;
pub mod client;
pub mod delivery;
pub mod document;
pub mod download;
pub mod event;
pub mod explanation;
pub mod indicator;
pub mod map;
pub mod observation;
pub mod partner;
pub mod payload;
pub mod planned_study;
pub mod profile;
pub mod release;
pub mod report;
pub mod source;
pub mod standing;
pub mod study;
pub mod table;
pub mod territory;
pub mod use_request;
pub mod viewer;

use async_graphql::{ID, Interface};

pub use access::AccessRecord;
pub use agreement::Agreement;
pub use chart::Chart;
pub use client::ThirdPartyClient;
pub use delivery::Delivery;
pub use document::Document;
pub use download::Download;
pub use event::Event;
pub use explanation::MaskExplanation;
pub use indicator::{Category, Indicator};
pub use map::ThematicMap;
pub use observation::Observation;
pub use partner::Partner;
pub use payload::{CharterError, GivenAs, Undone, UserError, UserErrorCode};
pub use planned_study::PlannedStudy;
pub use profile::{Profile, ProfileTemplate};
pub use release::Release;
pub use report::ReleaseReport;
pub use source::Source;
pub use standing::Charter;
pub use study::Study;
pub use table::Table;
pub use territory::Territory;
pub use use_request::UseRequest;
pub use viewer::Viewer;

use super::breadth::Breadth;

// Short lists, or seldom asked for: the engine tells them.
impl Breadth for AccessRecord {}
impl Breadth for Agreement {}
impl Breadth for Delivery {}
impl Breadth for delivery::DeliveryIssue {}
impl Breadth for Event {}
impl Breadth for Partner {}
impl Breadth for PlannedStudy {}
impl Breadth for Release {}
impl Breadth for Source {}
impl Breadth for UseRequest {}

/// Anything that can be fetched again by its identifier.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque identifier, the same as long as the thing exists."))]
pub enum Node {
    /// A territory.
    Territory(Territory),
    /// An indicator.
    Indicator(Indicator),
    /// A source.
    Source(Source),
    /// A study.
    Study(Box<Study>),
    /// A partner.
    Partner(Partner),
    /// A release.
    Release(Release),
    /// An agreement.
    Agreement(Box<Agreement>),
    /// A delivery.
    Delivery(Delivery),
    /// A request to use sources.
    UseRequest(UseRequest),
    /// A meeting of the signatories.
    Event(Box<Event>),
}
