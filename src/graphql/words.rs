//! Enumerations of the API, one for each vocabulary of [`entity::types`].

use async_graphql::Enum;

/// Levels of territory, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Level", name = "TerritoryLevel")]
pub enum Level {
    /// France.
    Country,
    /// A region.
    Region,
    /// A department.
    Department,
    /// A group of communes with a tax of its own (EPCI).
    Agglomeration,
    /// A commune.
    Commune,
    /// A statistical quarter of about 2,000 inhabitants.
    Iris,
    /// A priority neighbourhood of the urban policy; cuts across IRIS and may span communes.
    PriorityNeighbourhood,
    /// The part of a commune outside its priority neighbourhoods.
    Remainder,
    /// A zone of a partner’s own.
    Zone,
}

/// Whom a source or a study may reach, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Audience")]
pub enum Audience {
    /// Everybody.
    Public,
    /// Signatories of the charter in force.
    Signatories,
    /// Signatories whose request the provider granted.
    Grantees,
}

/// What data may be used for: the three uses that the charter names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Purpose")]
pub enum Purpose {
    /// Analyse des besoins sociaux (art. R.123-1 CASF).
    NeedsAnalysis,
    /// Observation and evaluation of the urban policy.
    UrbanPolicy,
    /// A thematic study.
    ThematicStudy,
}

/// What a figure counts or measures, or what is worked out from figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Unit {
    /// Persons.
    Persons,
    /// Households.
    Households,
    /// Dwellings.
    Dwellings,
    /// Euro.
    Euro,
    /// Per cent.
    Percent,
    /// Percentage points: what one percentage is more than another; of differences alone.
    PercentagePoints,
    /// Per thousand.
    PerThousand,
    /// A ratio of two figures.
    Ratio,
    /// An index.
    Index,
    /// Other things that are counted.
    Count,
}

impl From<entity::types::Unit> for Unit {
    fn from(unit: entity::types::Unit) -> Self {
        use entity::types::Unit as Known;
        match unit {
            Known::Persons => Self::Persons,
            Known::Households => Self::Households,
            Known::Dwellings => Self::Dwellings,
            Known::Euro => Self::Euro,
            Known::Percent => Self::Percent,
            Known::PerThousand => Self::PerThousand,
            Known::Ratio => Self::Ratio,
            Known::Index => Self::Index,
            Known::Count => Self::Count,
        }
    }
}

impl From<crate::present::DerivedUnit> for Unit {
    fn from(unit: crate::present::DerivedUnit) -> Self {
        match unit {
            crate::present::DerivedUnit::Plain(unit) => unit.into(),
            crate::present::DerivedUnit::PercentagePoints => Self::PercentagePoints,
        }
    }
}

/// How a figure comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Measure")]
pub enum Measure {
    /// A count; adds up.
    Count,
    /// A share of a whole; does not add up.
    Rate,
    /// A ratio of two magnitudes.
    Ratio,
    /// A median; does not add up.
    Median,
    /// A mean.
    Mean,
    /// An amount of money.
    Amount,
    /// An index.
    Index,
}

/// Themes of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Theme")]
pub enum Theme {
    /// Population.
    Demography,
    /// Families and households.
    Family,
    /// Income and poverty.
    Income,
    /// Social benefits.
    Benefits,
    /// Employment.
    Employment,
    /// Education.
    Education,
    /// Housing.
    Housing,
    /// Health.
    Health,
    /// Safety.
    Safety,
    /// Municipal social action.
    SocialAction,
}

/// What a mask is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::store::Why")]
pub enum MaskKind {
    /// The source’s rule masks the figure by itself.
    Rule,
    /// Shown, it would let others be worked out.
    Complement,
    /// A rate, masked with what it is worked out from.
    Rate,
}

