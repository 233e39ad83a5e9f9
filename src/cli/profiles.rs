//! `observatoire profiles`: the templates of profiles, checked and listed, or the program’s own written out to be changed.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{Failure, print, setup};
use crate::{config::Settings, present::profile::Templates};

/// What is done with the templates.
#[derive(Args)]
pub struct Arguments {
    /// Écrit dans ce dossier les modèles du programme, sans toucher aux fichiers qui y sont. / Writes the program’s own
    /// templates there; files that are there stay as they are.
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
}

/// Lists the templates that a server would have with these settings, or writes the program’s own.
///
/// # Errors
///
/// [`Failure`] naming the file that is no template, or that cannot be written.
pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    if let Some(folder) = &arguments.write {
        return write(folder);
    }
    let store = setup::existing(settings).await?;
    let catalogue = store.catalogue().await?;
    for template in Templates::read(settings.profiles.as_deref(), &catalogue)?.all() {
        let lines: usize = template.sections.iter().map(|section| section.lines.len()).sum();
        let levels = template.levels.iter().map(|level| level.word()).collect::<Vec<_>>().join(", ");
        let title = &template.title.french;
        print::text(&format!("{}\t{title}\t{lines} lignes\t{levels}\n", template.code))?;
    }
    Ok(())
}

fn write(folder: &PathBuf) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    for (name, text) in Templates::built_in() {
        let path = folder.join(name);
        let said = if path.exists() {
            "est déjà là, inchangé"
        } else {
            fs::write(&path, text)?;
            "écrit"
        };
        print::text(&format!("{} : {said}\n", path.display()))?;
    }
    Ok(())
}
