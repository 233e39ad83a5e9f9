//! The registrar: acts under the charter, each for whoever the policy lets do it, each one transaction that nobody else
//! writes in. Their effect is there for the next request of every instance.

mod agreements;
mod clients;
mod documents;
mod events;
mod programme;
pub mod studies;
mod tokens;

use std::collections::HashSet;

use agreements::grounds;
use chrono::{DateTime, NaiveDate, Utc};
use entity::types::{HappeningKind, PartnerCode, Role};

use crate::{
    auth::{
        SourceTerms, Viewer,
        policy::{self, CharterAct},
    },
    charter::{
        CharterRefusal, Given,
        referents::{Leaving, Office},
        signature::Signature,
        text,
        use_request::{Act, Grounds, Standing, Terms},
    },
    documents::{Shelf, ShelfError},
    store::{Batch, NewUseRequest, Partner, Store, StoreError, UseRequest},
};

/// Most items of a list.
const MOST_ITEMS: usize = 100;

/// Why an act is not done; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RegistrarError {
    /// The act is refused.
    #[error(transparent)]
    Refused(#[from] CharterRefusal),
    /// The act is refused for something that was given with it.
    #[error("{}: {}", .0, .1.word())]
    RefusedFor(CharterRefusal, Given),
    /// A study is not published.
    #[error("the study says or cites what its audience may not read")]
    Objected(studies::Objections),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Where documents are kept.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
}

impl From<(CharterRefusal, Given)> for RegistrarError {
    fn from((refusal, given): (CharterRefusal, Given)) -> Self {
        Self::RefusedFor(refusal, given)
    }
}

/// Says of a refusal what it is about.
trait About<T> {
    /// A refusal is about something that was given with the act; a fault of ours stays one.
    fn about(self, given: Given) -> Result<T, RegistrarError>;
}

impl<T, E: Into<RegistrarError>> About<T> for Result<T, E> {
    fn about(self, given: Given) -> Result<T, RegistrarError> {
        self.map_err(|error| {
            let error: RegistrarError = error.into();
            match error {
                RegistrarError::Refused(refusal) => RegistrarError::RefusedFor(refusal, given),
                other => other,
            }
        })
    }
}

/// Says of refusals what each is about; those that are not among them stay as they are.
fn about_each<T>(
    done: Result<T, CharterRefusal>,
    each: &[(CharterRefusal, Given)],
) -> Result<T, RegistrarError> {
    done.map_err(|refusal| match each.iter().find(|(known, _)| *known == refusal) {
        Some(found) => (*found).into(),
        None => refusal.into(),
    })
}

/// What somebody does with a request to use sources.
#[derive(Clone, Debug)]
pub enum UseDecision {
    /// The steward grants it, on these terms.
    Grant {
        /// The terms.
        terms: Terms,
        /// All territories that lie in those that were asked for.
        within: HashSet<i32>,
    },
    /// The steward refuses it.
    Refuse,
    /// Who asked takes it back.
    TakeBack,
    /// The steward revokes it.
    Revoke,
    /// The operator suspends it.
    Suspend,
    /// The operator lets it go on.
    Resume,
}

/// Where acts are registered.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    shelf: Shelf,
}

impl Registry {
    /// The registry of an observatory, and where its documents are kept.
    #[must_use]
    pub const fn new(store: Store, shelf: Shelf) -> Self {
        Self { store, shelf }
    }

    /// The registrar for a viewer.
    #[must_use]
    pub const fn registrar<'a>(&'a self, viewer: &'a Viewer) -> Registrar<'a> {
        Registrar { store: &self.store, shelf: &self.shelf, viewer }
    }
}

/// Registers acts for one viewer.
pub struct Registrar<'a> {
    store: &'a Store,
    shelf: &'a Shelf,
    viewer: &'a Viewer,
}

