//! The command line: parse, then run.

pub mod asker;
mod audit;
mod cells;
mod check;
mod contours;
mod documents;
mod gallery;
mod import;
mod log;
mod output;
mod partners;
mod plan;
mod print;
mod profiles;
mod progress;
mod read_document;
mod release;
mod serve;
mod setup;
mod tables;
mod token;
mod values;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use entity::types::DocumentKind;

use crate::{auth::matrix, config::Settings, demonstration, graphql, telemetry};

/// Observatoire de la cohésion sociale : une API GraphQL sur des données sociales locales confidentielles.
///
/// Sans sous-commande, démarre le serveur (et crée l’observatoire de démonstration au premier démarrage).
#[derive(Parser)]
#[command(
    name = "observatoire",
    version,
    after_help = "Exemple : observatoire\n          OBSERVATOIRE_LISTEN=127.0.0.1:9000 observatoire serve"
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Démarre le serveur. / Starts the server.
    #[command(
        after_help = "Exemple : DATABASE_URL=postgres://observatoire@localhost/observatoire observatoire serve"
    )]
    Serve,
    /// Dit si un serveur démarrerait avec ces réglages, et ce qui est à corriger. / Says what is wrong with the settings.
    #[command(after_help = "Exemple : OBSERVATOIRE_LISTEN=0.0.0.0:8080 observatoire check")]
    Check,
    /// Crée l’observatoire de démonstration dans une base vide. / Builds the demonstration in an empty database.
    #[command(
        after_help = "Exemple : OBSERVATOIRE_DATA=/tmp/essai observatoire demo\n          observatoire demo --deliveries livraisons --year 2026"
    )]
    Demo {
        /// Écrit dans ce dossier des livraisons fictives, telles que les fournisseurs en envoient, et rien d’autre.
        /// / Writes synthetic deliveries there and nothing else.
        #[arg(long, value_name = "FOLDER")]
        deliveries: Option<PathBuf>,
        /// Année des livraisons. / Year of the deliveries.
        #[arg(long, default_value_t = 2026, requires = "deliveries", value_parser = clap::value_parser!(i32).range(2014..=2026))]
        year: i32,
        /// Dix-sept fois plus grandes : chaque mois et chaque trimestre à côté de l’année, croisements compris.
        /// / Seventeen times as large: every month and quarter beside the year.
        #[arg(long, requires = "deliveries")]
        monthly: bool,
    },
    /// Met les tables à jour. / Brings the tables up to date.
    #[command(
        after_help = "Exemple : DATABASE_URL=postgres://observatoire@localhost/observatoire observatoire migrate"
    )]
    Migrate,
    /// Écrit un jeton d’accès, et rien d’autre. / Prints an access token and nothing else.
    #[command(
        after_help = "Exemple : observatoire token --partner CCAS-DIJON --role ANALYST --purpose NEEDS_ANALYSIS --ttl 1h"
    )]
    Token(token::Arguments),
    /// Écrit le schéma GraphQL, ou vérifie que schema.graphql est à jour. / Prints or checks the schema.
    #[command(
        after_help = "Exemple : observatoire schema > schema.graphql\n          observatoire schema --check"
    )]
    Schema {
        /// Compare avec le fichier au lieu d’écrire. / Compares with the file instead of printing.
        #[arg(long)]
        check: bool,
        /// Fichier comparé. / File to compare with.
        #[arg(long, default_value = "schema.graphql")]
        file: PathBuf,
    },
    /// Écrit la matrice des droits, telle que la politique la décide. / Prints the policy as a matrix.
    #[command(after_help = "Exemple : observatoire policy | less")]
    Policy,
    /// Masque un tableau de comptage et prouve que ses masques tiennent. / Protects a table of counts.
    #[command(
        after_help = "Exemple : observatoire plan --cells cells.csv --relations relations.csv --minimum 5 --out status.csv"
    )]
    Plan(plan::Arguments),
    /// Attaque un tableau masqué : ce que chaque cellule masquée peut valoir ; ou vérifie le journal des accès (verify).
    /// / Attacks a masked table, or verifies the log of access.
    #[command(
        args_conflicts_with_subcommands = true,
        subcommand_negates_reqs = true,
        after_help = "Exemple : observatoire audit --cells cells.csv --relations relations.csv --status status.csv --minimum 5\n          observatoire audit verify"
    )]
    Audit {
        #[command(flatten)]
        table: audit::Arguments,
        #[command(subcommand)]
        other: Option<log::Audited>,
    },
    /// Dessine les exemples sur une page, demandés par une analyste « gallery » du CCAS de Dijon et notés au journal des accès.
    /// / Draws the examples on a page; each is a request in the log of access.
    #[command(after_help = "Exemple : observatoire gallery --out target/gallery")]
    Gallery(gallery::Arguments),
    /// Liste et vérifie les modèles de portraits, ou écrit ceux du programme. / Lists and checks templates of profiles.
    #[command(
        after_help = "Exemple : observatoire profiles --write modeles\n          OBSERVATOIRE_PROFILES=modeles observatoire profiles"
    )]
    Profiles(profiles::Arguments),
    /// Lit un document pour le serveur. / Reads a document for the server.
    #[command(name = crate::documents::COMMAND, hide = true)]
    ReadDocument {
        /// Sorte de document. / Kind of document.
        kind: DocumentKind,
    },
    /// Vérifie le fichier d’un fournisseur et le prend en charge. / Checks a provider’s file and stages it.
    #[command(after_help = "Exemple : observatoire import allocataires-2025.csv --source CAF-ALLOC --check")]
    Import(import::Arguments),
    /// Liste, planifie, publie ou retire des diffusions. / Lists, plans, publishes or withdraws releases.
    #[command(after_help = "Exemple : observatoire release plan CAF-ALLOC-2025-2")]
    Release {
        #[command(subcommand)]
        step: release::Step,
    },
    /// Vérifie ou liste le journal des accès. / Verifies or lists the log of access.
    #[command(
        after_help = "Exemple : observatoire log verify\n          observatoire log list --since 2026-11-01"
    )]
    Log {
        #[command(subcommand)]
        step: log::Step,
    },
    /// Vérifie les documents des études, fichier par fichier. / Verifies the documents of studies.
    #[command(after_help = "Exemple : observatoire documents --sweep")]
    Documents(documents::Arguments),
    /// Charge de vrais contours (GeoJSON) à la place des contours schématiques. / Loads real contours.
    #[command(
        after_help = "Exemple : observatoire contours communes.geojson --level COMMUNE --as-of 2019-01-01"
    )]
    Contours(contours::Arguments),
}

