//! THE table of who may see and do what. Pure: a viewer and the terms of a source in, a decision out.
//!
//! Figures are decided in this order, and the first that refuses is the reason told: embargo, audience,
//! signature of the charter, referent, declared purpose, agreement or grant, level and territory, training.

use std::collections::HashSet;

use chrono::{Months, NaiveDate};
use entity::types::{Audience, Level, PartnerCode, Role, StudyStatus, Withheld};

use super::viewer::{AgreementTerms, GrantTerms, Membership, SourceTerms, Viewer};

/// What a viewer may know of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the release's plan shows it.
    Shown,
    /// The true number, where the clearance covers it.
    Cleared(Clearance),
    /// Nothing, for this reason.
    Refused(Withheld),
}

/// Leave to ask the vault for true numbers: a provider's grant, minted by the policy alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearance {
    source_id: i32,
    territories: HashSet<i32>,
}

impl Clearance {
    /// The source whose true numbers it opens.
    #[must_use]
    pub const fn source_id(&self) -> i32 {
        self.source_id
    }

    /// Whether it opens the true numbers of a territory.
    #[must_use]
    pub fn covers(&self, territory_id: i32) -> bool {
        self.territories.contains(&territory_id)
    }
}

/// Something that takes a right, apart from seeing figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read the agreements with providers.
    ReadAgreements,
    /// Read who answers for a partner's agents.
    ReadReferents,
    /// Read why a figure is masked, which says much of what it hides.
    ExplainMasks,
    /// Hand in a file of a provider, and read what became of it.
    HandInDeliveries,
    /// Read the log of access, as far as it is one's own.
    ReadAccessLog,
}

/// Leave to ask the vault why figures are masked, minted by the policy alone.
#[derive(Debug)]
pub struct ExplainLeave(());

/// The leave to ask why figures are masked: the operator's alone, and never a third-party client's.
#[must_use]
pub fn explains(viewer: &Viewer) -> Option<ExplainLeave> {
    allows(viewer, Action::ExplainMasks).then_some(ExplainLeave(()))
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] = &[
        Self::ReadAgreements,
        Self::ReadReferents,
        Self::ExplainMasks,
        Self::HandInDeliveries,
        Self::ReadAccessLog,
    ];

    /// The scope that stands for the action in tokens, in the schema's `@scope` and in errors.
    #[must_use]
    pub const fn scope(self) -> &'static str {
        match self {
            Self::ReadAgreements => "agreement:read",
            Self::ReadReferents => "referent:read",
            Self::ExplainMasks => "mask:explain",
            Self::HandInDeliveries => "delivery:stage",
            Self::ReadAccessLog => "audit:read",
        }
    }
}

/// A step that is taken with a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Hand in the file that becomes it.
    Stage,
    /// Plan its secrecy.
    Plan,
    /// Publish it.
    Publish,
    /// Take it back.
    Withdraw,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Stage, Self::Plan, Self::Publish, Self::Withdraw];
}

/// Leave to take a step with releases of one source, minted by the policy alone.
#[derive(Debug)]
pub struct StepLeave {
    step: Step,
    source_id: i32,
}

impl StepLeave {
    /// Whether it is for this step with a release of this source.
    #[must_use]
    pub fn covers(&self, step: Step, source_id: i32) -> bool {
        self.step == step && self.source_id == source_id
    }
}

/// The leave to take a step with releases of a source: the operator under an agreement (open sources need none, and to
/// take a release back nobody does),
/// the processor that an agreement names to hand in and plan them, the provider to hand in its own. A third-party
/// client takes none.
#[must_use]
pub fn takes(viewer: &Viewer, source: &SourceTerms, step: Step) -> Option<StepLeave> {
    let member = viewer.membership()?;
    let open = source.audience == Audience::Public;
    let named = source.agreements.iter().any(|agreement| agreement.processor_id == Some(member.partner_id));
    let under_agreement = open || !source.agreements.is_empty();
    let operates = viewer.holds(Role::Operator) && (under_agreement || step == Step::Withdraw);
    let processes = viewer.holds(Role::Processor) && named && matches!(step, Step::Stage | Step::Plan);
    let provides = viewer.holds(Role::Provider)
        && member.code == source.provider
        && under_agreement
        && step == Step::Stage;
    (operates || processes || provides).then_some(StepLeave { step, source_id: source.source_id })
}