/// Why a value is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Withheld")]
pub enum Withheld {
    /// Masked by the release’s secrecy plan; primary and complementary masks read the same.
    StatisticalSecrecy,
    /// This viewer’s role, level or territory does not reach it.
    OutOfScope,
    /// The viewer’s organisation has no signature of the charter in force.
    CharterNotSigned,
    /// The viewer’s organisation has no current referent.
    NoReferent,
    /// The request declares no purpose.
    PurposeNotDeclared,
    /// No agreement or grant in force opens the source for this use.
    NoAgreement,
    /// The viewer has attended no training that is recent enough for the source’s finest levels.
    TrainingMissing,
    /// The release is under embargo.
    Embargo,
    /// Nobody has the figure.
    NotCollected,
    /// The figure makes no sense here.
    NotApplicable,
    /// The figure is too uncertain to be shown.
    NotSignificant,
}

/// What somebody may act as for their partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Role")]
pub enum Role {
    /// Reads studies, and figures down to communes.
    Reader,
    /// Reads figures at the finest levels that agreements open.
    Analyst,
    /// Answers for the partner’s agents; reads like an analyst.
    Referent,
    /// Steward of a provider’s sources.
    Provider,
    /// Centralises deliveries for the agglomeration.
    Processor,
    /// Runs the observatory for the agglomeration.
    Operator,
}

/// What a partner is to the observatory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::PartnerKind")]
pub enum PartnerKind {
    /// The agglomeration, which runs it.
    Agglomeration,
    /// A commune.
    Commune,
    /// A municipal social-action centre.
    Ccas,
    /// An organisation that provides data.
    Provider,
    /// The firm that centralises the deliveries.
    Processor,
}

/// What a study is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::StudyKind")]
pub enum StudyKind {
    /// Analyse des besoins sociaux.
    NeedsAnalysis,
    /// Evaluation of the urban policy.
    UrbanPolicyEvaluation,
    /// Portrait of a priority neighbourhood.
    NeighbourhoodPortrait,
    /// A thematic study.
    Thematic,
}

/// What a document of a study is, told from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::DocumentKind")]
pub enum DocumentKind {
    /// Portable Document Format.
    Pdf,
    /// Text of OpenDocument.
    Odt,
    /// Text of Word.
    Docx,
    /// Workbook of Excel.
    Xlsx,
    /// Picture.
    Png,
}

/// Where a study stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::StudyStatus")]
pub enum StudyStatus {
    /// Being written.
    Draft,
    /// Handed in for publication.
    Submitted,
    /// Circulates among its audience.
    Published,
    /// Taken back.
    Withdrawn,
}

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ReleaseState")]
pub enum ReleaseState {
    /// In the vault, not planned.
    Staged,
    /// Planned: what would be shown is decided, and nobody reads it yet.
    Planned,
    /// What everybody reads.
    Published,
    /// Replaced by a later one.
    Superseded,
    /// Taken back.
    Withdrawn,
}

/// What is wrong with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::import::IssueCode")]
pub enum DeliveryIssueCode {
    /// A code that no territory has.
    UnknownTerritory,
    /// A territory that exists, but not in the delivery's vintage or generation.
    VintageMismatch,
    /// A territory finer than the indicator goes.
    LevelTooFine,
    /// A code that no indicator has.
    UnknownIndicator,
    /// An indicator of another source.
    ForeignIndicator,
    /// A rate of a confidential source, which the observatory works out itself.
    DerivedIndicator,
    /// A mapping that names no dimension of the catalogue.
    UnknownDimension,
    /// A code that no category of the dimension has.
    UnknownCategory,
    /// A dimension that the indicator does not have.
    ForeignDimension,
    /// Categories that exist, crossed as the catalogue does not cross them.
    UnusedBreakdown,
    /// No period, or one outside of 2000 to 2035.
    UnknownPeriod,
    /// A period that has not begun when the file is handed in.
    PeriodAhead,
    /// A period of another year than the release.
    PeriodOutsideRelease,
    /// A territory, indicator or period that is left empty.
    EmptyField,
    /// A cell that has been read before.
    DuplicateCell,
    /// A text that is neither a number nor a known sign.
    NotANumber,
    /// A count below zero.
    NegativeCount,
    /// A count that is not whole.
    FractionalCount,
    /// A cell that the provider of a confidential source has masked.
    Premasked,
    /// Contributors or a largest share that cannot be.
    ContributorsContradict,
    /// A fact that the source's rule needs and the file lacks.
    MissingFact,
    /// A total that is not the sum of its parts.
    TotalDiffers,
    /// A part larger than the indicator that it is a part of.
    MoreThanWhole,
    /// IRIS and neighbourhoods that cut them, without the parts.
    PartsMissing,
    /// A territory that is missing where its neighbours are there.
    MissingTerritory,
    /// Ten times more or less than the last figure that was shown.
    MagnitudeJump,
    /// Cells that do not pass into the later geography.
    NotCarried,
    /// The same file, read the same way, has been published already.
    AlreadyDelivered,
    /// Columns that nothing uses.
    ColumnIgnored,
    /// A mapping that names no column of the file.
    UnknownColumn,
    /// A mapping that names no source of the catalogue.
    UnknownSource,
    /// A year of which the observatory knows no geography.
    UnknownVintage,
    /// A mapping that makes no sense.
    MappingInvalid,
    /// A file without any row.
    NoRows,
    /// So many issues that the rest of the file was not read.
    TooManyIssues,
}

