//! `observatoire plan`: the disclosure-control engine on plain files, without the server.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::json;

use super::{
    Failure,
    output::Output,
    print,
    progress::Bar,
    tables::{self, Demand, Format, Named, TableArguments},
};
use crate::{
    demonstration::Progress,
    language::Language,
    present::words,
    secrecy::engine::{self, Checked, Options, PlanError, Singletons, Solution, Stage, Status, Succession},
};

/// The table and what is asked of its plan.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    table: TableArguments,
    /// Fichier écrit : id, status (V montré, P sensible, S masqué pour d’autres, H caché). / Result.
    #[arg(long)]
    out: PathBuf,
    /// Fichier des preuves (JSON). / Certificates.
    #[arg(long)]
    certificates: Option<PathBuf>,
    /// Ce que ne doit pas retrouver qui est seul dans une cellule. / What singletons must not work out.
    #[arg(long, value_enum, default_value_t = Alone::Anybody)]
    singletons: Alone,
    /// Effort d’amélioration, en pas de recherche par cellule. / Search steps a cell spent on fewer masks.
    #[arg(long, default_value_t = Options::default().improvement, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    effort: u32,
    /// Cellules de la diffusion précédente : ce qu’elle a montré reste connu. / Cells of the release before.
    #[arg(long, requires = "after_status")]
    after_cells: Option<PathBuf>,
    /// Statuts de la diffusion précédente, tels que cette commande les écrit. / Its statuses.
    #[arg(long, requires = "after_cells")]
    after_status: Option<PathBuf>,
    /// Relations de la diffusion précédente, si elles diffèrent. / Its relations, where they differ.
    #[arg(long, requires = "after_cells")]
    after_relations: Option<PathBuf>,
    /// Preuves de la diffusion précédente (--certificates) : elles épargnent des recherches. / Its certificates.
    #[arg(long, requires = "after_cells")]
    after_certificates: Option<PathBuf>,
    /// Explique le statut de cette cellule. / Explains one cell.
    #[arg(long, value_name = "CELL")]
    explain: Option<String>,
    /// Forme du bilan. / Form of the summary.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What a contributor who is alone in a masked cell must not work out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Alone {
    /// N’importe quelle autre cellule sensible. / Any other sensitive cell.
    Anybody,
    /// Celle d’un autre contributeur unique. / The cell of another one alone.
    EachOther,
    /// Ne pas y penser. / Not thought of.
    Ignored,
}

impl From<Alone> for Singletons {
    fn from(alone: Alone) -> Self {
        match alone {
            Alone::Anybody => Self::Anybody,
            Alone::EachOther => Self::EachOther,
            Alone::Ignored => Self::Ignored,
        }
    }
}

/// Plans a table, checks the proofs, writes what is masked.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let demand = arguments.table.demand();
    let (out, proofs) = outputs(arguments)?;
    let named = tables::read(arguments.table.cells(), arguments.table.relations(), demand)?;
    let before = earlier(arguments, demand)?;
    // The cells of the release before come first, where there is one.
    let (mut named, mut succession) = match before.as_ref().map(|before| before.bind(&named)) {
        Some((both, succession)) => (both, Some(succession)),
        None => (named, None),
    };
    let start = before.as_ref().map_or(0, |before| before.named.names.len());
    if let Some(name) = arguments.explain.as_ref().filter(|name| !named.names.contains(name)) {
        return Err(format!("aucune cellule « {name} »").into());
    }
    let singletons: Singletons = arguments.singletons.into();
    let options = Options { singletons, improvement: arguments.effort, ..Options::default() };
    let clock = Instant::now();
    let bar = Bar::new();
    let mut watch = |stage: Stage, done: u64, all: u64| bar.step(stage_name(stage), done, all);
    let mut planned = match &succession {
        Some(succession) => engine::plan_after(succession, options, &mut watch),
        None => engine::plan(&named.table, options, &mut watch),
    };
    if matches!(planned, Err(PlanError::Unprotectable { .. }))
        && let Some(strict) = succession.take()
    {
        print::note("les intervalles de la diffusion précédente peuvent se décaler, sans se rétrécir")?;
        let wide = strict.sliding();
        named.table = wide.table.clone();
        planned = engine::plan_after(&wide, options, &mut watch);
    }
    let solution = planned.map_err(|error| told(&named, &error))?;
    bar.finish();
    let checked = engine::check(&named.table, &solution.statuses, &solution.certificates, singletons)?;
    let seconds = clock.elapsed().as_secs_f64();
    let planned = Planned { named: &named, solution: &solution, start, before: before.as_ref(), singletons };
    out.keep(&tables::status_rows(&named.names[start..], &solution.statuses[start..])?)?;
    if let Some(proofs) = proofs {
        proofs.keep(certificates(&named, &solution).to_string().as_bytes())?;
    }
    match &arguments.explain {
        Some(cell) => print::text(&explain(&named, &solution, cell)?)?,
        None => print::text(&summary(arguments.format, &planned, checked, seconds))?,
    }
    Ok(())
}

