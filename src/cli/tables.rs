//! Tables of cells and relations as plain files.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    cli::Failure,
    secrecy::engine::{self, Cell, CellIndex, Holders, Protection, Relation, Status, Table},
};

/// The form of a summary.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What a table counts or sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Measure {
    /// Effectifs (freq) ; le seuil dit lesquels sont sensibles. / Counts, sensitive below the minimum.
    Counts,
    /// Montants (value) ; status P, lpl et upl disent ce que chacun demande. / Magnitudes with protection levels.
    Magnitudes,
}

/// Which table, and what is sensitive in it.
#[derive(clap::Args)]
pub struct TableArguments {
    /// Cellules : id, freq, published ; ou id, value, status, lpl, upl, cost, published. / Cells.
    #[arg(long, required = true)]
    cells: Option<PathBuf>,
    /// Relations : rel, cell, coef ; pour chaque rel, la somme coef × cellule vaut 0. / Relations.
    #[arg(long, required = true)]
    relations: Option<PathBuf>,
    /// Ce que le tableau mesure. / What the table measures.
    #[arg(long, value_enum, default_value_t = Measure::Counts)]
    measure: Measure,
    /// Un effectif de 1 à ce nombre moins un est sensible. / Counts below this are sensitive.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i64).range(2..=1_000_000))]
    minimum: i64,
    /// Ce qui doit être empêché (effectifs). / What must be prevented (counts).
    #[arg(long, value_enum, default_value_t = Guard::Interval)]
    guard: Guard,
    /// L’attaquant ne sait pas que les zéros sont toujours montrés. / The attacker does not know about zeros.
    #[arg(long)]
    zeros_unknown: bool,
    /// Écart d’arrondi admis dans une relation (montants). / Rounding that a relation may be off by (magnitudes).
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=1_000))]
    rounding: i64,
}

impl TableArguments {
    /// The file of cells. It is there: another subcommand alone is read without it.
    pub fn cells(&self) -> &Path {
        self.cells.as_deref().unwrap_or(Path::new(""))
    }

    /// The file of relations.
    pub fn relations(&self) -> &Path {
        self.relations.as_deref().unwrap_or(Path::new(""))
    }

    /// What the rule asks for.
    pub const fn demand(&self) -> Demand {
        Demand {
            measure: self.measure,
            minimum: self.minimum,
            guard: self.guard,
            zeros_known: !self.zeros_unknown,
            rounding: self.rounding,
        }
    }
}

/// What must be prevented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Guard {
    /// Que la valeur exacte soit retrouvée. / That the exact value is worked out.
    Recomputation,
    /// Qu’elle soit cernée dans un intervalle moins large que le seuil, où qu’il soit. / A narrow interval.
    Width,
    /// Que l’intervalle n’aille pas de 1 (ou 0) jusqu’au seuil. / An interval that misses an end of the rule.
    Interval,
}

/// What the rule asks for.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// Counts or magnitudes.
    pub measure: Measure,
    /// Counts from 1 to one less than this are sensitive.
    pub minimum: i64,
    /// What must be kept of a sensitive count.
    pub guard: Guard,
    /// Whether everybody knows that zeros are always shown.
    pub zeros_known: bool,
    /// By how much a relation between magnitudes may be off, in units of the file: what is left over is known to
    /// everybody.
    pub rounding: i64,
}

impl Demand {
    /// What a count needs.
    pub const fn protection(self, value: i64) -> Option<Protection> {
        if value <= 0 || value >= self.minimum {
            return None;
        }
        let low = if self.zeros_known { 1 } else { 0 };
        Some(match self.guard {
            Guard::Interval => Protection { low, high: self.minimum, width: self.minimum - low },
            Guard::Width => Protection { low: value, high: value, width: self.minimum },
            Guard::Recomputation => Protection { low: value, high: value, width: 1 },
        })
    }
}

/// A table with the names of its cells.
pub struct Named {
    /// The table.
    pub table: Table,
    /// The name of each cell.
    pub names: Vec<String>,
    /// Decimals by which amounts were made whole.
    pub decimals: u32,
}

#[derive(Deserialize)]
struct TermRow {
    rel: String,
    cell: String,
    coef: f64,
}

