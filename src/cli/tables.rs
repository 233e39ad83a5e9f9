//! Tables of cells and relations as plain files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    cli::Failure,
    secrecy::engine::{self, Cell, CellIndex, Protection, Relation, Status, Table},
};

/// The form of a summary.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Which table, and what is sensitive in it.
#[derive(clap::Args)]
pub struct TableArguments {
    /// Cellules : id, freq, published. / Cells.
    #[arg(long)]
    pub cells: PathBuf,
    /// Relations : rel, cell, coef ; pour chaque rel, la somme coef × cellule vaut 0. / Relations.
    #[arg(long)]
    pub relations: PathBuf,
    /// Un effectif de 1 à ce nombre moins un est sensible. / Counts below this are sensitive.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i64).range(2..=1_000_000))]
    pub minimum: i64,
    /// L’attaquant ne sait pas que les zéros sont toujours montrés. / The attacker does not know about zeros.
    #[arg(long)]
    pub zeros_unknown: bool,
}

/// What the rule asks for.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// Counts from 1 to one less than this are sensitive.
    pub minimum: i64,
    /// Whether an interval must be kept, and not only the exact value.
    pub interval: bool,
    /// Whether everybody knows that zeros are always shown.
    pub zeros_known: bool,
}

impl Demand {
    const fn protection(self, value: i64) -> Option<Protection> {
        if value <= 0 || value >= self.minimum {
            return None;
        }
        let low = if self.zeros_known { 1 } else { 0 };
        Some(if self.interval {
            Protection { low, high: self.minimum, width: self.minimum - low }
        } else {
            Protection { low: value, high: value, width: 1 }
        })
    }
}

/// A table with the names of its cells.
pub struct Named {
    /// The table.
    pub table: Table,
    /// The name of each cell.
    pub names: Vec<String>,
}

#[derive(Deserialize)]
struct CellRow {
    id: String,
    freq: i64,
    #[serde(default = "published")]
    published: u8,
}

const fn published() -> u8 {
    1
}

#[derive(Deserialize)]
struct TermRow {
    rel: String,
    cell: String,
    coef: f64,
}

/// Reads `cells.csv` (`id`, `freq`, `published`; further columns are left alone) and `relations.csv` (`rel`,
/// `cell`, `coef`: for each `rel` the sum of coef × cell is 0).
pub fn read(cells: &Path, relations: &Path, demand: Demand) -> Result<Named, Failure> {
    let mut named = Named { table: Table::default(), names: Vec::new() };
    let mut position: HashMap<String, CellIndex> = HashMap::new();
    let told = |path: &Path, error: &dyn std::fmt::Display| format!("{} : {error}", path.display());
    let mut reader = csv::Reader::from_path(cells).map_err(|error| told(cells, &error))?;
    for row in reader.deserialize() {
        let row: CellRow = row.map_err(|error| told(cells, &error))?;
        if row.freq < 0 {
            return Err(told(cells, &format!("la cellule « {} » est négative", row.id)).into());
        }
        if position.insert(row.id.clone(), named.names.len() as CellIndex).is_some() {
            return Err(told(cells, &format!("la cellule « {} » figure deux fois", row.id)).into());
        }
        let published = row.published != 0;
        named.names.push(row.id);
        named.table.cells.push(Cell {
            value: row.freq,
            cost: if published { engine::cost(row.freq.unsigned_abs()) } else { 0 },
            protection: demand.protection(row.freq),
            published,
            frozen: published && row.freq == 0,
            least: i64::from(demand.zeros_known && published && row.freq > 0),
            singleton: None,
            held: false,
        });
    }
    let mut number: HashMap<String, usize> = HashMap::new();
    let mut reader = csv::Reader::from_path(relations).map_err(|error| told(relations, &error))?;
    for row in reader.deserialize() {
        let row: TermRow = row.map_err(|error| told(relations, &error))?;
        let cell = position.get(&row.cell).copied();
        let cell = cell.ok_or_else(|| told(relations, &format!("aucune cellule « {} »", row.cell)))?;
        if row.coef.fract() != 0.0 || row.coef.abs() > f64::from(i32::MAX) {
            return Err(
                told(relations, &format!("le coefficient de « {} » n’est pas entier", row.cell)).into()
            );
        }
        let known = named.table.relations.len();
        let at = *number.entry(row.rel).or_insert(known);
        if at == known {
            named.table.relations.push(Relation { terms: Vec::new() });
        }
        named.table.relations[at].terms.push((cell, row.coef as i64));
    }
    let alone: Vec<bool> = named.table.cells.iter().map(|cell| cell.value == 1).collect();
    engine::find_singletons(&mut named.table, &alone);
    Ok(named)
}

/// The letter of a status: V shown, P sensitive, S masked for others, H hidden.
pub const fn letter(status: Status) -> char {
    match status {
        Status::Shown => 'V',
        Status::Primary => 'P',
        Status::Secondary => 'S',
        Status::Hidden => 'H',
    }
}

#[derive(Deserialize)]
struct StatusRow {
    id: String,
    status: String,
}

/// Reads `id,status` for the cells of a table; every cell must have one.
pub fn read_statuses(path: &Path, named: &Named) -> Result<Vec<Status>, Failure> {
    let told = |error: &dyn std::fmt::Display| format!("{} : {error}", path.display());
    let mut of: HashMap<String, Status> = HashMap::new();
    let mut reader = csv::Reader::from_path(path).map_err(|error| told(&error))?;
    for row in reader.deserialize() {
        let row: StatusRow = row.map_err(|error| told(&error))?;
        let status = match row.status.as_str() {
            "V" => Status::Shown,
            "P" => Status::Primary,
            "S" => Status::Secondary,
            "H" => Status::Hidden,
            other => {
                return Err(
                    told(&format!("le statut « {other} » de « {} » n’est pas V, P, S ou H", row.id)).into()
                );
            }
        };
        of.insert(row.id, status);
    }
    let known = |name: &String| {
        of.get(name).copied().ok_or_else(|| told(&format!("aucun statut pour la cellule « {name} »")).into())
    };
    named.names.iter().map(known).collect()
}

/// Writes `id,status`, whole or not at all.
pub fn write_statuses(path: &Path, names: &[String], statuses: &[Status]) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "status"])?;
    for (name, status) in names.iter().zip(statuses) {
        writer.write_record([name.as_str(), letter(*status).encode_utf8(&mut [0; 4])])?;
    }
    whole(path, &writer.into_inner().map_err(|error| error.to_string())?)
}

/// Writes a file beside its place first, then moves it there.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let written = std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|error| format!("{} : {error}", path.display()).into())
}
