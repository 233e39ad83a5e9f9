//! `observatoire audit`: what an attacker works out from a table and its masks, whoever made them.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde_json::json;

use super::{
    Failure,
    output::Output,
    print,
    progress::Bar,
    tables::{self, Format, TableArguments},
};
use crate::{
    demonstration::Progress,
    secrecy::engine::{self, AuditOptions, Status},
};

/// The table and its masks.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    table: TableArguments,
    /// Statuts : id, status (V montré, P sensible, S masqué pour d’autres, H caché). / Statuses.
    #[arg(long, required = true)]
    status: Option<PathBuf>,
    /// Inconnues d’une composante résolue en entier. / Unknowns of a component that is solved as a whole.
    #[arg(long, default_value_t = AuditOptions::default().exact_up_to)]
    exact_up_to: usize,
    /// Fichier écrit, une ligne par cellule masquée : id, status, low, high, reached_low, reached_high. / Result.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Forme du bilan. / Form of the summary.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Audits a table, and writes what its masked cells can be.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let demand = arguments.table.demand();
    let table = &arguments.table;
    // It is there: the log of access alone is read without it.
    let status = arguments.status.as_deref().unwrap_or(Path::new(""));
    let inputs: [&Path; 3] = [table.cells(), table.relations(), status];
    let out = arguments.out.as_ref().map(|path| Output::at(path, &inputs)).transpose()?;
    let named = tables::read(table.cells(), table.relations(), demand)?;
    let statuses = tables::read_statuses(status, &named)?;
    let options = AuditOptions { exact_up_to: arguments.exact_up_to, ..AuditOptions::default() };
    let clock = Instant::now();
    let bar = Bar::new();
    let mut watch = |done: u64, all: u64| bar.step("Attaque des cellules masquées", done, all);
    let audit = engine::audit(&named.table, &statuses, options, &mut watch)?;
    bar.finish();
    let seconds = clock.elapsed().as_secs_f64();
    if let Some(out) = out {
        let scale = |whole: i64| tables::scaled(whole, named.decimals);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "status", "low", "high", "reached_low", "reached_high"])?;
        for seen in &audit.cells {
            let at = seen.cell as usize;
            writer.write_record([
                named.names[at].clone(),
                tables::letter(statuses[at]).to_string(),
                scale(seen.low),
                seen.high.map_or_else(String::new, scale),
                scale(seen.reached_low),
                scale(seen.reached_high),
            ])?;
        }
        out.keep(&writer.into_inner().map_err(|error| error.to_string())?)?;
    }
    let known = audit.known();
    let of = |status: Status| known.iter().filter(|cell| statuses[**cell as usize] == status).count();
    let sensitive = named.table.cells.iter().filter(|cell| cell.protection.is_some()).count();
    let narrow = audit.too_narrow(&named.table).len();
    let unproved = audit.unproved(&named.table).len();
    let exact = audit.cells.iter().filter(|seen| seen.is_exact()).count();
    let (primary, secondary, hidden) = (of(Status::Primary), of(Status::Secondary), of(Status::Hidden));
    let text = match arguments.format {
        Format::Json => format!(
            "{}\n",
            json!({
                "masked": audit.cells.len(),
                "exactIntervals": exact,
                "sensitive": sensitive,
                "knownPrimary": primary,
                "knownSecondary": secondary,
                "knownHidden": hidden,
                "narrowerThanProtection": narrow,
                "notProvedWide": unproved,
                "seconds": seconds,
            })
        ),
        Format::Text => format!(
            "cellules masquées {}, intervalles exacts {exact}\nretrouvées exactement : sensibles {primary} sur \
             {sensitive}, complémentaires {secondary}, cachées {hidden}\nsensibles plus étroites que leur protection \
             {narrow} ; sans témoin de leur protection {unproved}\n{seconds:.2} s\n",
            audit.cells.len(),
        ),
    };
    print::text(&text)?;
    // For scripts: what does not hold is a failure.
    if primary + narrow > 0 {
        return Err(format!(
            "ces masques ne tiennent pas : {}, {narrow} plus étroites que leur protection",
            print::several(primary, "cellule sensible retrouvée", "cellules sensibles retrouvées"),
        )
        .into());
    }
    Ok(())
}