/// Whether a viewer reads what was found in a file that was handed in: the operator, the provider, and the processor that
/// handed it in itself. What is found tells of the numbers in it.
#[must_use]
pub fn reads_delivery(viewer: &Viewer, source: &SourceTerms, handed_in_by: Option<i32>) -> bool {
    let Some(member) = viewer.membership() else { return false };
    let provides = viewer.holds(Role::Provider) && member.code == source.provider;
    takes(viewer, source, Step::Stage).is_some()
        && (viewer.holds(Role::Operator) || provides || handed_in_by == Some(member.partner_id))
}

/// Where a figure stands for the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The territory.
    pub territory_id: i32,
    /// Its level.
    pub level: Level,
    /// Whether its release is still under embargo.
    pub embargoed: bool,
}

/// Decides what a viewer may know of a figure of a source at a place.
#[must_use]
pub fn figure(viewer: &Viewer, source: &SourceTerms, place: Place) -> Access {
    match decide(viewer, source, place) {
        Ok(None) => Access::Shown,
        Ok(Some(clearance)) => Access::Cleared(clearance),
        Err(reason) => Access::Refused(reason),
    }
}

fn decide(viewer: &Viewer, source: &SourceTerms, place: Place) -> Result<Option<Clearance>, Withheld> {
    let handles = handles(viewer, source, place.level);
    if place.embargoed && !handles {
        return Err(Withheld::Embargo);
    }
    if source.audience == Audience::Public || handles {
        return Ok(None);
    }
    if viewer.holds(Role::Operator) {
        // Without an agreement in force nobody works with a provider's data, the agglomeration included.
        let none = source.agreements.is_empty();
        return Err(if none { Withheld::NoAgreement } else { Withheld::OutOfScope });
    }
    let member = viewer.membership().ok_or(Withheld::CharterNotSigned)?;
    as_signatory(viewer, member, source, place)
}

/// Those who had the source in hand before it was published: its provider, the operator under an
/// agreement, and the processor that the agreement names.
fn handles(viewer: &Viewer, source: &SourceTerms, level: Level) -> bool {
    let Some(member) = viewer.membership() else { return false };
    let mut reaching =
        source.agreements.iter().filter(|agreement| level.is_reached_by(agreement.finest_level));
    let mut named = reaching.clone().filter(|agreement| agreement.processor_id == Some(member.partner_id));
    (viewer.holds(Role::Provider) && member.code == source.provider)
        || (viewer.holds(Role::Operator)
            && (source.audience == Audience::Public || reaching.next().is_some()))
        || (viewer.holds(Role::Processor) && named.next().is_some())
}