/// What went wrong, in a sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Parses the command line and runs it.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(fault) = telemetry::start() {
        return print::failure(Failure::from(fault).as_ref());
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return print::failure(&error),
    };
    let done = runtime.block_on(dispatch(arguments.command.unwrap_or(Command::Serve)));
    // A plan that is being made is given up: nothing of it is kept, and it is begun again.
    runtime.shutdown_background();
    telemetry::finish();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => print::failure(error.as_ref()),
    }
}

async fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::run(&Settings::read()?).await,
        Command::Check => check::run().await,
        Command::Demo { deliveries: Some(folder), year, monthly } => {
            std::fs::create_dir_all(&folder).map_err(|error| format!("{} : {error}", folder.display()))?;
            for path in demonstration::deliveries::write(&folder, year, monthly)? {
                print::text(&format!("{}\n", path.display()))?;
            }
            Ok(())
        }
        Command::Demo { deliveries: None, .. } => setup::demonstration(&Settings::read()?).await,
        Command::Migrate => setup::migrate(&Settings::read()?).await,
        Command::Token(arguments) => token::run(&Settings::read()?, arguments).await,
        Command::Schema { check, file } => schema(check, &file),
        Command::Policy => Ok(print::text(&matrix::print())?),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Audit { other: Some(log::Audited::Verify(kept)), .. } => {
            log::run(&Settings::read()?, log::Step::Verify(kept)).await
        }
        Command::Audit { table, .. } => audit::run(&table),
        Command::Gallery(arguments) => gallery::run(&Settings::read()?, &arguments).await,
        Command::Profiles(arguments) => profiles::run(&Settings::read()?, &arguments).await,
        Command::ReadDocument { kind } => read_document::run(kind),
        Command::Import(arguments) => import::run(&Settings::read()?, &arguments).await,
        Command::Release { step } => release::run(&Settings::read()?, step).await,
        Command::Log { step } => log::run(&Settings::read()?, step).await,
        Command::Documents(arguments) => documents::run(&Settings::read()?, arguments).await,
        Command::Contours(arguments) => contours::run(&Settings::read()?, arguments).await,
    }
}

fn schema(check: bool, file: &std::path::Path) -> Result<(), Failure> {
    let text = graphql::sdl();
    if !check {
        return Ok(print::text(&text)?);
    }
    let known = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    if known == text {
        return Ok(print::note("schema.graphql est à jour.")?);
    }
    let line = known.lines().zip(text.lines()).position(|(known, new)| known != new);
    let line = line.unwrap_or_else(|| known.lines().count().min(text.lines().count())) + 1;
    Err(format!(
        "{} n’est plus à jour (première différence à la ligne {line}) : observatoire schema > {}",
        file.display(),
        file.display()
    )
    .into())
}