/// Where the result and the proofs go; both places are known to be good before the work begins.
fn outputs(arguments: &Arguments) -> Result<(Output, Option<Output>), Failure> {
    let table = &arguments.table;
    let mut others: Vec<&Path> = vec![table.cells(), table.relations()];
    let Arguments { after_cells, after_status, after_relations, after_certificates, .. } = arguments;
    let earlier = [after_cells, after_status, after_relations, after_certificates];
    others.extend(earlier.into_iter().flatten().map(PathBuf::as_path));
    let out = Output::at(&arguments.out, &others)?;
    others.push(&arguments.out);
    let proofs = arguments.certificates.as_ref().map(|path| Output::at(path, &others)).transpose()?;
    Ok((out, proofs))
}

/// The release before: its cells and what it showed of them.
struct Earlier {
    named: Named,
    statuses: Vec<Status>,
    /// Moves that proved it.
    moves: Vec<Vec<(u32, i64)>>,
}

/// Proofs as [`certificates`] writes them.
#[derive(Deserialize)]
struct Certificates {
    moves: Vec<Vec<(String, i64)>>,
}

/// The moves of a file of proofs, by position; cells that the release does not have are left out.
fn moves(path: &Path, named: &Named) -> Result<Vec<Vec<(u32, i64)>>, Failure> {
    let told = |error: &dyn std::fmt::Display| format!("{} : {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    let read: Certificates = serde_json::from_str(&text).map_err(|error| told(&error))?;
    let position: HashMap<&str, u32> =
        named.names.iter().zip(0..).map(|(name, at)| (name.as_str(), at)).collect();
    let step = |(name, by): (String, i64)| Some((*position.get(name.as_str())?, by));
    Ok(read.moves.into_iter().map(|steps| steps.into_iter().filter_map(step).collect()).collect())
}

fn earlier(arguments: &Arguments, demand: Demand) -> Result<Option<Earlier>, Failure> {
    let (Some(cells), Some(status)) = (&arguments.after_cells, &arguments.after_status) else {
        return Ok(None);
    };
    let relations = arguments.after_relations.as_deref().unwrap_or(arguments.table.relations());
    let named = tables::read(cells, relations, demand)?;
    let statuses = tables::read_statuses(status, &named)?;
    let moves = arguments.after_certificates.as_ref().map(|path| moves(path, &named)).transpose()?;
    Ok(Some(Earlier { named, statuses, moves: moves.unwrap_or_default() }))
}

impl Earlier {
    /// Both releases as one table: a cell of the same name and count is the same for everybody.
    fn bind(&self, next: &Named) -> (Named, Succession) {
        let position: HashMap<&str, usize> =
            self.named.names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let value = |named: &Named, at: usize| named.table.cells.get(at).map(|cell| cell.value);
        let same = |(now, name): (usize, &String)| {
            let before = *position.get(name.as_str())?;
            (value(&self.named, before) == value(next, now)).then_some((before as u32, now as u32))
        };
        let unchanged: Vec<(u32, u32)> = next.names.iter().enumerate().filter_map(same).collect();
        let bound = engine::after(&self.named.table, &self.statuses, &next.table, &unchanged);
        let bound = Succession { seeds: self.moves.clone(), ..bound };
        let before = self.named.names.iter().map(|name| format!("{name} (avant)"));
        let names = before.chain(next.names.iter().cloned()).collect();
        (Named { table: bound.table.clone(), names, decimals: next.decimals }, bound)
    }
}

/// A plan with what it was made from.
struct Planned<'a> {
    named: &'a Named,
    solution: &'a Solution,
    /// First cell that is not of the release before.
    start: usize,
    before: Option<&'a Earlier>,
    singletons: Singletons,
}