fn as_signatory(
    viewer: &Viewer,
    member: &Membership,
    source: &SourceTerms,
    place: Place,
) -> Result<Option<Clearance>, Withheld> {
    if !reads(viewer) {
        return Err(Withheld::OutOfScope);
    }
    if !member.signed {
        return Err(Withheld::CharterNotSigned);
    }
    if !member.referent {
        return Err(Withheld::NoReferent);
    }
    let purpose = viewer.purpose().ok_or(Withheld::PurposeNotDeclared)?;
    let agreements: Vec<&AgreementTerms> =
        source.agreements.iter().filter(|agreement| agreement.purposes.contains(purpose)).collect();
    if agreements.is_empty() {
        return Err(Withheld::NoAgreement);
    }
    let grants: Vec<&GrantTerms> = member
        .grants
        .iter()
        .filter(|grant| grant.source_id == source.source_id && grant.purposes.contains(purpose))
        .filter(|grant| agreements.iter().any(|agreement| agreement.id == grant.agreement_id))
        .collect();
    if source.audience == Audience::Grantees && grants.is_empty() {
        return Err(Withheld::NoAgreement);
    }
    let fine = viewer.holds(Role::Analyst) || viewer.holds(Role::Referent);
    if place.level.is_below_commune() && !fine {
        return Err(Withheld::OutOfScope);
    }
    let reached = |agreements: &[&AgreementTerms]| {
        let granted = grants.iter().filter(|grant| grant_reaches(grant, agreements, place));
        let clearance = granted
            .clone()
            .find(|grant| grant.unmasked && fine)
            .map(|grant| Clearance { source_id: source.source_id, territories: grant.territories.clone() });
        let opened = granted.count() > 0
            || (source.audience == Audience::Signatories
                && agreements.iter().any(|agreement| agreement_reaches(agreement, member, place)));
        opened.then_some(clearance)
    };
    reached(&agreements).ok_or(Withheld::OutOfScope)?;
    let trained = |agreement: &&AgreementTerms| {
        let months = agreement.training_months.filter(|_| place.level.is_below_commune());
        months.is_none_or(|months| recent(member.trained_on, months, viewer.today()))
    };
    let trained: Vec<&AgreementTerms> = agreements.into_iter().filter(trained).collect();
    reached(&trained).ok_or(Withheld::TrainingMissing)
}

/// Whether a training is recent enough on a day: not more than so many months ago.
fn recent(training: Option<NaiveDate>, months: u32, today: NaiveDate) -> bool {
    let last = training.and_then(|on| on.checked_add_months(Months::new(months)));
    last.is_some_and(|last| today <= last)
}

/// A grant never reaches further than the agreement with the provider that it stands on, and ends with it.
fn grant_reaches(grant: &GrantTerms, agreements: &[&AgreementTerms], place: Place) -> bool {
    place.level.is_reached_by(grant.finest_level)
        && agreements.iter().any(|agreement| {
            agreement.id == grant.agreement_id && place.level.is_reached_by(agreement.finest_level)
        })
        && grant.territories.contains(&place.territory_id)
}

fn agreement_reaches(agreement: &AgreementTerms, member: &Membership, place: Place) -> bool {
    let own_only = agreement.own_territories_below.is_some_and(|level| !place.level.is_reached_by(level));
    place.level.is_reached_by(agreement.finest_level)
        && (!own_only || member.territories.contains(&place.territory_id))
}

/// The finest level at which an audience can be shown figures that exist down to `exists`; for any
/// audience, that level itself.
#[must_use]
pub fn finest_level(source: &SourceTerms, exists: Level, audience: Option<Audience>) -> Option<Level> {
    let Some(audience) = audience else { return Some(exists) };
    // Wider audiences come first: what reaches the public reaches everybody.
    if audience < source.audience {
        return None;
    }
    if source.audience == Audience::Public {
        return Some(exists);
    }
    let opened = source.agreements.iter().map(|agreement| agreement.finest_level).max()?;
    Some(if exists.is_reached_by(opened) { exists } else { opened })
}

/// Whether everybody of an audience may read the figures of a source at a level, wherever they are. Grantees are those
/// with a grant for the source; how far each grant goes is decided when they read.
#[must_use]
pub fn reaches_all(source: &SourceTerms, audience: Audience, level: Level) -> bool {
    // Wider audiences come first.
    if source.audience == Audience::Public || audience < source.audience {
        return source.audience == Audience::Public;
    }
    source.agreements.iter().any(|agreement| {
        let everywhere = agreement.own_territories_below.is_none_or(|below| level.is_reached_by(below));
        // Nobody knows who of an audience has been trained.
        let everybody = agreement.training_months.is_none() || !level.is_below_commune();
        level.is_reached_by(agreement.finest_level)
            && everybody
            && (everywhere || source.audience == Audience::Grantees)
    })
}