/// Reads `cells.csv` (see [`cells`](super::cells)) and `relations.csv` (`rel`,
/// `cell`, `coef`: for each `rel` the sum of coef × cell is 0).
pub fn read(cells: &Path, relations: &Path, demand: Demand) -> Result<Named, Failure> {
    if demand.measure == Measure::Counts && demand.rounding > 0 {
        return Err("--rounding ne vaut que pour des montants (--measure magnitudes)".into());
    }
    let mut position: HashMap<String, CellIndex> = HashMap::new();
    let told = |path: &Path, error: &dyn std::fmt::Display| format!("{} : {error}", path.display());
    let file = super::cells::read(cells, demand)?;
    let mut named = Named { table: Table::default(), names: Vec::new(), decimals: file.decimals };
    for (name, cell) in file.cells {
        if position.insert(name.clone(), named.names.len() as CellIndex).is_some() {
            return Err(told(cells, &format!("la cellule « {name} » figure deux fois")).into());
        }
        named.names.push(name);
        named.table.cells.push(cell);
    }
    let mut number: HashMap<String, usize> = HashMap::new();
    let mut reader = csv::Reader::from_path(relations).map_err(|error| told(relations, &error))?;
    for row in reader.deserialize() {
        let row: TermRow = row.map_err(|error| told(relations, &error))?;
        let cell = position.get(&row.cell).copied();
        let cell = cell.ok_or_else(|| told(relations, &format!("aucune cellule « {} »", row.cell)))?;
        if row.coef.fract() != 0.0 || row.coef.abs() > f64::from(i32::MAX) {
            return Err(told(
                relations,
                &format!("le coefficient de « {} » n’est pas entier ou dépasse {}", row.cell, i32::MAX),
            )
            .into());
        }
        let known = named.table.relations.len();
        let at = *number.entry(row.rel).or_insert(known);
        if at == known {
            named.table.relations.push(Relation { terms: Vec::new() });
        }
        named.table.relations[at].terms.push((cell, row.coef as i64));
    }
    take_up_rounding(&mut named, demand.rounding.saturating_mul(10_i64.pow(file.decimals)));
    engine::find_singletons(&mut named.table, &file.alone);
    Ok(named)
}

/// What a relation is off by, up to `most`, becomes a cell of its own that everybody knows.
fn take_up_rounding(named: &mut Named, most: i64) {
    let cells = &mut named.table.cells;
    for (number, relation) in named.table.relations.iter_mut().enumerate() {
        let term = |(cell, by): &(CellIndex, i64)| i128::from(cells[*cell as usize].value) * i128::from(*by);
        let off = relation.terms.iter().map(term).sum::<i128>();
        if off == 0 || off.abs() > i128::from(most) {
            continue;
        }
        let left = Cell {
            value: off.abs() as i64,
            cost: 0,
            protection: None,
            published: true,
            frozen: true,
            least: 0,
            singleton: None,
            holders: Holders::NOBODY,
        };
        relation.terms.push((cells.len() as CellIndex, if off > 0 { -1 } else { 1 }));
        cells.push(left);
        named.names.push(format!("arrondi de la relation {}", number + 1));
    }
}

/// An amount as the file has it.
pub fn scaled(whole: i64, decimals: u32) -> String {
    if decimals == 0 {
        return whole.to_string();
    }
    let unit = 10_i64.pow(decimals);
    format!("{}.{:0width$}", whole / unit, whole % unit, width = decimals as usize)
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
    let status = |(name, cell): (&String, &Cell)| {
        // What a relation is off by stands in no other program's file, and everybody knows it.
        let known = of.get(name).copied().or((cell.frozen && cell.value > 0).then_some(Status::Shown));
        known.ok_or_else(|| told(&format!("aucun statut pour la cellule « {name} »")).into())
    };
    named.names.iter().zip(&named.table.cells).map(status).collect()
}

/// The rows `id,status` of cells.
pub fn status_rows(names: &[String], statuses: &[Status]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "status"])?;
    for (name, status) in names.iter().zip(statuses) {
        writer.write_record([name.as_str(), letter(*status).encode_utf8(&mut [0; 4])])?;
    }
    Ok(writer.into_inner().map_err(|error| error.to_string())?)
}