impl Planned<'_> {
    /// How many masks the release before had already, how many are new, and how many are gone.
    fn against_before(&self) -> Option<[usize; 3]> {
        let before = self.before?;
        let masked = |status: &Status| matches!(status, Status::Primary | Status::Secondary);
        let was: HashSet<&str> = before
            .named
            .names
            .iter()
            .zip(&before.statuses)
            .filter_map(|(name, status)| masked(status).then_some(name.as_str()))
            .collect();
        let now = self.named.names.iter().zip(&self.solution.statuses).skip(self.start);
        let now: HashSet<&str> =
            now.filter_map(|(name, status)| masked(status).then_some(name.as_str())).collect();
        let kept = now.intersection(&was).count();
        Some([kept, now.len() - kept, was.len() - kept])
    }
}

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Protecting => "Protection des cellules sensibles",
        Stage::Insisting => "Protections difficiles",
        Stage::Insiders => "Protection contre les contributeurs uniques",
        Stage::Improving => "Masques rendus",
    }
}

/// The engine's refusal with the names of the file.
fn told(named: &Named, error: &PlanError) -> String {
    let name = |cell: u32| named.names.get(cell as usize).map_or("?", String::as_str);
    match error {
        PlanError::NotAdditive { relation } => {
            let terms = named.table.relations.get(*relation).map(|relation| relation.terms.as_slice());
            let cells: Vec<&str> =
                terms.unwrap_or_default().iter().take(8).map(|(cell, _)| name(*cell)).collect();
            format!("une relation ne tombe pas juste : cellules {}… ; rien n’est écrit", cells.join(", "))
        }
        PlanError::Unprotectable { cell } if name(*cell).ends_with("(avant)") => format!(
            "cellule « {} » : ce que la diffusion précédente a montré et ce qui a changé la cernent, quoi que l’on \
             masque ; rien n’est écrit. Essayez --guard width ou --guard recomputation pour les deux années",
            name(*cell)
        ),
        PlanError::Unprotectable { cell } | PlanError::ShownBefore { cell } | PlanError::TooLow { cell } => {
            format!("cellule « {} » : {error} ; rien n’est écrit", name(*cell))
        }
        PlanError::Malformed { .. } => error.to_string(),
    }
}

fn certificates(named: &Named, solution: &Solution) -> serde_json::Value {
    let name = |cell: u32| &named.names[cell as usize];
    let step = |(cell, amount): &(u32, i64)| json!([name(*cell), amount]);
    let moves: Vec<Vec<_>> =
        solution.certificates.moves.iter().map(|steps| steps.iter().map(step).collect()).collect();
    let proofs: serde_json::Map<String, serde_json::Value> = solution
        .certificates
        .proofs
        .iter()
        .map(|proof| (name(proof.cell).clone(), json!(proof.moves)))
        .collect();
    // An amount of a move is that of the file times ten to the power of the decimals.
    json!({ "decimals": named.decimals, "moves": moves, "proofs": proofs })
}