/// Whether a viewer may read an agreement: a provider its own, a processor those that name it.
#[must_use]
pub fn agreement(viewer: &Viewer, provider_id: i32, processor_id: Option<i32>) -> bool {
    let partner = viewer.membership().map(|member| member.partner_id);
    let standing = viewer.membership().is_some_and(|member| member.signed && member.referent);
    allows(viewer, Action::ReadAgreements)
        && (viewer.holds(Role::Operator)
            || (viewer.holds(Role::Referent) && standing)
            || partner == Some(provider_id)
            || (processor_id.is_some() && partner == processor_id))
}

/// Whether a viewer may read who answers for a partner's agents: the operator for all, a referent for
/// their own organisation.
#[must_use]
pub fn referents(viewer: &Viewer, partner_id: i32) -> bool {
    let own = viewer.membership().is_some_and(|member| member.partner_id == partner_id);
    allows(viewer, Action::ReadReferents) && (own || viewer.holds(Role::Operator))
}

/// Decides whether a viewer may do something.
#[must_use]
pub fn allows(viewer: &Viewer, action: Action) -> bool {
    let standing = viewer.membership().is_some_and(|member| member.signed && member.referent);
    match action {
        Action::ReadAgreements => {
            viewer.holds(Role::Operator)
                || viewer.holds(Role::Provider)
                || viewer.holds(Role::Processor)
                || (viewer.holds(Role::Referent) && standing)
        }
        Action::ExplainMasks => viewer.holds(Role::Operator),
        Action::HandInDeliveries => {
            viewer.holds(Role::Operator) || viewer.holds(Role::Provider) || viewer.holds(Role::Processor)
        }
        Action::ReadAccessLog => viewer.membership().is_some(),
        Action::ReadReferents => viewer.holds(Role::Operator) || (viewer.holds(Role::Referent) && standing),
    }
}

/// Something that is done under the charter, and whom it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CharterAct {
    /// Sign the charter for a partner, or withdraw from it.
    Sign {
        /// The partner.
        partner_id: i32,
    },
    /// Designate a partner's referents, or end their office.
    Designate {
        /// The partner.
        partner_id: i32,
    },
    /// See who has asked with the tokens of a partner, and revoke them.
    RevokeTokens {
        /// The partner.
        partner_id: i32,
    },
    /// Let programs of third parties ask for a partner.
    IssueClient {
        /// The partner.
        partner_id: i32,
    },
    /// Ask for the use of sources, for one's own partner.
    RequestUse,
    /// Take a request back.
    TakeBackUse {
        /// Who asked.
        partner_id: i32,
    },
    /// Decide on a request, or revoke what was granted.
    DecideUse {
        /// Provider of the sources.
        provider_id: i32,
    },
    /// Suspend what was granted, or let it go on: the operator never grants in the provider's place.
    SuspendUse,
    /// Write a study for a partner.
    WriteStudy {
        /// The partner.
        partner_id: i32,
    },
    /// Publish a study, or take anybody's back.
    PublishStudy,
    /// Put a study that a partner leads into the programme, move it or drop it.
    PlanStudy {
        /// The partner.
        partner_id: i32,
    },
    /// Conclude an agreement: the provider's own, whoever else would like to.
    ConcludeAgreement {
        /// The provider.
        provider_id: i32,
    },
    /// End an agreement.
    EndAgreement {
        /// The provider.
        provider_id: i32,
    },
    /// Schedule a meeting, and record who was there.
    HoldEvent,
    /// Register for a meeting.
    AttendEvent,
    /// Record what a partner contributed.
    RecordContribution {
        /// Who contributed.
        partner_id: i32,
    },
}