/// Whether an issue stops a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::import::Severity")]
pub enum DeliveryIssueSeverity {
    /// It does, until the file or the mapping is mended.
    Error,
    /// It does, unless somebody accepts it by its name.
    Warning,
}

/// What a long work is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::WorkPhase")]
pub enum WorkPhase {
    /// Waiting for its turn.
    Waiting,
    /// Reading and checking a file, in bytes.
    Checking,
    /// Writing what was delivered into the vault, in rows.
    Staging,
    /// Laying out the counts of a release and the sums that bind them.
    LayingOut,
    /// Protecting its sensitive figures, in figures.
    Protecting,
    /// Giving back masks that nothing needs.
    Improving,
    /// Adding up the proofs.
    Proving,
    /// Done.
    Done,
    /// Given up; the fault says why.
    Failed,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DeliveryState {
    /// Being read, checked and staged.
    Received,
    /// Checked and found right; only a check was asked for.
    Checked,
    /// Staged as a release.
    Staged,
    /// Something is wrong with it; nothing of it is kept but what is wrong.
    Refused,
    /// It could not be read to its end, or a fault of ours came in between; nothing of it is kept.
    Failed,
    /// Its server stopped meanwhile; nothing of it is kept, hand it in again.
    Interrupted,
}

impl From<entity::types::DeliveryState> for DeliveryState {
    fn from(state: entity::types::DeliveryState) -> Self {
        use entity::types::DeliveryState as Kept;
        match state {
            Kept::Received => Self::Received,
            Kept::Checked => Self::Checked,
            Kept::Staged => Self::Staged,
            Kept::Refused => Self::Refused,
            Kept::Failed => Self::Failed,
        }
    }
}

/// Where a study of the programme stands, as far as whoever asks may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::PlannedStudyState")]
pub enum PlannedStudyState {
    /// Nobody has begun it.
    Planned,
    /// It is being written.
    Underway,
    /// It is published.
    Done,
    /// Its last day is past, and it is not published.
    Late,
    /// It was dropped.
    Dropped,
}

/// Where a request to use a provider’s sources stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::UseRequestState")]
pub enum UseRequestState {
    /// The provider’s steward has not decided yet.
    Requested,
    /// Granted, perhaps more narrowly than asked for.
    Granted,
    /// Granted, and suspended by the operator.
    Suspended,
    /// Granted, and past its last day.
    Expired,
    /// Refused by the provider’s steward.
    Refused,
    /// Taken back by who asked.
    Withdrawn,
    /// Granted, and revoked by the provider’s steward.
    Revoked,
}

/// Whether a release opens the true numbers that a partner was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::store::OpeningState")]
pub enum UseOpeningState {
    /// It does.
    Open,
    /// Some of them stay masked: sums bind them to masked figures that were not granted.
    Closed,
    /// It was not examined yet, or is under embargo.
    Awaited,
}

/// Why an act under the charter was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::charter::CharterRefusal")]
pub enum CharterErrorCode {
    /// There is no such thing, or it is not one that the caller may do this with: the two read alike.
    Unknown,
    /// A signature is in force already.
    AlreadySigned,
    /// No signature is in force.
    NotSigned,
    /// The partner has no current referent.
    ReferentMissing,
    /// A day that must lie ahead does not.
    DayPast,
    /// The person is a referent of the partner already.
    AlreadyReferent,
    /// The person is no referent of the partner.
    NotReferent,
    /// The last referent, with neither a successor nor a stated suspension.
    LastReferent,
    /// The request has been decided, or taken back.
    AlreadyDecided,
    /// Nobody decides on their own request.
    OwnRequest,
    /// More than was asked for.
    WiderThanAsked,
    /// More than the agreement with the provider covers.
    WiderThanAgreement,
    /// The use is not one that is granted.
    NotGranted,
    /// The use is suspended already.
    AlreadySuspended,
    /// The use is not suspended.
    NotSuspended,
    /// A reason is missing.
    ReasonMissing,
    /// A title is missing.
    TitleMissing,
    /// A title, a summary or a list is too long.
    TooLong,
    /// A text has characters that are not shown as they stand.
    TextUnreadable,
    /// The study is not in a state in which this is done.
    StudyState,
    /// A study cites what is withheld from its audience.
    CitationWithheld,
    /// A study says a number that no figure which it cites shows.
    NumberUnsupported,
    /// A document of the study has not been read and accepted by whoever publishes.
    DocumentUnread,
    /// A study with a group that the operator has not read as it stands.
    ReviewMissing,
    /// A study that is not the version that was read.
    StudyChanged,
    /// The file is no document of a kind that is taken.
    DocumentKind,
    /// The document holds programs.
    DocumentPrograms,
    /// The document is too large.
    DocumentTooLarge,
    /// Something that must be named is not: a source, a purpose, a person.
    NothingNamed,
    /// A code names nothing, or nothing of the kind.
    CodeUnknown,
    /// Something that is no code of its kind.
    CodeInvalid,
    /// Something that is no day.
    DateInvalid,
    /// Something that is no period.
    PeriodInvalid,
    /// A breakdown that the indicator has not.
    BreakdownInvalid,
    /// A source is another provider’s.
    SourceElsewhere,
    /// The last day lies before the first.
    DaysReversed,
    /// The agreement has been ended, or its last day is past.
    AgreementOver,
    /// The meeting is over.
    EventOver,
    /// The meeting is still to come.
    EventAhead,
    /// The person is registered already.
    AlreadyRegistered,
    /// A day that must be past or present lies ahead.
    DayAhead,
    /// The study of the programme is done, or was dropped.
    PlannedStudyOver,
    /// The study is not of the kind, or not by the partner, that the programme says.
    StudyUnfit,
    /// A program of a third party has this name already, or had it.
    ClientThere,
    /// Something that is no name of a program.
    ClientName,
    /// The program has been revoked.
    ClientRevoked,
    /// A token of a program would be good for longer than a year.
    TokenTooLong,
}

/// What a meeting of the signatories is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::EventKind")]
pub enum EventKind {
    /// A workshop on a study or a theme.
    Workshop,
    /// A training in the use of the observatory and its rules.
    Training,
}

/// How a partner contributes to the urban policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ContributionKind")]
pub enum ContributionKind {
    /// Data that it delivered and that were published.
    Data,
    /// A study that it wrote and that was published.
    Study,
    /// An analysis that it gave to the others, as recorded.
    Analysis,
}

/// What the partners commit themselves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Commitment")]
pub enum Commitment {
    /// Source data are used only with the provider’s prior agreement.
    PriorAgreement,
    /// Statistical secrecy, and secrecy of what studies say.
    StatisticalSecrecy,
    /// For the collectivity’s own use only.
    OwnUse,
    /// Studies circulate among signatories only.
    Circulation,
    /// Contribution to the urban policy.
    UrbanPolicy,
    /// Referents are designated.
    Referents,
    /// Workshops and shared analysis groups.
    Workshops,
    /// Training sessions.
    Training,
}

/// What a table works out from its figures. A part that is withheld withholds the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::present::Derivation")]
pub enum Derivation {
    /// Difference from the period before in the table, or from the base period; in the unit of the figure, in percentage
    /// points where that is per cent.
    Difference,
    /// The same in per cent of the earlier figure.
    Growth,
    /// Share of the whole, in per cent: of the figure without breakdown where the cell has one, else of the reference
    /// territory; of counts alone.
    Share,
    /// Rank among the territories of the same level in the table, the largest first; those withheld have none and do not
    /// count.
    Rank,
    /// Difference from the reference territory; in the unit of the figure, in percentage points where that is per cent.
    Gap,
    /// Per cent of the figure of the reference territory.
    Ratio,
}

/// Formats of files: those of tables, and those of charts and maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DownloadFormat {
    /// CSV with commas and decimal points.
    Csv,
    /// CSV with semicolons and decimal commas, as French spreadsheets open it.
    CsvFrench,
    /// Office Open XML workbook.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
    /// JSON-stat 2.0.
    JsonStat,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// SDMX-JSON 2.0.
    SdmxJson,
    /// Apache Parquet.
    Parquet,
    /// Scalable Vector Graphics.
    Svg,
    /// Picture of pixels, twice as many as the drawing is wide.
    Png,
    /// Portable Document Format, its text as text.
    Pdf,
    /// Vega-Lite 5 specification with its data.
    VegaLite,
    /// GeoJSON (RFC 7946), figures with the contours of their territories.
    GeoJson,
    /// TopoJSON.
    TopoJson,
    /// A page of its own, of profiles.
    Html,
}

