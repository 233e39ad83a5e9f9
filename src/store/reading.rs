//! A viewer's reading of the store: the only handle that resolvers get.
//!
//! Whatever leaves it has passed the policy: figures come out as [`Disclosed`], studies that are not the
//! viewer's do not come out at all, agreements only with the right to read them. It lives for one request.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use entity::types::{Audience, Level, Period, Role, StudyStatus, Withheld};
use tokio::sync::{OnceCell, Semaphore};

use super::{
    AccessFilter, AccessPage, Agreement, Delivery, Document, Dossier, Event, FigureFilter, FigureKey,
    FigureOrder, FigurePage, FigureRow, Findings, Geometry, Others, Own, Partner, Published, Reach, Release,
    Revision, Shape, Store, StoreError, Study, UseRequest, Work, contributions::Contribution,
    loaders::Shared, openings::Grants, releases::Edition, tally, tally::Tally, vault::SheetRequest,
};
use crate::{
    access_log::{Entry, Record, SourceAccess},
    auth::{
        Access, Action, Clearance, Identity, LogReach, SourceTerms, Step, StepLeave, Viewer,
        policy::{self, Place, StudyTerms},
    },
    catalogue::{Catalogue, Indicator},
    charter::standing::Facts,
    geography::Gazetteer,
    secrecy::{Components, Disclosed, Explanation, Keyring, SheetLabel, disclose, disclose_true},
};

/// What does not change while the server runs.
pub struct Reference {
    /// Territories.
    pub gazetteer: Gazetteer,
    /// Indicators, sources, rules.
    pub catalogue: Catalogue,
    /// Opens the locks of the vault, never its seals.
    pub keyring: Keyring,
}

/// What this viewer is told of a figure, and in which release it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Which figure.
    pub key: FigureKey,
    /// What they are told.
    pub disclosed: Disclosed,
    /// Release; none when nobody has the figure, or when it is not theirs.
    pub release_id: Option<i32>,
}

/// A viewer's reading of the store, for one request.
pub struct Reading {
    store: Store,
    reference: Arc<Reference>,
    viewer: Viewer,
    revision: OnceCell<Revision>,
    edition: OnceCell<Arc<Edition>>,
    terms: OnceCell<Arc<HashMap<i32, SourceTerms>>>,
    partners: OnceCell<Arc<Vec<Partner>>>,
    agreements: OnceCell<Vec<Agreement>>,
    studies: OnceCell<Vec<Arc<Study>>>,
    deliveries: OnceCell<Vec<DeliveryFile>>,
    pub(super) events: OnceCell<Vec<Event>>,
    pub(super) contributions: OnceCell<Vec<Contribution>>,
    pub(super) standings: OnceCell<HashMap<i32, Facts>>,
    pub(super) grants: OnceCell<Grants>,
    /// Searches of one request at once: it does not hold all connections while others wait.
    searches: Semaphore,
    tally: Arc<Tally>,
    /// Whether it read what no revision counts.
    changing: AtomicBool,
}

/// Searches of one request that are done at once.
const SEARCHES: usize = 3;

/// A delivery with how far it and its release have come.
#[derive(Clone, Debug)]
pub struct DeliveryFile {
    /// The delivery.
    pub delivery: Delivery,
    /// How far its check and staging have come.
    pub work: Option<Work>,
    /// Release that it became.
    pub dossier: Option<Dossier>,
    /// How far the plan of that release has come.
    pub planning: Option<Work>,
}

impl Reading {
    /// Opens the store for one viewer and one request.
    #[must_use]
    pub fn new(store: Store, reference: Arc<Reference>, viewer: Viewer) -> Self {
        Self {
            store,
            reference,
            viewer,
            revision: OnceCell::new(),
            edition: OnceCell::new(),
            terms: OnceCell::new(),
            partners: OnceCell::new(),
            agreements: OnceCell::new(),
            studies: OnceCell::new(),
            deliveries: OnceCell::new(),
            events: OnceCell::new(),
            contributions: OnceCell::new(),
            standings: OnceCell::new(),
            grants: OnceCell::new(),
            searches: Semaphore::new(SEARCHES),
            tally: Arc::default(),
            changing: AtomicBool::new(false),
        }
    }