/// Decides whether a viewer may do something under the charter.
#[must_use]
pub fn acts(viewer: &Viewer, act: CharterAct) -> bool {
    let Some(member) = viewer.membership() else { return false };
    let operates = viewer.holds(Role::Operator);
    let own = |partner_id: i32| member.partner_id == partner_id;
    match act {
        CharterAct::Sign { partner_id } | CharterAct::RevokeTokens { partner_id } => {
            operates || (own(partner_id) && viewer.holds(Role::Referent))
        }
        CharterAct::Designate { partner_id } | CharterAct::PlanStudy { partner_id } => {
            operates || (own(partner_id) && viewer.holds(Role::Referent) && member.signed && member.referent)
        }
        CharterAct::IssueClient { partner_id } => {
            own(partner_id) && viewer.holds(Role::Referent) && is_person(viewer) && member.signed
        }
        CharterAct::RequestUse => {
            member.signed && member.referent && (viewer.holds(Role::Analyst) || viewer.holds(Role::Referent))
        }
        // Whoever may no longer ask may still give up.
        CharterAct::TakeBackUse { partner_id } => {
            own(partner_id) && (viewer.holds(Role::Analyst) || viewer.holds(Role::Referent))
        }
        CharterAct::DecideUse { provider_id } => own(provider_id) && viewer.holds(Role::Provider),
        CharterAct::WriteStudy { partner_id } => {
            let writes = viewer.holds(Role::Analyst) || viewer.holds(Role::Referent);
            own(partner_id) && writes && member.signed && member.referent
        }
        CharterAct::ConcludeAgreement { provider_id } => own(provider_id) && viewer.holds(Role::Provider),
        CharterAct::EndAgreement { provider_id } => {
            operates || (own(provider_id) && viewer.holds(Role::Provider))
        }
        CharterAct::AttendEvent => member.signed && is_person(viewer) && reads(viewer),
        CharterAct::RecordContribution { partner_id } => {
            let records = viewer.holds(Role::Analyst) || viewer.holds(Role::Referent);
            operates || (own(partner_id) && records && member.signed)
        }
        CharterAct::SuspendUse | CharterAct::PublishStudy | CharterAct::HoldEvent => operates,
    }
}

fn is_person(viewer: &Viewer) -> bool {
    viewer.identity().is_some_and(|identity| identity.client.is_none())
}

/// Whether a viewer holds a role that reads.
fn reads(viewer: &Viewer) -> bool {
    Role::ALL.iter().any(|role| role.reads() && viewer.holds(*role))
}

/// Whether what the signatories share among themselves exists for a viewer, such as their meetings: for the people who
/// read for a signatory, and the operator.
#[must_use]
pub fn among_signatories(viewer: &Viewer) -> bool {
    let member = viewer.membership().is_some_and(|member| member.signed && reads(viewer));
    viewer.holds(Role::Operator) || (member && is_person(viewer))
}

/// Whether a viewer may read who is registered for a meeting, of a partner: the operator, the partner's referent, and
/// everybody of themselves.
#[must_use]
pub fn attendance(viewer: &Viewer, partner_id: i32, subject: &str) -> bool {
    let own = viewer.membership().is_some_and(|member| member.partner_id == partner_id);
    let themselves = viewer.identity().is_some_and(|identity| identity.subject == subject);
    viewer.holds(Role::Operator) || (own && (themselves || viewer.holds(Role::Referent)))
}

/// Whether a viewer may read where a partner stands with the commitments of the charter: its own people, and the operator.
#[must_use]
pub fn standing(viewer: &Viewer, partner_id: i32) -> bool {
    viewer.holds(Role::Operator)
        || viewer.membership().is_some_and(|member| member.partner_id == partner_id && is_person(viewer))
}

/// Whether a request to use sources exists for a viewer: for those who asked, those who decide, and the operator.
#[must_use]
pub fn use_request(viewer: &Viewer, partner_id: i32, provider_id: i32) -> bool {
    acts(viewer, CharterAct::TakeBackUse { partner_id })
        || acts(viewer, CharterAct::DecideUse { provider_id })
        || acts(viewer, CharterAct::SuspendUse)
}

