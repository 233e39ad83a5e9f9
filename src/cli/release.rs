//! `observatoire release`: staged releases planned, published and taken back.

use std::sync::Arc;

use chrono::Utc;
use clap::Subcommand;
use entity::types::ReleaseState;

use super::{Failure, print, progress::Bar, setup};
use crate::{
    catalogue::Catalogue,
    config::Settings,
    language::Language,
    release::{
        office::Office,
        planning::Planning,
        refusal::{OfficeError, state_word},
        report::Report,
    },
    store::{Dossier, Reference, Release, Store},
};

/// What is done with releases.
#[derive(Subcommand)]
pub enum Step {
    /// Liste les diffusions et leur état. / Lists releases and where they stand.
    List {
        /// Une seule source. / One source only.
        #[arg(long)]
        source: Option<String>,
    },
    /// Écrit l’empreinte (SHA-256) de tout ce qui se lit : la même après une sauvegarde rétablie. / Digest of what is read.
    Digest,
    /// Planifie le secret d’une diffusion en attente et écrit ce qu’elle montrerait. / Plans a staged release.
    Plan {
        /// Référence, telle qu’import l’a écrite. / Reference.
        reference: String,
        /// Bilan en JSON. / Report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Publie une diffusion planifiée, d’un coup. / Publishes a planned release, at once.
    Publish {
        /// Référence. / Reference.
        reference: String,
    },
    /// Retire une diffusion ; celle qu’elle remplaçait est relue. / Takes a release back.
    Withdraw {
        /// Référence. / Reference.
        reference: String,
    },
}

/// An observatory, opened.
pub struct Loaded {
    /// Database.
    pub store: Store,
    /// What does not change meanwhile.
    pub reference: Arc<Reference>,
}

impl Loaded {
    /// Opens the observatory.
    pub async fn open(settings: &Settings) -> Result<Self, Failure> {
        let store = setup::existing(settings).await?;
        let reference = Reference {
            gazetteer: store.gazetteer().await?,
            catalogue: store.catalogue().await?,
            keyring: setup::keyring(settings, &store).await?,
        };
        Ok(Self { store, reference: Arc::new(reference) })
    }

    /// The office.
    pub fn office(&self) -> Office<'_> {
        Office::over(&self.store, &self.reference)
    }
}

/// Takes a step.
pub async fn run(settings: &Settings, step: Step) -> Result<(), Failure> {
    let loaded = Loaded::open(settings).await?;
    let office = loaded.office();
    match step {
        Step::List { source } => list(&loaded, source.as_deref()).await,
        Step::Digest => Ok(print::text(&format!("{}\n", loaded.store.digest_of_read().await?))?),
        Step::Plan { reference, json } => {
            print::note("Planification du secret statistique…")?;
            let planning = Planning::begin_again(&loaded.store, &reference);
            let planning = planning.await.map_err(|error| told(&error))?;
            let bar = Arc::new(Bar::new());
            let outcome = planning.go(&office, Utc::now(), bar.clone()).await;
            bar.finish();
            let report = outcome.map_err(|error| told(&error))?;
            let text = if json {
                format!("{}\n", serde_json::to_string(&report)?)
            } else {
                describe(&report, &loaded.reference.catalogue)
            };
            print::text(&text)?;
            Ok(print::note(&format!("Pour publier : observatoire release publish {reference}"))?)
        }
        Step::Publish { reference } => {
            let dossier = office.publish(&reference, Utc::now()).await.map_err(|error| told(&error))?;
            let report = dossier.report.as_deref().and_then(|text| serde_json::from_str::<Report>(text).ok());
            let exposed = report.as_ref().map_or_else(String::new, exposed);
            Ok(print::text(&format!("{}{exposed}", line(&dossier)))?)
        }
        Step::Withdraw { reference } => {
            let again = office.withdraw(&reference).await.map_err(|error| told(&error))?;
            let again = again.map_or_else(String::new, |before| format!(" ; {before} est relue"));
            Ok(print::text(&format!("{reference} est retirée{again}\n"))?)
        }
    }
}

