//! `observatoire import`: a provider's file checked, and staged where nothing is wrong with it.

use std::{fs::File, path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use clap::Args;
use delivery_reader::Options;
use entity::types::{ReleaseState, WorkPhase};
use serde_json::json;

use super::{Failure, print, progress::Bar, release::Loaded, tables::Format, values};
use crate::{
    config::Settings,
    demonstration::Progress as _,
    geography::Vintage,
    import::{IssueCode, Issues, Mapping, Severity},
    language::Language,
    release::{
        intake::{Intake, IntakeError, Parcel, Taken},
        logbook::{self, Logbook},
        refusal::state_word,
    },
    store::Release,
};

/// The file and how it is read.
#[derive(Args)]
pub struct Arguments {
    /// Fichier du fournisseur : CSV, XLSX, ODS, Parquet, SDMX-CSV ou JSON-stat, seul, gzip ou zip. / The file.
    file: PathBuf,
    /// Source, par exemple CAF-ALLOC ; sans --mapping, le fichier parle notre langue. / Source.
    #[arg(long, required_unless_present = "mapping")]
    source: Option<String>,
    /// Correspondance des colonnes (TOML). / Mapping of columns.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Relit la correspondance gardée avec la source par sa dernière livraison. / The mapping kept with the source.
    #[arg(long, requires = "source", conflicts_with = "mapping")]
    kept_mapping: bool,
    /// Année décrite ; sinon celle du fichier. / Year that it describes.
    #[arg(long)]
    period: Option<i32>,
    /// Géographie du fichier, année du 1er janvier (sans --mapping). / Vintage of its geography.
    #[arg(long, default_value_t = Vintage::LATEST.year())]
    vintage: i32,
    /// Géographie ultérieure où porter les effectifs, par somme des communes fusionnées. / Later geography to carry into.
    #[arg(long, value_name = "YEAR")]
    carry_to: Option<i32>,
    /// Feuille du classeur ; sinon la première. / Sheet of the workbook.
    #[arg(long)]
    sheet: Option<String>,
    /// Vérifie sans rien écrire. / Checks and writes nothing.
    #[arg(long)]
    check: bool,
    /// Accepte un avertissement par son code, répétable. / Accepts a warning by its code.
    #[arg(long, value_name = "CODE")]
    accept: Vec<IssueCode>,
    /// Embargo, par exemple 2026-12-01T09:00:00+01:00. / Embargo.
    #[arg(long, value_name = "INSTANT", value_parser = values::instant)]
    embargo: Option<DateTime<Utc>>,
    /// Forme du bilan. / Form of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks a delivery, and stages it unless something is wrong or only a check was asked for.
pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let name = printable(&arguments.file.to_string_lossy());
    let named = |error: &dyn std::fmt::Display| format!("{name} : {error}");
    // Anything else may never end.
    if !std::fs::metadata(&arguments.file).map_err(|error| named(&error))?.is_file() {
        return Err(named(&"n’est pas un fichier ; donnez le fichier que le fournisseur a envoyé").into());
    }
    let file = File::open(&arguments.file).map_err(|error| named(&error))?;
    let loaded = Loaded::open(settings).await?;
    let text = mapping_text(&loaded, arguments).await?;
    let mut mapping = mapping(arguments, text.as_deref())?;
    mapping.carry_to = arguments.carry_to.or(mapping.carry_to);
    let intake = Intake::new(loaded.store.clone(), Arc::clone(&loaded.reference));
    let parcel = Parcel {
        file,
        file_name: arguments
            .file
            .file_name()
            .map_or_else(String::new, |name| printable(&name.to_string_lossy())),
        options: Options { sheet: arguments.sheet.clone(), ..Options::default() },
        mapping,
        mapping_text: text,
        year: arguments.period,
        accepted: arguments.accept.clone(),
        only_check: arguments.check,
        embargo_until: arguments.embargo,
        partner_id: None,
    };
    let taken = match take(&loaded, &intake, parcel).await {
        Ok(taken) => taken,
        Err(error) => {
            let fault = error.fault();
            if arguments.format == Format::Json {
                print::text(&format!("{}\n", json!({ "file": name, "fault": fault })))?;
            }
            return Err(named(&fault.french).into());
        }
    };
    report(&name, &taken.issues, arguments.format)?;
    if taken.issues.refused(&arguments.accept) {
        let advice = if taken.issues.has_errors() {
            "rien n’est pris en charge : corrigez les erreurs"
        } else {
            "rien n’est pris en charge : acceptez les avertissements par leur code (--accept CODE) ou corrigez"
        };
        return Err(named(&advice).into());
    }
    if taken.zeros > 0 {
        print::note(&format!(
            "{} chiffres de modalités absentes à côté d’autres de la même ventilation sont lus comme des zéros.",
            taken.zeros
        ))?;
    }
    let Some(dossier) = taken.dossier else {
        return Ok(print::note(&format!(
            "Rien à redire ; {} lignes lues, rien d’écrit (--check).",
            taken.rows.unwrap_or_default()
        ))?);
    };
    let Release { reference, state, .. } = &dossier.release;
    match arguments.format {
        Format::Json => {
            print::text(&format!("{}\n", json!({ "reference": reference, "state": state.word() })))?;
        }
        Format::Text => {
            print::text(&format!("{reference} : {}\n", state_word(*state, Language::French)))?;
        }
    }
    // The same file may have been handed in before, and its release planned since.
    let next = if *state == ReleaseState::Planned { "publish" } else { "plan" };
    Ok(print::note(&format!("Ensuite : observatoire release {next} {reference}"))?)
}

/// Takes the file; what is only checked, or of an unknown source, leaves no record.
async fn take(loaded: &Loaded, intake: &Intake, parcel: Parcel) -> Result<Taken, IntakeError> {
    let recorded =
        !parcel.only_check && loaded.reference.catalogue.source_by_code(&parcel.mapping.source).is_some();
    if !recorded {
        let bar = Arc::new(Bar::new());
        let taken = intake.take(None, parcel, Arc::new(Shown { bar: Arc::clone(&bar), logged: None })).await;
        bar.finish();
        return taken;
    }
    let delivery = intake.receive(&parcel, Utc::now()).await?;
    let logbook = Logbook::open(&loaded.store, &delivery.reference, WorkPhase::Checking).await?;
    let bar = Arc::new(Bar::new());
    let shown = Shown { bar: Arc::clone(&bar), logged: Some(logbook.entry()) };
    let taken = intake.take(Some(&delivery), parcel, Arc::new(shown)).await;
    bar.finish();
    logbook.close(taken.as_ref().err().map(IntakeError::fault)).await?;
    taken
}

/// Progress on the terminal, and written down for others where the delivery is recorded.
struct Shown {
    bar: Arc<Bar>,
    logged: Option<Arc<dyn logbook::Progress>>,
}

impl logbook::Progress for Shown {
    fn tell(&self, phase: WorkPhase, done: u64, total: u64) {
        let message = match phase {
            WorkPhase::Staging => "Mise en attente",
            _ => "Lecture et vérification",
        };
        self.bar.step(message, done, total);
        if let Some(logged) = &self.logged {
            logged.tell(phase, done, total);
        }
    }
}

/// The text of the mapping: the file’s, or the one that is kept with the source.
async fn mapping_text(loaded: &Loaded, arguments: &Arguments) -> Result<Option<String>, Failure> {
    if let Some(path) = &arguments.mapping {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{} : {error}", path.display()))?;
        return Ok(Some(text));
    }
    if !arguments.kept_mapping {
        return Ok(None);
    }
    let code = arguments.source.as_deref().unwrap_or_default();
    let source = loaded.reference.catalogue.source_by_code(code);
    let source = source.ok_or_else(|| format!("aucune source n’a le code « {code} »"))?;
    let kept = loaded.store.kept_mapping(source.id).await?;
    let kept = kept.ok_or_else(|| {
        format!("aucune correspondance n’est gardée avec {code} : donnez-la une fois (--mapping FICHIER)")
    })?;
    Ok(Some(kept))
}

fn mapping(arguments: &Arguments, text: Option<&str>) -> Result<Mapping, Failure> {
    let Some(text) = text else {
        let source = arguments.source.as_deref().unwrap_or_default();
        return Ok(Mapping::own_words(source, arguments.vintage));
    };
    let file = arguments
        .mapping
        .as_ref()
        .map_or_else(|| "correspondance gardée".to_owned(), |path| path.display().to_string());
    let mapping = Mapping::read(text)
        .map_err(|error| format!("{file} : la correspondance (TOML) ne se lit pas : {}", error.french()))?;
    if let Some(source) = arguments.source.as_ref().filter(|source| **source != mapping.source) {
        return Err(format!("{file} est la correspondance de {}, pas de {source}", mapping.source).into());
    }
    Ok(mapping)
}

/// A name without what a terminal takes for an order.
fn printable(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// Prints every problem, then how many of each.
fn report(file: &str, issues: &Issues, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let found = json!({ "file": file, "kept": Issues::KEPT, "found": issues });
        return Ok(print::text(&format!("{found}\n"))?);
    }
    let mut text = String::new();
    for issue in issues.iter() {
        let severity = severity_word(issue.severity);
        text.push_str(&format!("{file} : [{}, {severity}] {}\n", issue.code.word(), issue.french()));
    }
    for (code, severity, count) in issues.summary() {
        let first = if count > Issues::KEPT {
            format!(", dont les {} premiers sont dits ci-dessus", Issues::KEPT)
        } else {
            String::new()
        };
        text.push_str(&format!("{count} × {} ({}){first}\n", code.word(), severity_word(severity)));
    }
    Ok(print::text(&text)?)
}

const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "erreur",
        Severity::Warning => "avertissement",
    }
}