impl Registrar<'_> {
    fn today(&self) -> NaiveDate {
        self.viewer.today()
    }

    /// A partner for an act that this viewer may do: one that is not there is as one whose acts are not theirs.
    async fn admitted(
        &self,
        code: &PartnerCode,
        act: impl Fn(i32) -> CharterAct,
    ) -> Result<Partner, RegistrarError> {
        let partner = self.store.partner(code).await?;
        let admitted = partner.filter(|partner| policy::acts(self.viewer, act(partner.id)));
        Ok(admitted.ok_or(CharterRefusal::Unknown)?)
    }

    /// Signs the charter for a partner from today on.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn sign(
        &self,
        code: &PartnerCode,
        expires_on: Option<NaiveDate>,
    ) -> Result<Partner, RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::Sign { partner_id }).await?;
        if !partner.kind.signs() {
            return Err(CharterRefusal::Unknown.into());
        }
        let batch = self.store.writing().await?;
        let before: Vec<Signature> =
            batch.signatures_of(partner.id).await?.into_iter().map(|(_, signature)| signature).collect();
        let signature = Signature::sign(&before, expires_on, self.today());
        let signature = about_each(signature, &[(CharterRefusal::DayPast, Given::ExpiresOn)])?;
        batch.add_signature(partner.id, signature).await?;
        batch.commit().await?;
        Ok(partner)
    }

    /// Withdraws a partner from the charter, at once.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn withdraw(&self, code: &PartnerCode) -> Result<Partner, RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::Sign { partner_id }).await?;
        let batch = self.store.writing().await?;
        let before = batch.signatures_of(partner.id).await?;
        let signatures: Vec<Signature> = before.iter().map(|(_, signature)| *signature).collect();
        let (at, _) = Signature::withdraw(&signatures, self.today())?;
        if let Some((id, _)) = before.get(at) {
            batch.end_signature(*id, self.today()).await?;
        }
        batch.commit().await?;
        Ok(partner)
    }

    /// Designates a referent of a partner from today on.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn designate(
        &self,
        code: &PartnerCode,
        (subject, service): (&str, &str),
        until: Option<NaiveDate>,
    ) -> Result<Partner, RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::Designate { partner_id }).await?;
        let subject = text::line(subject).about(Given::Subject)?;
        let service = text::line(service).about(Given::Service)?;
        if subject.is_empty() {
            return Err((CharterRefusal::NothingNamed, Given::Subject).into());
        }
        let batch = self.store.writing().await?;
        let before = offices(&batch, partner.id).await?;
        let office = Office::designate(&before, subject, until, self.today());
        let wrong =
            [(CharterRefusal::AlreadyReferent, Given::Subject), (CharterRefusal::DayPast, Given::Until)];
        let office = about_each(office, &wrong)?;
        batch.add_office(partner.id, office, service.to_owned()).await?;
        batch.commit().await?;
        Ok(partner)
    }

    /// Ends a referent's office, at once.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn end_referent(
        &self,
        code: &PartnerCode,
        subject: &str,
        leaving: Leaving,
    ) -> Result<Partner, RegistrarError> {
        let partner = self.admitted(code, |partner_id| CharterAct::Designate { partner_id }).await?;
        let batch = self.store.writing().await?;
        let before = batch.offices_of(partner.id).await?;
        let held: Vec<Office> = before.iter().map(|(_, office)| office.clone()).collect();
        let at = Office::end(&held, subject, leaving, self.today()).about(Given::Subject)?;
        if let Some((id, _)) = before.get(at) {
            batch.end_office(*id, self.viewer.now).await?;
        }
        batch.commit().await?;
        Ok(partner)
    }

    /// Asks for the use of sources of one provider; gives the reference of the request.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn request_use(
        &self,
        asked: Terms,
        sources: &[&SourceTerms],
        reason: &str,
    ) -> Result<String, RegistrarError> {
        let (Some(member), Some(identity)) = (self.viewer.membership(), self.viewer.identity()) else {
            return Err(CharterRefusal::Unknown.into());
        };
        if !policy::acts(self.viewer, CharterAct::RequestUse) {
            return Err(self.lacking().into());
        }
        let reason = text::text(reason).about(Given::Reason)?;
        if reason.is_empty() {
            return Err((CharterRefusal::ReasonMissing, Given::Reason).into());
        }
        self.expect_askable(&asked)?;
        let provider = sources.first().map(|source| &source.provider);
        let provider = provider.filter(|code| sources.iter().all(|source| source.provider == **code));
        let provider = provider.ok_or((CharterRefusal::SourceElsewhere, Given::Sources))?;
        let provider = self.store.partner(provider).await?.ok_or(CharterRefusal::Unknown)?;
        if provider.id == member.partner_id {
            return Err((CharterRefusal::OwnRequest, Given::Sources).into());
        }
        let new = NewUseRequest {
            partner_id: member.partner_id,
            provider_id: provider.id,
            subject: identity.subject.clone(),
            asked,
            reason: reason.to_owned(),
            requested_on: self.viewer.now,
        };
        let batch = self.store.writing().await?;
        grounds(&batch.agreements().await?, &new.asked, self.today())?;
        let reference = batch.add_use_request(new).await?;
        batch.tell(HappeningKind::UseRequestChanged, &reference, None).await?;
        batch.commit().await?;
        Ok(reference)
    }

    /// Why whoever asks may not do something for their own partner: what the partner lacks, where that is it.
    fn lacking(&self) -> CharterRefusal {
        let acts = self.viewer.holds(Role::Analyst) || self.viewer.holds(Role::Referent);
        match self.viewer.membership().filter(|_| acts) {
            Some(member) if !member.signed => CharterRefusal::NotSigned,
            Some(member) if !member.referent => CharterRefusal::ReferentMissing,
            _ => CharterRefusal::Unknown,
        }
    }

    /// Whether something can be asked at all, whatever agreements say.
    fn expect_askable(&self, asked: &Terms) -> Result<(), RegistrarError> {
        if asked.sources.len() > MOST_ITEMS {
            return Err((CharterRefusal::TooLong, Given::Sources).into());
        }
        if asked.territories.len() > MOST_ITEMS {
            return Err((CharterRefusal::TooLong, Given::Territories).into());
        }
        if let Some(missing) = asked.missing() {
            return Err((CharterRefusal::NothingNamed, missing).into());
        }
        if asked.until < self.today() {
            return Err((CharterRefusal::DayPast, Given::Until).into());
        }
        Ok(())
    }

    /// Does something with a request; `terms` makes those of a grant from what was asked.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn settle(
        &self,
        reference: &str,
        reason: Option<&str>,
        decide: impl FnOnce(&UseRequest) -> UseDecision,
    ) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        let request = batch.use_request(reference).await?.ok_or(CharterRefusal::Unknown)?;
        let UseRequest { partner_id, provider_id, .. } = request;
        if !policy::use_request(self.viewer, partner_id, provider_id) {
            return Err(CharterRefusal::Unknown.into());
        }
        let decision = decide(&request);
        let needed = match &decision {
            UseDecision::Grant { .. } | UseDecision::Refuse | UseDecision::Revoke => {
                CharterAct::DecideUse { provider_id }
            }
            UseDecision::TakeBack => CharterAct::TakeBackUse { partner_id },
            UseDecision::Suspend | UseDecision::Resume => CharterAct::SuspendUse,
        };
        if !policy::acts(self.viewer, needed) {
            return Err(CharterRefusal::Unknown.into());
        }
        let decides = matches!(decision, UseDecision::Grant { .. } | UseDecision::Refuse);
        if decides && partner_id == provider_id {
            return Err(CharterRefusal::OwnRequest.into());
        }
        let reason = reason.map(text::text).transpose().about(Given::Reason)?;
        let reason = reason.filter(|reason| !reason.is_empty());
        let explains = matches!(decision, UseDecision::Refuse | UseDecision::Revoke | UseDecision::Suspend);
        if explains && reason.is_none() {
            return Err((CharterRefusal::ReasonMissing, Given::Reason).into());
        }
        let asked = asked_as_given(&request.asked, &decision);
        let wrong = self.expect_grantable(&asked, &decision)?;
        let act = match decision {
            UseDecision::Grant { terms, .. } => Act::Grant(terms),
            UseDecision::Refuse => Act::Refuse,
            UseDecision::TakeBack => Act::Withdraw,
            UseDecision::Revoke => Act::Revoke,
            UseDecision::Suspend => Act::Suspend,
            UseDecision::Resume => Act::Resume,
        };
        let standing = about_each(request.standing.after(act, &asked, self.today()), &wrong)?;
        let grounds = match (&request.standing, &standing) {
            (Standing::Requested, Standing::Granted { terms, .. }) => {
                grounds(&batch.agreements().await?, terms, self.today())?
            }
            _ => Grounds::new(),
        };
        let now: DateTime<Utc> = self.viewer.now;
        batch.settle_use_request(&request, (&standing, &grounds), reason.map(str::to_owned), now).await?;
        batch.tell(HappeningKind::UseRequestChanged, &request.reference, None).await?;
        batch.commit().await?;
        Ok(())
    }

    /// Refuses a grant of nothing; gives what other refusals of it would be about. The last day of a request that nobody
    /// decided on in time is nothing that whoever decides has given.
    fn expect_grantable(
        &self,
        asked: &Terms,
        decision: &UseDecision,
    ) -> Result<Vec<(CharterRefusal, Given)>, RegistrarError> {
        let UseDecision::Grant { terms, .. } = decision else { return Ok(Vec::new()) };
        if let Some(missing) = terms.missing() {
            return Err((CharterRefusal::NothingNamed, missing).into());
        }
        let late = if asked.until < self.today() { Given::Reference } else { Given::Until };
        let wider = terms.beyond(asked).map(|given| (CharterRefusal::WiderThanAsked, given));
        Ok(wider.into_iter().chain([(CharterRefusal::DayPast, late)]).collect())
    }
}

/// What was asked for, by the territories that are given where they all lie in those that were asked for: a part of a commune
/// is less than the commune, whatever their codes.
fn asked_as_given(asked: &Terms, decision: &UseDecision) -> Terms {
    match decision {
        UseDecision::Grant { terms, within }
            if !terms.territories.is_empty() && terms.territories.iter().all(|id| within.contains(id)) =>
        {
            Terms { territories: terms.territories.clone(), ..asked.clone() }
        }
        _ => asked.clone(),
    }
}

async fn offices(batch: &Batch, partner_id: i32) -> Result<Vec<Office>, StoreError> {
    Ok(batch.offices_of(partner_id).await?.into_iter().map(|(_, office)| office).collect())
}
