//! Studies drafted, revised, submitted, published and withdrawn, each by whoever the policy lets do it.

use entity::types::{HappeningKind, StudyStatus, Withheld};

use super::{About as _, MOST_ITEMS, Registrar, RegistrarError};
use crate::{
    auth::{
        Caller,
        policy::{self, CharterAct},
    },
    charter::{
        CharterRefusal, Given,
        study::{StudyAct, unsupported},
        text,
    },
    store::{FigureKey, Study, StudyDraft},
};

/// A figure that a study cites, as it would reach the study's audience.
pub type Cited = (FigureKey, Result<f64, Withheld>);

/// Why a study is not published: what stands in it is not what its audience may read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objections {
    /// Citations that are withheld from the audience, and why.
    pub withheld: Vec<(FigureKey, Withheld)>,
    /// Numbers of the title, the summary and the titles of documents that no cited figure shows and that nobody has
    /// accepted.
    pub numbers: Vec<String>,
    /// Documents that nobody has accepted: a machine's reading helps whoever publishes, and vouches for nothing.
    pub documents: Vec<Unread>,
}

impl Objections {
    /// Raises the citations that are withheld from those for whom `cited` was told.
    fn to_citations(cited: &[Cited]) -> Result<(), RegistrarError> {
        let withheld: Vec<_> =
            cited.iter().filter_map(|(key, told)| told.as_ref().err().map(|why| (*key, *why))).collect();
        if withheld.is_empty() {
            return Ok(());
        }
        Err(RegistrarError::Objected(Self { withheld, ..Self::default() }))
    }

    /// Raises what speaks against showing a study to those for whom `cited` was told.
    fn of(study: &Study, cited: &[Cited], accepted: Accepted<'_>) -> Result<(), RegistrarError> {
        let withheld = cited.iter().filter_map(|(key, told)| told.as_ref().err().map(|why| (*key, *why)));
        let shown: Vec<f64> = cited.iter().filter_map(|(_, told)| told.as_ref().ok().copied()).collect();
        let years: Vec<i32> = cited.iter().map(|(key, _)| key.period.calendar_year()).collect();
        let titles = study.documents.iter().map(|document| document.title.as_str());
        let text: Vec<&str> =
            [study.title.as_str()].into_iter().chain(study.summary.as_deref()).chain(titles).collect();
        let mut numbers = unsupported(&text.join("\n"), &shown, &years);
        numbers.retain(|number| !accepted.numbers.contains(number));
        let documents = unread(study, (&shown, &years), accepted.documents);
        let objections = Self { withheld: withheld.collect(), numbers, documents };
        if objections == Self::default() { Ok(()) } else { Err(RegistrarError::Objected(objections)) }
    }
}

/// A document that whoever publishes must read first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Title.
    pub title: String,
    /// SHA-256 of its bytes, by which it is accepted.
    pub checksum: String,
    /// Numbers that no cited figure shows.
    pub numbers: Vec<String>,
    /// Whether all that it says was read.
    pub read_whole: bool,
}

/// What whoever publishes has read and accepts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accepted<'a> {
    /// The version that was read.
    pub version: &'a str,
    /// Numbers of the title and the summary, as they are written.
    pub numbers: &'a [String],
    /// Checksums of documents.
    pub documents: &'a [String],
}