async fn list(loaded: &Loaded, source: Option<&str>) -> Result<(), Failure> {
    let source = match source {
        None => None,
        Some(code) => {
            let found = loaded.reference.catalogue.source_by_code(code);
            Some(found.ok_or_else(|| format!("aucune source n’a le code « {code} »"))?.id)
        }
    };
    let dossiers = loaded.store.dossiers().await?;
    let asked = dossiers.iter().filter(|dossier| source.is_none_or(|id| id == dossier.release.source_id));
    Ok(print::text(&asked.map(line).collect::<String>())?)
}

fn line(dossier: &Dossier) -> String {
    let state = state_word(dossier.release.state, Language::French);
    let Release { reference, published_on, embargo_until, .. } = &dossier.release;
    let published = published_on.map(|day| day.format("%d/%m/%Y"));
    let day = match (published, dossier.release.state) {
        (Some(day), ReleaseState::Published) => format!(" le {day}"),
        (Some(day), _) => format!(", publiée le {day}"),
        (None, _) => String::new(),
    };
    let embargo = embargo_until.filter(|until| Utc::now() < *until);
    let embargo = embargo.map_or_else(String::new, |until| {
        format!(", sous embargo jusqu’au {} UTC", until.format("%d/%m/%Y %H:%M"))
    });
    format!("{reference} : {state}{day}{embargo}\n")
}

/// A report for people.
fn describe(report: &Report, catalogue: &Catalogue) -> String {
    let total = report.total;
    let mut text = format!(
        "{} : {}, {}, dont {} pour elles-mêmes et {} pour les autres\n",
        print::several(total.shown + total.masked, "donnée", "données"),
        print::several(total.shown, "montrée", "montrées"),
        print::several(total.masked, "masquée", "masquées"),
        print::count(total.sensitive),
        print::count(total.masked - total.sensitive)
    );
    for line in &report.lines {
        let code = catalogue.indicator_by_id(line.indicator_id).map_or("?", |known| known.code.as_str());
        text.push_str(&format!(
            "  {code:<8} {:<24} {:>7} montrées {:>7} masquées pour elles-mêmes {:>7} pour les autres{}\n",
            line.level,
            print::count(line.count.shown),
            print::count(line.count.sensitive),
            print::count(line.count.masked - line.count.sensitive),
            line.described_percent
                .map_or_else(String::new, |share| format!(" ; {share} % de la population décrite"))
        ));
    }
    if !report.earlier.is_empty() {
        text.push_str(&format!(
            "planifiée avec ce que les lecteurs ont déjà eu : {} ; nouvellement masquées {}, nouvellement montrées {}, valeurs révisées {}\n",
            report.earlier.join(", "),
            print::count(report.newly_masked),
            print::count(report.newly_shown),
            print::count(report.revised)
        ));
    }
    text.push_str(&exposed(report));
    text
}

/// What a plan could not protect, where there is any: told when it is planned and when it is published.
fn exposed(report: &Report) -> String {
    let mut text = String::new();
    if report.exposed_to_insiders > 0 {
        text.push_str(&match report.exposed_to_insiders {
            1 => "ATTENTION : une donnée sensible reste à la portée d’un contributeur unique\n".to_owned(),
            many => {
                let many = print::count(many);
                format!("ATTENTION : {many} données sensibles restent à la portée d’un contributeur unique\n")
            }
        });
    }
    text
}

/// What the office refuses, in words.
pub fn told(error: &OfficeError) -> Failure {
    error.told(Language::French).into()
}

#[cfg(test)]
mod tests {
    use super::{Report, exposed};

    #[test]
    fn what_a_plan_could_not_protect_is_told() {
        assert!(exposed(&Report::default()).is_empty());
        let told = exposed(&Report { exposed_to_insiders: 2, ..Report::default() });
        assert!(told.starts_with("ATTENTION : 2 "), "{told}");
    }
}