/// Which records of the log of access are a viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogReach<'a> {
    /// All.
    Everything,
    /// What they asked themselves, and what anybody reached of this provider's sources.
    OwnAndOfProvider(&'a PartnerCode),
    /// What they asked themselves.
    Own,
}

/// Which records of the log of access a viewer reads: the operator all, a provider those about its own sources, and
/// everybody with a token their own.
#[must_use]
pub fn log(viewer: &Viewer) -> Option<LogReach<'_>> {
    let member = viewer.membership().filter(|_| allows(viewer, Action::ReadAccessLog))?;
    Some(if viewer.holds(Role::Operator) {
        LogReach::Everything
    } else if viewer.holds(Role::Provider) {
        LogReach::OwnAndOfProvider(&member.code)
    } else {
        LogReach::Own
    })
}

/// A study as the policy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyTerms<'a> {
    /// Where it stands.
    pub status: StudyStatus,
    /// Whom it may reach.
    pub audience: Audience,
    /// Rows of the partners that wrote it.
    pub authors: &'a [i32],
    /// Rows of the partners who read it once it is submitted.
    pub group: &'a [i32],
    /// Rows of the sources that it uses and that only grantees may see.
    pub granted_sources: &'a [i32],
    /// Whether the viewer has a right to every figure that it cites, masked or not.
    pub reaches_citations: bool,
}

/// Decides whether a study exists for a viewer. To everyone else it is as if it had never been.
#[must_use]
pub fn study(viewer: &Viewer, study: &StudyTerms<'_>) -> bool {
    if viewer.holds(Role::Operator) {
        return true;
    }
    let published = study.status == StudyStatus::Published;
    // A study reaches no further than the sources that it uses.
    let audience = if study.granted_sources.is_empty() { study.audience } else { Audience::Grantees };
    if published && audience == Audience::Public {
        return true;
    }
    let Some(member) = viewer.membership() else { return false };
    if !(reads(viewer) && member.signed && member.referent) {
        return false;
    }
    let writes = viewer.holds(Role::Analyst) || viewer.holds(Role::Referent);
    if writes && study.authors.contains(&member.partner_id) {
        return true;
    }
    let granted = |source: &i32| member.grants.iter().any(|grant| grant.source_id == *source);
    // What is granted of a source may be less than what a study says of it: a level, territories, a purpose.
    let grantee = !study.granted_sources.is_empty()
        && study.granted_sources.iter().all(granted)
        && study.reaches_citations;
    // A group reads what is submitted, no further than the sources that it uses.
    let in_group = writes && is_person(viewer) && study.group.contains(&member.partner_id);
    let circulates = study.status == StudyStatus::Submitted && in_group;
    (published && (audience == Audience::Signatories || grantee))
        || (circulates && study.reaches_citations && (study.granted_sources.is_empty() || grantee))
}

/// Decides whether a viewer may have the documents of a study that exists for them: what is not for everybody is read for
/// a purpose that is declared, as figures are. The operator, who reads them before they are published, needs none.
#[must_use]
pub fn documents(viewer: &Viewer, study: &StudyTerms<'_>) -> bool {
    let public = study.status == StudyStatus::Published
        && study.audience == Audience::Public
        && study.granted_sources.is_empty();
    public || viewer.holds(Role::Operator) || viewer.purpose().is_some()
}

/// What a viewer may send a file for.
#[must_use]
pub fn sends(viewer: &Viewer) -> Option<Sends> {
    let writes = |partner_id| acts(viewer, CharterAct::WriteStudy { partner_id });
    if allows(viewer, Action::HandInDeliveries) {
        Some(Sends::Deliveries)
    } else {
        viewer.membership().is_some_and(|member| writes(member.partner_id)).then_some(Sends::Documents)
    }
}

/// What somebody may send a file for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// A provider's delivery.
    Deliveries,
    /// A document of a study.
    Documents,
}