impl Registrar<'_> {
    /// Drafts a study for a partner; gives its reference.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn draft_study(&self, partner_id: i32, draft: StudyDraft) -> Result<String, RegistrarError> {
        if !policy::acts(self.viewer, CharterAct::WriteStudy { partner_id }) {
            return Err(self.lacking().into());
        }
        expect_fit(&draft)?;
        let Caller::Known { identity, .. } = &self.viewer.caller else {
            return Err(CharterRefusal::Unknown.into());
        };
        let batch = self.store.writing().await?;
        let reference = batch.add_study((partner_id, &identity.subject), draft).await?;
        batch.commit().await?;
        Ok(reference)
    }

    /// Writes a study anew; what was submitted is a draft again.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn revise_study(&self, study: &Study, draft: StudyDraft) -> Result<(), RegistrarError> {
        self.expect_author(study)?;
        expect_fit(&draft)?;
        let batch = self.store.writing().await?;
        let status = StudyAct::Revise.after(batch.study_status(study.id).await?)?;
        batch.rewrite_study(study.id, draft).await?;
        batch.set_study_status(study.id, status, study.published_on).await?;
        Ok(batch.commit().await?)
    }

    /// Hands a study to the operator, and to its group, if it has one: nobody but its authors reads it before the operator
    /// has. `cited` tells what the audience and the viewer may both have of each citation.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`], [`RegistrarError::Objected`].
    pub async fn submit_study(&self, study: &Study, cited: &[Cited]) -> Result<(), RegistrarError> {
        self.expect_author(study)?;
        StudyAct::Submit.after(study.status)?;
        if !study.group.is_empty() {
            Objections::to_citations(cited)?;
            if !study.is_reviewed() {
                return Err(CharterRefusal::ReviewMissing.into());
            }
        }
        self.step(study, StudyAct::Submit).await
    }

    /// Writes down that the operator has read this version of a study and lets it go to its group; another one must be read
    /// again. `cited` tells what the audience may have of each citation.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`], [`RegistrarError::Objected`].
    pub async fn review_study(
        &self,
        study: &Study,
        cited: &[Cited],
        accepted: Accepted<'_>,
    ) -> Result<(), RegistrarError> {
        self.expect_read(study, accepted.version)?;
        StudyAct::Review.after(study.status)?;
        Objections::of(study, cited, accepted)?;
        let batch = self.store.writing().await?;
        if batch.study(study.id).await?.as_ref() != Some(study) {
            return Err(CharterRefusal::StudyChanged.into());
        }
        batch.set_reviewed_version(study.id, &study.version()).await?;
        Ok(batch.commit().await?)
    }

    /// Publishes the version of a study that was read, unless a citation is withheld from its audience, a number stands in
    /// it that no cited figure shows, or a document of it is not accepted. `cited` tells what the audience may have of each
    /// citation of the study as it was read; a study that was written anew meanwhile is refused.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`], [`RegistrarError::Objected`].
    pub async fn publish_study(
        &self,
        study: &Study,
        cited: &[Cited],
        accepted: Accepted<'_>,
    ) -> Result<(), RegistrarError> {
        self.expect_read(study, accepted.version)?;
        StudyAct::Publish.after(study.status)?;
        if study.is_reviewed() {
            Objections::to_citations(cited)?;
        } else {
            Objections::of(study, cited, accepted)?;
        }
        self.step(study, StudyAct::Publish).await
    }

    /// Whoever lets a study go is the operator, and names the version that they have read.
    fn expect_read(&self, study: &Study, version: &str) -> Result<(), CharterRefusal> {
        if !policy::acts(self.viewer, CharterAct::PublishStudy) {
            return Err(CharterRefusal::Unknown);
        }
        if version == study.version() { Ok(()) } else { Err(CharterRefusal::StudyChanged) }
    }

    /// Takes a study back, for good.
    ///
    /// # Errors
    ///
    /// [`RegistrarError`].
    pub async fn withdraw_study(&self, study: &Study) -> Result<(), RegistrarError> {
        if !policy::acts(self.viewer, CharterAct::PublishStudy) {
            self.expect_author(study)?;
        }
        self.step(study, StudyAct::Withdraw).await
    }

    /// A step of the study as it was read: one that has moved on meanwhile is refused.
    async fn step(&self, study: &Study, act: StudyAct) -> Result<(), RegistrarError> {
        let batch = self.store.writing().await?;
        // What was checked is what is written: not its state alone, its words and citations too.
        if batch.study(study.id).await?.as_ref() != Some(study) {
            return Err(CharterRefusal::StudyState.into());
        }
        let status = act.after(study.status)?;
        let today = (status == StudyStatus::Published).then(|| self.today());
        batch.set_study_status(study.id, status, today.or(study.published_on)).await?;
        if status == StudyStatus::Published {
            batch.set_reviewed_version(study.id, &study.version()).await?;
            batch.tell(HappeningKind::StudyPublished, &study.reference, None).await?;
        }
        Ok(batch.commit().await?)
    }

    pub(super) fn expect_author(&self, study: &Study) -> Result<(), RegistrarError> {
        let writes =
            |partner_id: &i32| policy::acts(self.viewer, CharterAct::WriteStudy { partner_id: *partner_id });
        if study.authors.iter().any(writes) { Ok(()) } else { Err(CharterRefusal::Unknown.into()) }
    }
}

fn unread(study: &Study, (shown, years): (&[f64], &[i32]), accepted: &[String]) -> Vec<Unread> {
    let is_accepted =
        |checksum: &String| accepted.iter().any(|one| one.trim().eq_ignore_ascii_case(checksum));
    let documents = study.documents.iter().filter(|document| !is_accepted(&document.checksum));
    let told = documents.map(|document| Unread {
        title: document.title.clone(),
        checksum: document.checksum.clone(),
        numbers: unsupported(&document.numbers, shown, years),
        read_whole: document.read_whole,
    });
    told.collect()
}

fn expect_fit(draft: &StudyDraft) -> Result<(), RegistrarError> {
    if text::line(&draft.title).about(Given::StudyTitle)?.is_empty() {
        return Err((CharterRefusal::TitleMissing, Given::StudyTitle).into());
    }
    text::text(draft.summary.as_deref().unwrap_or_default()).about(Given::StudySummary)?;
    let lists = [
        (draft.citations.len(), Given::Citations),
        (draft.territories.len(), Given::StudyTerritories),
        (draft.indicators.len(), Given::Indicators),
        (draft.authors.len(), Given::CoAuthors),
        (draft.group.len(), Given::StudyGroup),
    ];
    match lists.into_iter().find(|(length, _)| *length > MOST_ITEMS) {
        Some((_, list)) => Err((CharterRefusal::TooLong, list).into()),
        None => Ok(()),
    }
}