    /// The reading of a request of which the revision is known already.
    #[must_use]
    pub fn at(self, revision: Revision) -> Self {
        Self { revision: OnceCell::new_with(Some(revision)), ..self }
    }

    /// The revision that this request reads, or a later one where something changes meanwhile.
    async fn revision(&self) -> Result<Revision, Shared> {
        Ok(*self.revision.get_or_try_init(|| Box::pin(self.store.revision())).await?)
    }

    /// Reads figures and contours, of a copy of the database where there is one that has caught up with this request's revision.
    async fn read<T, F>(&self, read: impl Fn(Store) -> F) -> Result<T, Shared>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        Ok(Box::pin(self.store.at(self.revision().await?, read)).await?)
    }

    /// Whether anything was read of the database that its revisions count.
    #[must_use]
    pub fn has_read(&self) -> bool {
        self.revision.initialized()
    }

    /// What is read now depends on more than the revision and the day: the same question may be answered otherwise.
    pub fn note_changing(&self) {
        self.changing.store(true, Ordering::Relaxed);
    }

    /// Whether the same question has the same answer as long as the revision, the day and what is under embargo are the same, and
    /// the answer may be remembered: it asked neither for the log of access nor for works under way, signed no link, and was told
    /// no number that a grant unmasked.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        !self.changing.load(Ordering::Relaxed) && !self.has_told_unmasked()
    }

    /// The same viewer's reading of the same request, with nothing read yet; both count into one record.
    #[must_use]
    pub fn anew(&self) -> Self {
        let tally = Arc::clone(&self.tally);
        Self { tally, ..Self::new(self.store.clone(), Arc::clone(&self.reference), self.viewer.clone()) }
    }

    pub(super) const fn store(&self) -> &Store {
        &self.store
    }

    /// Who reads.
    #[must_use]
    pub const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Territories.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.reference.gazetteer
    }

    /// Indicators, sources, rules.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.reference.catalogue
    }

    /// Published releases, in the order of numbers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn releases(&self) -> Result<&[Release], Shared> {
        Ok(&self.edition().await?.releases)
    }

    /// What this request reads: what was there when it first asked, whatever is published meanwhile.
    pub(super) async fn edition(&self) -> Result<&Edition, Shared> {
        let load = || Box::pin(async { self.store.current_at(self.revision().await?).await });
        Ok(self.edition.get_or_try_init(load).await?)
    }

    async fn terms(&self) -> Result<&HashMap<i32, SourceTerms>, Shared> {
        let load = || {
            Box::pin(async {
                self.store.terms_at(self.revision().await?, self.catalogue(), self.viewer.today()).await
            })
        };
        Ok(self.terms.get_or_try_init(load).await?)
    }

    /// The leave to take a step with releases of a source, if this viewer has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn leave(&self, step: Step, source_id: i32) -> Result<Option<StepLeave>, Shared> {
        let source = self.terms().await?.get(&source_id);
        Ok(source.and_then(|source| policy::takes(&self.viewer, source, step)))
    }

    /// The leaves to take steps with releases of a source that this viewer has.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn leaves(&self, source_id: i32) -> Result<Vec<StepLeave>, Shared> {
        let source = self.terms().await?.get(&source_id);
        let steps = Step::ALL.iter().filter_map(|step| policy::takes(&self.viewer, source?, *step));
        Ok(steps.collect())
    }

    /// The deliveries that this viewer reads of the sources that they may hand files in for, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn deliveries(&self) -> Result<&[DeliveryFile], Shared> {
        self.note_changing();
        let terms = self.terms().await?;
        let load = || async {
            let takes = |source: &&SourceTerms| policy::takes(&self.viewer, source, Step::Stage).is_some();
            let sources: Vec<i32> = terms.values().filter(takes).map(|source| source.source_id).collect();
            if sources.is_empty() {
                return Ok(Vec::new());
            }
            let mut deliveries = self.store.deliveries(&sources).await?;
            deliveries.retain(|delivery| {
                let source = terms.get(&delivery.source_id);
                source.is_some_and(|source| policy::reads_delivery(&self.viewer, source, delivery.partner_id))
            });
            let ids: Vec<i32> = deliveries.iter().filter_map(|delivery| delivery.release_id).collect();
            let dossiers = self.store.dossiers_of(&ids).await?;
            let mut references: Vec<String> =
                deliveries.iter().map(|delivery| delivery.reference.clone()).collect();
            references.extend(dossiers.values().map(|dossier| dossier.release.reference.clone()));
            let works = self.store.works(&references).await?;
            let mut works: HashMap<String, Work> =
                works.into_iter().map(|work| (work.reference.clone(), work)).collect();
            let file = |delivery: Delivery| {
                let dossier = delivery.release_id.and_then(|id| dossiers.get(&id).cloned());
                DeliveryFile {
                    work: works.remove(&delivery.reference),
                    planning: dossier
                        .as_ref()
                        .and_then(|dossier| works.get(&dossier.release.reference).cloned()),
                    dossier,
                    delivery,
                }
            };
            Ok::<_, StoreError>(deliveries.into_iter().map(file).collect())
        };
        Ok(self.deliveries.get_or_try_init(|| Box::pin(load())).await?)
    }

    /// The mapping that is kept with a source which this viewer may hand files in for; none for others.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn kept_mapping(&self, source: &str) -> Result<Option<String>, Shared> {
        let Some(source) = self.catalogue().source_by_code(source) else { return Ok(None) };
        if self.leave(Step::Stage, source.id).await?.is_none() {
            return Ok(None);
        }
        Ok(self.store.kept_mapping(source.id).await?)
    }

    /// What is wrong with each of these deliveries, as far as they are this viewer's.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn findings(&self, ids: &[i32]) -> Result<HashMap<i32, Findings>, Shared> {
        let theirs: HashSet<i32> = self.deliveries().await?.iter().map(|file| file.delivery.id).collect();
        let asked: Vec<i32> = ids.iter().copied().filter(|id| theirs.contains(id)).collect();
        Ok(self.store.findings(&asked).await?)
    }

    /// The terms of sources, by their numbers; none where a number is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn terms_of(&self, sources: &[i32]) -> Result<Option<Vec<&SourceTerms>>, Shared> {
        let terms = self.terms().await?;
        Ok(sources.iter().map(|source| terms.get(source)).collect())
    }

    /// The requests to use sources that exist for this viewer, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn use_requests(&self) -> Result<Vec<UseRequest>, Shared> {
        let mut all = self.store.use_requests().await?;
        all.retain(|request| policy::use_request(&self.viewer, request.partner_id, request.provider_id));
        Ok(all)
    }

    /// Every partner, in the order of codes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn partners(&self) -> Result<&[Partner], Shared> {
        let load = || Box::pin(async { self.store.partners_at(self.revision().await?).await });
        Ok(self.partners.get_or_try_init(load).await?)
    }

    /// The agreements with providers; none at all without the right to read them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn agreements(&self) -> Result<Option<&[Agreement]>, Shared> {
        if policy::allows(&self.viewer, Action::ReadAgreements) {
            let load = || async {
                let all = self.store.agreements_at(self.revision().await?).await?;
                let theirs = all
                    .iter()
                    .filter(|found| policy::agreement(&self.viewer, found.provider_id, found.processor_id));
                Ok::<_, Shared>(theirs.cloned().collect())
            };
            Ok(Some(self.agreements.get_or_try_init(|| Box::pin(load())).await?))
        } else {
            Ok(None)
        }
    }

    /// The studies that exist for this viewer, in the order of references.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn studies(&self) -> Result<&[Arc<Study>], Shared> {
        let load = || async {
            let terms = self.terms().await?;
            let reaches =
                |key: &FigureKey| !matches!(self.access(terms, key.subject(), false), Access::Refused(_));
            let all = self.store.studies_at(self.revision().await?).await?;
            let theirs = all.iter().filter(|study| {
                let reaches_citations = study.citations.iter().all(reaches);
                self.study_terms(study, reaches_citations, |terms| policy::study(&self.viewer, terms))
            });
            Ok::<_, Shared>(theirs.cloned().collect())
        };
        self.studies.get_or_try_init(|| Box::pin(load())).await.map(Vec::as_slice)
    }

    /// What an audience may have of figures that a study cites: the number that readers are shown, or why it is withheld
    /// from some of them. For whoever publishes, and those who are told the same figures themselves.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn for_audience(
        &self,
        audience: Audience,
        keys: &[FigureKey],
    ) -> Result<Vec<(FigureKey, Result<f64, Withheld>)>, Shared> {
        let rows = self.rows(keys).await?;
        let rows: HashMap<FigureKey, FigureRow> = rows.into_iter().map(|row| (row.key, row)).collect();
        let terms = self.terms().await?;
        let embargoed = self.embargoed().await?;
        let told = |key: &FigureKey| {
            let row = rows.get(key).ok_or(Withheld::NotCollected)?;
            if embargoed.contains(&row.release_id) {
                return Err(Withheld::Embargo);
            }
            let indicator = self.catalogue().indicator_by_id(key.indicator_id);
            let source = indicator.and_then(|indicator| terms.get(&indicator.source_id));
            let level = self.gazetteer().get(key.territory_id).map(|territory| territory.level);
            match (source, level) {
                (Some(source), Some(level)) if policy::reaches_all(source, audience, level) => {
                    let (shown, withheld) = row.masked.columns();
                    shown.ok_or(withheld.unwrap_or(Withheld::StatisticalSecrecy))
                }
                _ => Err(Withheld::OutOfScope),
            }
        };
        Ok(keys.iter().map(|key| (*key, told(key))).collect())
    }

    /// Whether this viewer may have the documents of a study that exists for them.
    #[must_use]
    pub fn may_open(&self, study: &Study) -> bool {
        self.study_terms(study, true, |terms| policy::documents(&self.viewer, terms))
    }

    /// A document, with its study, when that exists for this viewer.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn document(&self, reference: &str) -> Result<Option<(&Study, &Document)>, Shared> {
        let mut all = self
            .studies()
            .await?
            .iter()
            .flat_map(|study| study.documents.iter().map(move |document| (&**study, document)));
        Ok(all.find(|(_, document)| document.reference == reference))
    }

    /// What a viewer who opens a document of a study reaches, for the log; none when it is for everybody.
    #[must_use]
    pub fn opened(&self, study: &Study, document: &Document) -> Option<Entry> {
        let identity = self.viewer.identity()?;
        let sources = tally::sources_of(&self.reference, study);
        let published = study.status == StudyStatus::Published;
        let everybody = published && study.audience == Audience::Public && sources.is_empty();
        let operation = format!("document {} {}", study.reference, document.reference);
        (!everybody).then(|| self.entry(identity, Some(operation), sources))
    }

    fn study_terms<T>(
        &self,
        study: &Study,
        reaches_citations: bool,
        decide: impl FnOnce(&StudyTerms<'_>) -> T,
    ) -> T {
        let catalogue = self.catalogue();
        let granted_sources: Vec<i32> = study
            .indicators
            .iter()
            .filter_map(|id| catalogue.source(catalogue.indicator_by_id(*id)?.source_id))
            .filter(|source| source.audience == Audience::Grantees)
            .map(|source| source.id)
            .collect();
        let terms = StudyTerms {
            status: study.status,
            audience: study.audience,
            authors: &study.authors,
            group: &study.group,
            granted_sources: &granted_sources,
            reaches_citations,
        };
        decide(&terms)
    }

    fn access(
        &self,
        terms: &HashMap<i32, SourceTerms>,
        (indicator_id, territory_id): (i32, i32),
        embargoed: bool,
    ) -> Access {
        let place = self.place(territory_id, embargoed);
        let source = self
            .catalogue()
            .indicator_by_id(indicator_id)
            .and_then(|indicator| terms.get(&indicator.source_id));
        match (place, source) {
            (Some(place), Some(source)) => policy::figure(&self.viewer, source, place),
            _ => Access::Refused(Withheld::OutOfScope),
        }
    }

    /// The finest level at which an indicator exists and, for an audience, can be shown to it: none when
    /// its source does not reach that audience, or no agreement in force opens it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn finest_level(
        &self,
        indicator: &Indicator,
        audience: Option<Audience>,
    ) -> Result<Option<Level>, Shared> {
        let terms = self.terms().await?;
        let source = terms.get(&indicator.source_id);
        Ok(source.and_then(|source| policy::finest_level(source, indicator.finest_level, audience)))
    }

    /// The periods for which indicators have published figures, by indicator, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn periods(&self, indicators: &[i32]) -> Result<HashMap<i32, Vec<Period>>, Shared> {
        let published = self.published().await?;
        if let Some(periods) = self.store.periods_kept(published, indicators) {
            return Ok(periods);
        }
        let edition = published.edition.number;
        self.read(|store| async move { store.periods(edition, indicators).await }).await
    }

    /// The contours of these territories, by number; those without one are missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn contours(&self, territories: &[i32]) -> Result<HashMap<i32, Arc<Geometry>>, Shared> {
        let (revision, contours) = (self.revision().await?, self.store.contours());
        let (mut found, unknown) = contours.get(revision, territories);
        if !unknown.is_empty() {
            let unknown = unknown.as_slice();
            let read = self.read(|store| async move { store.geometries(unknown).await }).await?;
            found.extend(contours.keep(revision, unknown, read));
        }
        Ok(found)
    }

    async fn embargoed(&self) -> Result<HashSet<i32>, Shared> {
        let releases = self.releases().await?.iter();
        Ok(releases.filter(|release| release.embargoed(self.viewer.now)).map(|release| release.id).collect())
    }

    async fn published(&self) -> Result<Published<'_>, Shared> {
        Ok(Published { edition: self.edition().await?, catalogue: self.catalogue() })
    }

    /// The published figures under these keys, in their order, of memory where they are kept there.
    async fn rows(&self, keys: &[FigureKey]) -> Result<Vec<FigureRow>, Shared> {
        let published = self.published().await?;
        if let Some(rows) = self.store.kept_figures(published, keys) {
            return Ok(rows);
        }
        let edition = published.edition.number;
        let read = self.read(|store| async move { store.figures(edition, keys).await }).await?;
        Ok(keys.iter().filter_map(|key| read.get(key).copied()).collect())
    }

    /// A page of the published figures that fit a filter, likewise.
    async fn found(
        &self,
        filter: &FigureFilter,
        shown: &[Shape],
        page: &FigurePage,
    ) -> Result<Vec<FigureRow>, Shared> {
        let published = self.published().await?;
        if let Some(rows) = self.store.search_kept(published, filter, shown, page) {
            return Ok(rows);
        }
        // It is never closed.
        let _turn = self.searches.acquire().await.ok();
        let edition = published.edition.number;
        self.read(|store| async move { store.search_figures(edition, filter, shown, page).await }).await
    }

    /// What the viewer is told of each of these figures.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn tell(&self, keys: &[FigureKey]) -> Result<HashMap<FigureKey, Told>, Shared> {
        let rows = self.rows(keys).await?;
        let terms = self.terms().await?;
        let mut told = HashMap::with_capacity(keys.len());
        for key in &missing(keys, &rows) {
            let disclosed = Disclosed::absent(&self.access(terms, key.subject(), false));
            told.insert(*key, Told { key: *key, disclosed, release_id: None });
        }
        self.tally.told(&self.reference, told.values().map(|told| (told.key, told.disclosed)));
        let accesses = self.accesses(&rows).await?;
        told.extend(self.tell_rows(rows, accesses).await?.into_iter().map(|told| (told.key, told)));
        Ok(told)
    }

    /// What the policy says of each of these figures.
    async fn accesses(&self, rows: &[FigureRow]) -> Result<Vec<Access>, Shared> {
        let (terms, embargoed) = (self.terms().await?, self.embargoed().await?);
        let (mut all, mut before): (Vec<Access>, _) = (Vec::with_capacity(rows.len()), None);
        for row in rows {
            let asked = (row.key.subject(), embargoed.contains(&row.release_id));
            // The periods and breakdowns of a territory stand one after the other.
            let access = match all.last().filter(|_| before == Some(asked)) {
                Some(same) => same.clone(),
                None => self.access(terms, asked.0, asked.1),
            };
            all.push(access);
            before = Some(asked);
        }
        Ok(all)
    }

    async fn tell_rows(&self, rows: Vec<FigureRow>, accesses: Vec<Access>) -> Result<Vec<Told>, Shared> {
        let mut told = Vec::with_capacity(rows.len());
        let mut cleared = Vec::new();
        for (row, access) in rows.into_iter().zip(accesses) {
            let disclosed = disclose(row.masked, &access);
            let refused = matches!(access, Access::Refused(_));
            if let Access::Cleared(clearance) = access
                && disclosed.withheld() == Some(Withheld::StatisticalSecrecy)
            {
                cleared.push((told.len(), row, clearance));
            }
            // Whoever is refused does not learn that a row is there; that a release is embargoed is public.
            let tells = matches!(disclosed.withheld(), None | Some(Withheld::Embargo)) || !refused;
            told.push(Told { key: row.key, disclosed, release_id: tells.then_some(row.release_id) });
        }
        self.tally.told(&self.reference, told.iter().map(|told| (told.key, told.disclosed)));
        self.unmask(&mut told, cleared).await?;
        Ok(told)
    }

    /// Opens the vault for the rows that a grant clears, where nothing binds them to what the viewer may not have now.
    async fn unmask(
        &self,
        told: &mut [Told],
        mut cleared: Vec<(usize, FigureRow, Clearance)>,
    ) -> Result<(), Shared> {
        if cleared.is_empty() {
            return Ok(());
        }
        let releases: HashSet<i32> = cleared.iter().map(|(_, row, _)| row.release_id).collect();
        let Some(partner_id) = self.viewer.membership().map(|member| member.partner_id) else {
            return Ok(());
        };
        let components = self.store.components(releases.iter().copied()).await?;
        let tellable = self.tellable(&components).await?;
        cleared.retain(|(_, row, _)| {
            tellable.get(&row.release_id).is_some_and(|told| told.contains(&row.key.territory_id))
        });
        if cleared.is_empty() {
            return Ok(());
        }
        let figures = cleared.iter().map(|(_, row, _)| (row.release_id, row.key)).collect();
        let noted = self.store.note_readings(partner_id, figures, &components).await?;
        cleared.retain(|(_, row, _)| noted.contains(&(row.release_id, row.key)));
        let label =
            |row: &FigureRow| SheetLabel { release_id: row.release_id, indicator_id: row.key.indicator_id };
        let asked = cleared.iter().filter_map(|(_, row, clearance)| {
            let indicator = self.catalogue().indicator_by_id(row.key.indicator_id)?;
            Some(SheetRequest { clearance, source_id: indicator.source_id, label: label(row) })
        });
        let asked: Vec<SheetRequest<'_>> = asked.collect();
        let sheets = self.store.sheets(&self.reference.keyring, &asked).await?;
        for (at, row, clearance) in &cleared {
            let address = row.key.address();
            let raw = sheets.get(&label(row)).and_then(|sheet| sheet.get(&address));
            if let (Some(raw), Some(told)) = (raw, told.get_mut(*at)) {
                told.disclosed = disclose_true(row.masked, &address, raw, clearance);
                if told.disclosed.value().is_some() {
                    self.tally.unmasked(row.key);
                }
            }
        }
        Ok(())
    }

    /// Of releases, by number, the territories of which this viewer may be told every masked figure, now and for the purpose that
    /// they declare: who may have all figures of a group learns nothing of others. Nothing of a release that was not examined.
    async fn tellable(&self, all: &HashMap<i32, Components>) -> Result<HashMap<i32, BTreeSet<i32>>, Shared> {
        let terms = self.terms().await?;
        let embargoed = self.embargoed().await?;
        let told = self.releases().await?.iter().filter_map(|release| {
            let (components, source) = (all.get(&release.id)?, terms.get(&release.source_id)?);
            let embargoed = embargoed.contains(&release.id);
            let clears = |territory_id: &i32| {
                let place = self.place(*territory_id, embargoed);
                place.is_some_and(|place| {
                    matches!(policy::figure(&self.viewer, source, place), Access::Cleared(_))
                })
            };
            Some((release.id, components.tellable(&components.territories().filter(clears).collect())))
        });
        Ok(told.collect())
    }

    fn place(&self, territory_id: i32, embargoed: bool) -> Option<Place> {
        let territory = self.gazetteer().get(territory_id)?;
        Some(Place { territory_id: territory.id, level: territory.level, embargoed })
    }

    /// Why figures are masked by their release's plan, for those of them that are; nothing without the right to ask.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn explain(&self, keys: &[FigureKey]) -> Result<HashMap<FigureKey, Explanation>, Shared> {
        let Some(leave) = policy::explains(&self.viewer) else { return Ok(HashMap::new()) };
        // What comes from the vault is not remembered.
        self.note_changing();
        let told = self.tell(keys).await?;
        let masked =
            told.values().filter(|told| told.disclosed.withheld() == Some(Withheld::StatisticalSecrecy));
        let label = |told: &Told| {
            Some(SheetLabel { release_id: told.release_id?, indicator_id: told.key.indicator_id })
        };
        let asked: Vec<(SheetLabel, FigureKey)> =
            masked.filter_map(|told| Some((label(told)?, told.key))).collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let labels: HashSet<SheetLabel> = asked.iter().map(|(label, _)| *label).collect();
        let explanations = self.store.explanations(&leave, &self.reference.keyring, &labels).await?;
        let explained: HashMap<FigureKey, Explanation> = asked
            .into_iter()
            .filter_map(|(label, key)| Some((key, explanations.get(&label)?.get(&key.address())?.clone())))
            .collect();
        self.tally.explained(explained.keys());
        Ok(explained)
    }

    /// A page of a search, as the viewer is told it, each figure with where it stands in the order, and whether
    /// there are more. What is withheld from the viewer counts as withheld for filters and order; so does every
    /// mask, cleared or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn search(
        &self,
        filter: &FigureFilter,
        page: &FigurePage,
    ) -> Result<(Vec<(Told, super::Position)>, bool), Shared> {
        let shown = self.shown(filter).await?;
        if filter.looks_at_values() || page.order.iter().any(|sort| sort.by == FigureOrder::Value) {
            self.tally.searched(&self.reference, looked_through(filter, &shown));
        }
        let mut rows = self.found(filter, &shown, page).await?;
        // What only says that there are more is not told.
        let more = u64::try_from(rows.len()).is_ok_and(|found| found > page.limit);
        if more && page.from_end {
            rows.remove(0);
        } else if more {
            rows.pop();
        }
        let (accesses, order) = (self.accesses(&rows).await?, page.full_order());
        let positions: Vec<super::Position> = rows
            .iter()
            .zip(&accesses)
            .map(|(row, access)| super::Position::of(&order, &row.key, disclose(row.masked, access).value()))
            .collect();
        Ok((self.tell_rows(rows, accesses).await?.into_iter().zip(positions).collect(), more))
    }

    /// How many figures a search finds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn count(&self, filter: &FigureFilter) -> Result<u64, Shared> {
        let shown = self.shown(filter).await?;
        if filter.looks_at_values() {
            self.tally.searched(&self.reference, looked_through(filter, &shown));
        }
        let published = self.published().await?;
        if let Some(count) = self.store.count_kept(published, filter, &shown) {
            return Ok(count);
        }
        let _turn = self.searches.acquire().await.ok();
        let (edition, shapes) = (published.edition.number, &shown);
        self.read(|store| async move { store.count_figures(edition, filter, shapes).await }).await
    }

    /// The record of what this request has been told of partner data; none when that is nothing. Without a token
    /// nobody is told any, and anybody could fill the log.
    #[must_use]
    pub fn reached(&self, operation_name: Option<String>) -> Option<Entry> {
        let identity = self.viewer.identity()?;
        let sources = self.tally.sources(&self.reference);
        (!sources.is_empty()).then(|| self.entry(identity, operation_name, sources))
    }

    /// Whether data of partners were reached so far.
    #[must_use]
    pub fn has_reached(&self) -> bool {
        !self.tally.sources(&self.reference).is_empty()
    }

    /// Whether the viewer has been told a number that others are not shown, under a grant.
    #[must_use]
    pub fn has_told_unmasked(&self) -> bool {
        self.tally.has_unmasked()
    }

    fn entry(
        &self,
        identity: &Identity,
        operation_name: Option<String>,
        sources: Vec<SourceAccess>,
    ) -> Entry {
        Entry {
            at: self.viewer.now,
            subject: identity.subject.clone(),
            client: identity.client.clone(),
            partner: identity.partner.to_string(),
            roles: Role::ALL.iter().copied().filter(|role| self.viewer.holds(*role)).collect(),
            purpose: identity.purpose,
            operation_name,
            sources,
        }
    }

    fn log_reach(&self) -> Option<Reach> {
        let own = Some(Own::of(self.viewer.identity()?));
        let others = match policy::log(&self.viewer)? {
            LogReach::Everything => Others::All,
            LogReach::OwnAndOfProvider(provider) => {
                let theirs = self.catalogue().sources().iter().filter(|source| source.provider == *provider);
                Others::Of(theirs.map(|source| source.code.clone()).collect())
            }
            LogReach::Own => Others::Of(Vec::new()),
        };
        Some(Reach { own, others })
    }

    /// A page of the log of access, the newest first, as far as it is this viewer's.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn access_log(&self, filter: &AccessFilter, page: &AccessPage) -> Result<Vec<Record>, Shared> {
        self.note_changing();
        let Some(reach) = self.log_reach() else { return Ok(Vec::new()) };
        Ok(self.store.search_log(&reach, filter, page).await?)
    }

    /// How many records of the log fit a filter, as far as they are this viewer's.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn count_access_log(&self, filter: &AccessFilter) -> Result<u64, Shared> {
        self.note_changing();
        let Some(reach) = self.log_reach() else { return Ok(0) };
        Ok(self.store.count_log(&reach, filter).await?)
    }

    /// What the policy shows this viewer of a search, so that the database sees with the viewer's eyes.
    async fn shown(&self, filter: &FigureFilter) -> Result<Vec<Shape>, Shared> {
        let terms = self.terms().await?;
        let embargoed: Vec<i32> = self.embargoed().await?.into_iter().collect();
        let mut shapes: Vec<Shape> = Vec::new();
        for &indicator_id in &filter.indicators {
            let open = |embargoed: bool| -> Vec<i32> {
                let is_shown = |territory_id: &i32| {
                    !matches!(
                        self.access(terms, (indicator_id, *territory_id), embargoed),
                        Access::Refused(_)
                    )
                };
                filter.territories.iter().copied().filter(is_shown).collect()
            };
            let mut add = |territories: Vec<i32>, except_releases: Vec<i32>| {
                let every = territories.len() == filter.territories.len();
                let territories = (!every).then_some(territories);
                let same = |shape: &&mut Shape| {
                    shape.territories == territories && shape.except_releases == except_releases
                };
                match shapes.iter_mut().find(same) {
                    Some(shape) => shape.indicators.push(indicator_id),
                    None => {
                        shapes.push(Shape { indicators: vec![indicator_id], territories, except_releases });
                    }
                }
            };
            add(open(false), embargoed.clone());
            if !embargoed.is_empty() {
                add(open(true), Vec::new());
            }
        }
        Ok(shapes)
    }
}

/// The keys without a row; rows come in the order of their keys.
fn missing(keys: &[FigureKey], rows: &[FigureRow]) -> Vec<FigureKey> {
    let mut there = rows.iter().map(|row| row.key).peekable();
    keys.iter().filter(|key| there.next_if_eq(key).is_none()).copied().collect()
}

/// The indicators and territories whose values a search looked through, as far as the viewer is shown them.
fn looked_through<'a>(
    filter: &'a FigureFilter,
    shown: &'a [Shape],
) -> impl Iterator<Item = (i32, i32)> + use<'a> {
    shown.iter().flat_map(|shape| {
        let territories = shape.territories.as_ref().unwrap_or(&filter.territories);
        let indicators = shape.indicators.iter();
        indicators.flat_map(|indicator| territories.iter().map(|territory| (*indicator, *territory)))
    })
}