fn explain(named: &Named, solution: &Solution, cell: &str) -> Result<String, Failure> {
    let at = named.names.iter().position(|name| name == cell);
    let at = at.ok_or_else(|| format!("aucune cellule « {cell} »"))?;
    let status = solution.statuses[at];
    let touches = |index: &u32| {
        solution.certificates.moves[*index as usize].iter().any(|(touched, _)| *touched as usize == at)
    };
    let protected = solution
        .certificates
        .proofs
        .iter()
        .filter(|proof| proof.cell as usize != at && proof.moves.iter().any(touches))
        .map(|proof| named.names[proof.cell as usize].as_str());
    let list = protected.clone().take(20).collect::<Vec<_>>().join(", ");
    let count = print::several(protected.count(), "cellule sensible", "cellules sensibles");
    let list = if list.is_empty() { list } else { format!(" : {list}") };
    Ok(match status {
        Status::Shown => {
            format!("{cell} : V, montrée ; aucune cellule sensible ne peut être retrouvée par elle\n")
        }
        Status::Primary => {
            format!("{cell} : P, sensible par la règle ; son masque protège aussi {count}{list}\n")
        }
        Status::Secondary => format!(
            "{cell} : S, masquée pour protéger {count}{list}\nLa montrer demanderait \
             d’autres masques pour chacune d’elles ; coût de ce masque : {}\n",
            named.table.cells[at].cost
        ),
        Status::Hidden => {
            format!("{cell} : H, jamais montrée ; elle entre dans la protection de {count}{list}\n")
        }
    })
}

fn summary(format: Format, planned: &Planned<'_>, checked: Checked, seconds: f64) -> String {
    let Planned { named, solution, start, .. } = planned;
    let statuses = &solution.statuses[*start..];
    let cells = named.table.cells[*start..].iter().zip(statuses);
    let count = |status: Status| statuses.iter().filter(|known| **known == status).count();
    let hidden = cells.filter(|(_, status)| **status == Status::Secondary).map(|(cell, _)| cell.value);
    let people = hidden.sum::<i64>() as f64 / 10_f64.powi(named.decimals as i32);
    let (primary, secondary) = (count(Status::Primary), count(Status::Secondary));
    let against = planned.against_before();
    let memory = peak_memory();
    let examined = planned.singletons != Singletons::Ignored;
    if format == Format::Json {
        let report = json!({
            "cells": statuses.len(),
            "relations": named.table.relations.len(),
            "primary": primary,
            "secondary": secondary,
            "hiddenBySecondary": people,
            "certified": checked.sensitive,
            "protectedFurtherUp": checked.slid,
            "exposedToInsiders": examined.then_some(checked.exposed_to_insiders),
            "masksKeptNewGone": against,
            "seconds": seconds,
            "peakMemoryBytes": memory,
        });
        return format!("{report}\n");
    }
    let against = against.map_or_else(String::new, |[kept, new, gone]| {
        let [kept, new, gone] = [kept, new, gone].map(print::count);
        format!("masques gardés de la diffusion précédente {kept}, nouveaux {new}, levés {gone}\n")
    });
    let memory = memory.map_or_else(|| "?".to_owned(), |bytes| format!("{} Mo", bytes / 1_000_000));
    let number = |value: f64, decimals: usize| words::number(value, decimals, Language::French);
    let (hidden, seconds) = (number(people, named.decimals as usize), number(seconds, 2));
    format!(
        "cellules {}, relations {}\nsensibles {}, masquées pour elles {} (total caché : {hidden})\npreuves \
         vérifiées {} ; protégées plus haut que demandé {} ; exposées à un contributeur unique {}\n{against}{seconds} s, \
         mémoire {memory}\n",
        print::count(statuses.len()),
        print::count(named.table.relations.len()),
        print::count(primary),
        print::count(secondary),
        print::count(checked.sensitive),
        print::count(checked.slid),
        if examined { print::count(checked.exposed_to_insiders) } else { "non examinées".to_owned() },
    )
}

/// The most memory that the process had, in bytes, where the system says.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}