impl From<crate::export::Format> for DownloadFormat {
    fn from(format: crate::export::Format) -> Self {
        use crate::export::Format;
        match format {
            Format::Csv => Self::Csv,
            Format::CsvFrench => Self::CsvFrench,
            Format::Xlsx => Self::Xlsx,
            Format::Ods => Self::Ods,
            Format::JsonStat => Self::JsonStat,
            Format::SdmxCsv => Self::SdmxCsv,
            Format::SdmxJson => Self::SdmxJson,
            Format::Parquet => Self::Parquet,
            Format::GeoJson => Self::GeoJson,
        }
    }
}

impl From<crate::export::DrawingFormat> for DownloadFormat {
    fn from(format: crate::export::DrawingFormat) -> Self {
        use crate::export::DrawingFormat;
        match format {
            DrawingFormat::Svg => Self::Svg,
            DrawingFormat::Png => Self::Png,
            DrawingFormat::Pdf => Self::Pdf,
            DrawingFormat::VegaLite => Self::VegaLite,
            DrawingFormat::GeoJson => Self::GeoJson,
            DrawingFormat::TopoJson => Self::TopoJson,
            DrawingFormat::Html => Self::Html,
        }
    }
}

/// How figures are shown on a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::present::map::Representation", name = "MapRepresentation")]
pub enum Representation {
    /// Shades of the territories: for rates, medians, indices.
    Choropleth,
    /// Circles whose area is in proportion: for counts and amounts.
    ProportionalCircles,
}

/// Where the gap between two territories goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::present::profile::GapTrend")]
pub enum GapTrend {
    /// The territory is, or was, on the worse side, and the gap gets smaller.
    CatchingUp,
    /// The territory is on the worse side, and the gap gets wider.
    FallingBehind,
    /// The gap gets smaller; neither side is known to be the worse one, or the territory is on the better one.
    Narrowing,
    /// The gap gets wider, likewise.
    Widening,
    /// The gap is much the same: it changed by less than five of the last digit that is printed, or than a twentieth.
    Steady,
}

/// Kinds of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::present::chart::ChartKind")]
pub enum ChartKind {
    /// A line for each series, over periods.
    Line,
    /// Bars beside one another, one group for each category.
    Bar,
    /// Bars whose series stand one after the other.
    StackedBar,
    /// Two sides of a dimension of two categories, over the categories of another.
    Pyramid,
    /// A point for each territory, by two indicators.
    Scatter,
    /// A line for each series between two periods.
    Slope,
    /// A small chart of lines for each series, all on one scale.
    SmallMultiples,
    /// Every territory on one line, one of them marked.
    Distribution,
}
